/** The addresses of one instance on the machine: taking, releasing, announcing them, and seeing who else meddles. */
import { familyOf, type IpAddress } from '../../base/ip.ts';
import type { InterfaceAddress } from '../../ports/addresses.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import { gratuitousArp } from '../../wire/arp.ts';
import { unsolicitedAdvertisement } from '../../wire/ndp.ts';
import type { Addressing } from '../../wire/pseudo-header.ts';
import { encodeVrrp } from '../../wire/vrrp.ts';
import type { RouterPlan } from './messages.ts';
import { lowerVirtualMacs, raiseVirtualMacs } from './virtual-macs.ts';

export interface Holding {
  /** Puts all addresses up; returns what the kernel refused, in words. */
  take(): string[];
  release(): string[];
  /** `rounds` of gratuitous ARP and unsolicited neighbour advertisements over all addresses, interleaved. */
  announce(rounds: number): string[];
  /** Whether we put `address` up and have not taken it down since. */
  holds(address: IpAddress): boolean;
  /** Whether the kernel has it now. */
  present(address: InterfaceAddress): boolean;
  /** The advertisement as it is sent from `source` to `destination`, a group or a peer. */
  encode(priority: number, addressing: Addressing): Uint8Array;
}

export function createHolding(plan: RouterPlan, host: VrrpHost): Holding {
  const held = new Set<IpAddress>();
  const onMachine = (wanted: InterfaceAddress): boolean =>
    host.addresses.list().some((a) => a.interface === wanted.interface && a.address === wanted.address);

  return {
    take() {
      const problems = raiseVirtualMacs(plan, host);
      for (const address of plan.held) {
        const added = host.addresses.add(address);
        if (added.ok) held.add(address.address);
        else problems.push(describeOsError(added.error));
      }
      return problems;
    },
    release() {
      const problems: string[] = [];
      for (const address of plan.held) {
        held.delete(address.address);
        const removed = host.addresses.remove(address);
        if (!removed.ok) problems.push(describeOsError(removed.error));
      }
      return [...problems, ...lowerVirtualMacs(plan, host)];
    },
    announce(rounds) {
      const problems = new Set<string>();
      const frames = plan.held.flatMap(({ interface: name, address }) => {
        const mac = host.links.find(name)?.mac;
        const tell = familyOf(address) === 4 ? gratuitousArp : unsolicitedAdvertisement;
        return mac ? [{ name, frame: tell(mac, address) }] : [];
      });
      for (let round = 0; round < rounds; round++) {
        for (const { name, frame } of frames) {
          const sent = host.neighbours.sendFrame(name, frame);
          if (!sent.ok) problems.add(describeOsError(sent.error));
        }
      }
      return [...problems];
    },
    holds: (address) => held.has(address),
    present: onMachine,
    encode: rememberLast((priority, addressing) => encodeAdvert(plan, priority, addressing)),
  };
}

function encodeAdvert(plan: RouterPlan, priority: number, { source, destination }: Addressing): Uint8Array {
  const { version, vrid, adverInterval, authentication, addresses, unicast, ...config } = plan.config;
  const said = { vrid, priority, adverInterval, addresses };
  if (version === 2) return encodeVrrp({ version, ...said, authentication });
  const bare = config.family === 4 && config.checksumWithoutPseudoHeader;
  const old = config.family === 4 && unicast?.checksum === 'old';
  const covered = { source, destination: old ? plan.multicastGroup : destination };
  return encodeVrrp({ version, ...said, addressing: bare ? undefined : covered });
}

/** A master says the same again and again. Nobody writes into what was encoded. */
function rememberLast(encode: Holding['encode']): Holding['encode'] {
  let last: { readonly key: string; readonly bytes: Uint8Array } | undefined;
  return (priority, { source, destination }) => {
    const key = `${priority} ${source} ${destination}`;
    if (last?.key !== key) last = { key, bytes: encode(priority, { source, destination }) };
    return last.bytes;
  };
}
