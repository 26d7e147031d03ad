/** Whether the real server's side stands: what is missing, and what to do about each. */
import { familyOf, type IpAddress } from '../base/ip.ts';
import type { MachineView } from './machine.ts';
import { hasAddress, hasRoute, hostPrefix, type RealServerSide } from './plan.ts';
import { arpSettings, effective, isQuiet, keptSettings, WANTED } from './quiet-arp.ts';
import { type ChangeRecord, isEmpty } from './record.ts';

export interface Shortcoming {
  readonly what: string;
  readonly remedy: string;
}

export interface RealServerStatus {
  readonly state: 'running' | 'partial' | 'stopped';
  readonly missing: readonly Shortcoming[];
}

/** `stopped` is a machine without any of the addresses and with nothing of ours left. */
export function realServerStatus(view: MachineView, record: ChangeRecord, side: RealServerSide): RealServerStatus {
  const missing = [
    ...interfaceMissing(view, side),
    ...settingsMissing(view, side),
    ...side.addresses.flatMap((address) => addressMissing(view, side, address)),
  ];
  const present = side.addresses.some((address) => view.addresses.some((one) => one.address === address));
  const ours = record.addresses.some((one) => side.addresses.includes(one.address)) || isForgotten(record);
  if (!present && !ours) return { state: 'stopped', missing };
  return { state: missing.length === 0 ? 'running' : 'partial', missing };
}

/** Settings of ours without an address: a stop that was cut off. */
const isForgotten = (record: ChangeRecord): boolean => record.addresses.length === 0 && !isEmpty(record);

function interfaceMissing(view: MachineView, { interface: name }: RealServerSide): Shortcoming[] {
  const holder = view.interfaces.find((one) => one.name === name);
  if (!holder) return [{ what: `there is no interface ${name}`, remedy: 'name the right one with --interface' }];
  return holder.up ? [] : [{ what: `${name} is down`, remedy: `ip link set ${name} up` }];
}

function settingsMissing(view: MachineView, side: RealServerSide): Shortcoming[] {
  const four = side.addresses.filter((address) => familyOf(address) === 4);
  if (four.length === 0) return [];
  const remedy = `hatop realserver start ${four.join(' ')}`;
  const own = keptSettings(side.interface).flatMap(({ setting, name, path }) => {
    const value = view.settings.get(path);
    if (isQuiet(setting, value)) return [];
    return [{ what: `${setting} of ${name} is ${value ?? 'unknown'}, not ${WANTED[setting]}`, remedy }];
  });
  // The larger value wins, so that an interface can spoil what "all" has right.
  const spoilt = view.interfaces.flatMap(({ name, arp }) =>
    arpSettings.flatMap((setting) => {
      const value = effective(view, name, setting);
      const all = view.settings.get(`net/ipv4/conf/all/${setting}`);
      if (!arp || value === undefined || !isQuiet(setting, all) || isQuiet(setting, String(value))) return [];
      const wanted = WANTED[setting];
      return [
        {
          what: `${setting} of ${name} is ${value}, which outdoes that of all (${all})`,
          remedy: `echo ${wanted} > /proc/sys/net/ipv4/conf/${name}/${setting}`,
        },
      ];
    }),
  );
  return [...own, ...spoilt];
}

function addressMissing(view: MachineView, side: RealServerSide, address: IpAddress): Shortcoming[] {
  const entry = { interface: side.interface, address, prefix: hostPrefix(address) };
  const start = `hatop realserver start ${address}`;
  const missing: Shortcoming[] = [];
  if (!hasAddress(view, entry)) {
    missing.push({ what: `${address}/${entry.prefix} is not on ${side.interface}`, remedy: start });
  } else if (familyOf(address) === 4 && !hasRoute(view, entry)) {
    missing.push({ what: `the host route to ${address} by ${side.interface} is missing`, remedy: start });
  }
  for (const held of view.addresses) {
    if (held.address !== address || (held.interface === entry.interface && held.prefix === entry.prefix)) continue;
    missing.push({
      what: `${address}/${held.prefix} is on ${held.interface}`,
      remedy: `ip address del ${address}/${held.prefix} dev ${held.interface}`,
    });
  }
  return missing;
}
