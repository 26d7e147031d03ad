/** What start and stop have to do, as a list of steps: settings before addresses, and back in the other order. */
import { familyOf, type IpAddress } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { HeldAddress, MachineView, Step } from './machine.ts';
import { isQuiet, keptSettings, WANTED } from './quiet-arp.ts';
import type { AddedAddress, ChangedSetting, ChangeRecord } from './record.ts';

/** The virtual addresses that a real server is to take packets for, and the interface that is to hold them. */
export interface RealServerSide {
  readonly addresses: readonly IpAddress[];
  readonly interface: string;
}

export interface ChangePlan {
  readonly steps: readonly Step[];
  /** What the operator is to know, a sentence each. */
  readonly notes: readonly string[];
}

export const hostPrefix = (address: IpAddress): number => (familyOf(address) === 6 ? 128 : 32);

/** The steps that are missing; none where everything is there. In words where it cannot be done. */
export function planStart(view: MachineView, record: ChangeRecord, side: RealServerSide): Result<ChangePlan, string> {
  const wrong = whyNot(view, side);
  if (wrong !== undefined) return err(wrong);
  const settings = side.addresses.some((address) => familyOf(address) === 4) ? changedSettings(view, record, side) : [];
  const addresses = addedAddresses(view, record, side);
  const next: ChangeRecord = {
    ...record,
    settings: merge(record.settings, settings, (s) => s.path),
    addresses: merge(record.addresses, addresses, addressKey),
  };
  const steps: Step[] = [
    ...settings.map(({ path, wrote }): Step => ({ kind: 'set', path, value: wrote })),
    ...addresses.flatMap((entry) => missingParts(view, entry)),
  ];
  const known = JSON.stringify(next) === JSON.stringify(record);
  return ok({ steps: known ? steps : [{ kind: 'record', record: next }, ...steps], notes: startNotes(view, side) });
}

function whyNot(view: MachineView, { addresses, interface: name }: RealServerSide): string | undefined {
  const holder = view.interfaces.find((one) => one.name === name);
  const names = view.interfaces.map((one) => one.name).join(', ');
  if (!holder) return `there is no interface ${name}; there are: ${names}`;
  if (holder.arp) {
    return `${name} answers ARP for every address that it holds: a virtual address goes on lo or on a dummy interface`;
  }
  if (!holder.up) return `${name} is down: ip link set ${name} up`;
  for (const address of addresses) {
    const own = view.addresses.find((held) => held.address === address && !isHeldAsWanted(held, name));
    if (own === undefined) continue;
    const where = `${address} is on ${own.interface} as /${own.prefix}`;
    return own.interface === name
      ? `${where}, not as /${hostPrefix(address)}: the whole network would be taken for this host's; remove it first (ip address del ${address}/${own.prefix} dev ${name})`
      : `${where}, which answers for it: a virtual address of a real server is on ${name} alone; remove it there first, or name the right address`;
  }
  return undefined;
}

const isHeldAsWanted = (held: HeldAddress, name: string): boolean =>
  held.interface === name && held.prefix === hostPrefix(held.address);

/** Those that will not do. What was there before our first change is kept, however often we start. */
function changedSettings(view: MachineView, record: ChangeRecord, side: RealServerSide): ChangedSetting[] {
  return keptSettings(side.interface).flatMap(({ setting, path }) => {
    const value = view.settings.get(path);
    if (isQuiet(setting, value)) return [];
    const before = record.settings.find((one) => one.path === path)?.before ?? value ?? '0';
    return [{ path, before, wrote: WANTED[setting] }];
  });
}

/** What of the addresses is ours or shall be: an entry each, none where all of it was there by hand. */
function addedAddresses(view: MachineView, record: ChangeRecord, side: RealServerSide): AddedAddress[] {
  const labels = labelsInUse(view, record, side.interface);
  return side.addresses.flatMap((address) => {
    const entry = { interface: side.interface, address, prefix: hostPrefix(address) };
    const known = record.addresses.find((one) => addressKey(one) === addressKey(entry));
    const addressOurs = known?.addressOurs || !hasAddress(view, entry);
    // The kernel makes the route to an IPv6 address by itself.
    const routeOurs = familyOf(address) === 4 && (known?.routeOurs || !hasRoute(view, entry));
    if (!addressOurs && !routeOurs) return [];
    const label = known ? known.label : addressOurs ? freeLabel(address, side.interface, labels) : undefined;
    return [{ ...entry, ...(label === undefined ? {} : { label }), addressOurs, routeOurs }];
  });
}

export const labelsInUse = (view: MachineView, record: ChangeRecord, name: string): Set<string> =>
  new Set([...view.addresses, ...record.addresses].flatMap((one) => (one.interface === name ? (one.label ?? []) : [])));

/** IFNAMSIZ without the closing zero. */
const LABEL_MAX = 15;

