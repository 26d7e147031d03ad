/** Interfaces with a virtual MAC get their names when all instances are known: no two may have one name. */
import { familyOf } from '../base/ip.ts';
import type { Globals } from './bind-global.ts';
import type { BoundInstance } from './bind-instance.ts';
import type { Report } from './diagnostic.ts';
import type { VirtualAddress, VirtualMacInterface, VirtualMacWish, VrrpInstance } from './model.ts';

type Bound = Pick<BoundInstance, 'virtualMac'> & { readonly instance: VrrpInstance };

/** Those that are usable, each with the interfaces that it wants, and its addresses on them. */
export function nameVirtualMacs(
  bound: readonly BoundInstance[],
  { vmacPrefix, vmacAddrPrefix }: Globals,
  report: Report,
): VrrpInstance[] {
  const usable = bound.flatMap(({ instance, virtualMac }): Bound[] => (instance ? [{ instance, virtualMac }] : []));
  const taken = new Set<string>();
  for (const { instance, virtualMac } of usable) takeWritten(instance, virtualMac.own, taken, report);
  return usable.map((one) => {
    const { instance, virtualMac } = one;
    const macs: VirtualMacInterface[] = [];
    const named = (prefix: string, wish: VirtualMacWish | undefined, parent: string): VirtualMacInterface => {
      const name = wish?.name ?? freeName(prefix, instance, taken);
      taken.add(name);
      const made = { name, parent, mac: wish?.mac, ipv6: false };
      macs.push(made);
      return made;
    };
    if (virtualMac.own) named(vmacPrefix, virtualMac.own, instance.interface);
    const place = (virtual: VirtualAddress): VirtualAddress => {
      const parent = virtual.interface ?? instance.interface;
      const there = macs.find((mac) => mac.parent === parent || mac.name === parent);
      const wanted = virtual.wish ?? (virtualMac.elsewhere && parent !== instance.interface ? {} : undefined);
      const on = there ?? (wanted && named(vmacAddrPrefix, virtual.wish, parent));
      return on ? { ...virtual, virtualMac: on.name } : virtual;
    };
    const addresses = instance.addresses.map(place);
    const excludedAddresses = instance.excludedAddresses.map(place);
    const six = new Set([...addresses, ...excludedAddresses].filter(isIpv6).map(({ virtualMac }) => virtualMac));
    const virtualMacs = macs.map((mac) => ({ ...mac, ipv6: six.has(mac.name) }));
    return { ...instance, addresses, excludedAddresses, virtualMacs };
  });
}

const isIpv6 = ({ address }: VirtualAddress): boolean => familyOf(address) === 6;

/** Takes the names that are written. Reports one that is written twice, or that is the one of an instance's own interface. */
function takeWritten(
  instance: VrrpInstance,
  own: VirtualMacWish | undefined,
  taken: Set<string>,
  report: Report,
): void {
  const wishes = [own, ...[...instance.addresses, ...instance.excludedAddresses].map(({ wish }) => wish)];
  for (const wish of wishes) {
    if (wish?.name === undefined) continue;
    if (taken.has(wish.name) || wish.name === instance.interface) {
      const message = `\`${instance.name}\`: there is an interface \`${wish.name}\` already`;
      const hint = 'give the one with the virtual MAC another name, or none: it gets one';
      report({ code: 'duplicate', severity: 'error', message, span: wish.span, hint });
    }
    taken.add(wish.name);
  }
}

/** As keepalived 2.2.7 names them: vrrp.51, where that is taken vrrp6.51 (IPv6), else vrrp1.51, vrrp2.51 … */
function freeName(prefix: string, { vrid, family }: VrrpInstance, taken: ReadonlySet<string>): string {
  const six = family === 6 ? [`${prefix}6.${vrid}`] : [];
  const plain = [`${prefix}.${vrid}`, ...six].find((name) => !taken.has(name));
  if (plain !== undefined) return plain;
  for (let i = 1; ; i++) {
    const name = `${prefix}${i}.${vrid}`;
    if (!taken.has(name)) return name;
  }
}
