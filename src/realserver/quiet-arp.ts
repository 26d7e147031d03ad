/**
 * The settings that keep an address from being answered for by ARP (ip-sysctl, `arp_ignore` and `arp_announce`). For
 * both the kernel takes the larger of the value of `all` and the interface's own. IPv6 needs none: a neighbour
 * solicitation is answered only where the address is on the interface that it came in by.
 */
import type { MachineView } from './machine.ts';

export const arpSettings = ['arp_ignore', 'arp_announce'] as const;
export type ArpSetting = (typeof arpSettings)[number];

/** What start writes where it finds a value that will not do. */
export const WANTED: Readonly<Record<ArpSetting, string>> = { arp_ignore: '1', arp_announce: '2' };

/** arp_ignore 3 spares addresses of scope host only, 4…7 spare none, 8 answers for nothing; arp_announce 3… is 0. */
const GOOD: Readonly<Record<ArpSetting, readonly string[]>> = { arp_ignore: ['1', '2', '8'], arp_announce: ['2'] };

export const isQuiet = (setting: ArpSetting, value: string | undefined): boolean =>
  value !== undefined && GOOD[setting].includes(value);

export const settingPath = (name: string, setting: string): string => `net/ipv4/conf/${name}/${setting}`;

/** The names whose settings are kept: `all`, which decides, `lo`, and the interface that holds the addresses. */
export const keptNames = (holder: string): string[] => [...new Set(['all', 'lo', holder])];

export interface KeptSetting {
  readonly setting: ArpSetting;
  readonly name: string;
  readonly path: string;
}

/** In the order in which they are to be written. */
export const keptSettings = (holder: string): KeptSetting[] =>
  arpSettings.flatMap((setting) =>
    keptNames(holder).map((name) => ({ setting, name, path: settingPath(name, setting) })),
  );

/** What holds on an interface; undefined where the kernel does not say. */
export function effective(view: Pick<MachineView, 'settings'>, name: string, setting: string): number | undefined {
  const values = ['all', name].flatMap((one) => {
    const value = view.settings.get(settingPath(one, setting));
    return value === undefined ? [] : [Number(value)];
  });
  return values.length === 2 ? Math.max(...values) : undefined;
}