/** `lo:0`, `lo:1` …: the first that is free; none for IPv6, nor where the interface's name leaves no room. */
export function freeLabel(address: IpAddress, name: string, inUse: Set<string>): string | undefined {
  if (familyOf(address) === 6) return undefined;
  for (let n = 0; ; n++) {
    const label = `${name}:${n}`;
    if (label.length > LABEL_MAX) return undefined;
    if (inUse.has(label)) continue;
    inUse.add(label);
    return label;
  }
}

function missingParts(view: MachineView, entry: AddedAddress): Step[] {
  const { interface: name, address } = entry;
  const steps: Step[] = [];
  if (entry.addressOurs && !hasAddress(view, entry)) steps.push({ kind: 'add-address', ...held(entry) });
  if (entry.routeOurs && !hasRoute(view, entry)) steps.push({ kind: 'add-route', interface: name, address });
  return steps;
}

function startNotes(view: MachineView, { interface: holder, addresses }: RealServerSide): string[] {
  const touched = view.interfaces.filter((one) => one.arp).map((one) => one.name);
  if (touched.length < 2 || addresses.every((address) => familyOf(address) === 6)) return [];
  return [
    `arp_ignore and arp_announce of "all" hold for every interface of this machine (${touched.join(', ')}), not for ${holder} alone`,
  ];
}

/** Undoes what is recorded for `addresses` ('all': for every one), and the settings with the last of them. */
export function planStop(view: MachineView, record: ChangeRecord, addresses: readonly IpAddress[] | 'all'): ChangePlan {
  const going = record.addresses.filter((one) => addresses === 'all' || addresses.includes(one.address));
  const staying = record.addresses.filter((one) => !going.includes(one));
  const last = staying.length === 0;
  const steps: Step[] = going.flatMap((entry) => presentParts(view, entry));
  // A crash between the two leaves a record without addresses, from which the next stop goes on.
  if (going.length > 0) steps.push({ kind: 'record', record: { ...record, addresses: staying } });
  if (last) {
    for (const { path, before, wrote } of record.settings) {
      if (view.settings.get(path) === wrote) steps.push({ kind: 'set', path, value: before });
    }
    if (record.settings.length > 0) steps.push({ kind: 'record', record: { ...record, settings: [], addresses: [] } });
  }
  const named = addresses === 'all' ? going.map((one) => one.address) : addresses;
  return {
    steps,
    notes: [...named.flatMap((a) => foreignNote(view, going, a)), ...(last ? changedNotes(view, record) : [])],
  };
}

/** The steps that take back what of an entry is ours and there. */
export function presentParts(view: MachineView, entry: AddedAddress): Step[] {
  const { interface: name, address } = entry;
  const steps: Step[] = [];
  if (entry.addressOurs && hasAddress(view, entry)) steps.push({ kind: 'remove-address', ...held(entry) });
  if (entry.routeOurs && hasRoute(view, entry)) steps.push({ kind: 'remove-route', interface: name, address });
  return steps;
}

/** By hand before us, so it stays: with the former settings the host may answer ARP for it. */
function foreignNote(view: MachineView, going: readonly AddedAddress[], address: IpAddress): string[] {
  if (going.some((one) => one.address === address && one.addressOurs)) return [];
  const found = view.addresses.find((one) => one.address === address);
  if (!found) return [];
  return [
    `${address} stays on ${found.interface}: it was there before hatop (ip address del ${address}/${found.prefix} dev ${found.interface})`,
  ];
}

const changedNotes = (view: MachineView, { settings }: ChangeRecord): string[] =>
  settings.flatMap(({ path, before, wrote }) => {
    const value = view.settings.get(path);
    if (value === undefined || value === wrote || value === before) return [];
    return [`/proc/sys/${path} stays ${value}: somebody else has changed it since (before hatop it was ${before})`];
  });

type Entry = Pick<AddedAddress, 'interface' | 'address' | 'prefix'>;
const addressKey = (entry: Entry): string => `${entry.interface} ${entry.address}`;
const held = ({ interface: name, address, prefix, label }: AddedAddress): HeldAddress => ({
  interface: name,
  address,
  prefix,
  label,
});
export const hasAddress = (view: MachineView, entry: Entry): boolean =>
  view.addresses.some(
    (one) => one.interface === entry.interface && one.address === entry.address && one.prefix === entry.prefix,
  );
export const hasRoute = (view: MachineView, entry: Pick<Entry, 'interface' | 'address'>): boolean =>
  view.routes.some((one) => one.interface === entry.interface && one.address === entry.address);

/** `old` with what `newer` has under the same key in its place, and the rest of `newer` behind. */
function merge<T>(old: readonly T[], newer: readonly T[], key: (one: T) => string): T[] {
  const changed = new Map(newer.map((one) => [key(one), one]));
  const kept = old.map((one) => changed.get(key(one)) ?? one);
  const known = new Set(old.map(key));
  return [...kept, ...newer.filter((one) => !known.has(key(one)))];
}
