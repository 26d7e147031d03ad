/**
 * The kernel's settings around a virtual MAC, as keepalived 2.2.7 has them, and arp_announce: the kernel would ask for a
 * client from the virtual address with the parent's MAC, which the client then takes for the address's own (RFC 9568 §8.1.2).
 */
import type { VirtualMac } from '../ports/virtual-macs.ts';
import { readSetting } from './settings.ts';

export interface Change {
  /** Below /proc/sys. */
  readonly path: string;
  readonly value: string;
}

const conf = (family: 4 | 6, name: string, setting: string, value: string): Change => ({
  path: `net/ipv${family}/conf/${name}/${setting}`,
  value,
});

/** On the interface itself. */
export function settingsOf({ name, ipv6 }: VirtualMac): Change[] {
  // The larger one of `all` and the interface's own counts: where `all` is strict (1), loose (2) is the way past it, since
  // the way back to a client is through the parent.
  const strict = readSetting('net/ipv4/conf/all/rp_filter') === '1';
  return [
    conf(4, name, 'accept_local', '1'),
    conf(4, name, 'arp_ignore', '1'),
    conf(4, name, 'promote_secondaries', '1'),
    conf(4, name, 'rp_filter', strict ? '2' : '0'),
    conf(6, name, 'addr_gen_mode', '1'),
    conf(6, name, 'accept_ra', '0'),
    conf(6, name, 'autoconf', '0'),
    conf(6, name, 'disable_ipv6', ipv6 ? '0' : '1'),
  ];
}

/** On the interface below it, at least: a higher one says more of the same. */
export const PARENT_SETTINGS: readonly ParentSetting[] = [
  { setting: 'arp_ignore', value: '1' },
  { setting: 'arp_filter', value: '1' },
  { setting: 'arp_announce', value: '2' },
];

export interface ParentSetting {
  readonly setting: string;
  readonly value: string;
}

export const parentPath = (parent: string, setting: string): string => `net/ipv4/conf/${parent}/${setting}`;

/** What stands in the alias of an interface of ours. */
export interface Mark {
  /** It was there before us. */
  readonly found: boolean;
  /** The parent's settings before us. */
  readonly before: readonly ParentSetting[];
}

const MARK = /^hatop: (made|found); before: ([a-z_]+=\d+(?: [a-z_]+=\d+)*)$/;

export const writeMark = ({ found, before }: Mark): string =>
  `hatop: ${found ? 'found' : 'made'}; before: ${before.map(({ setting, value }) => `${setting}=${value}`).join(' ')}`;

export function readMark(alias: string | undefined): Mark | undefined {
  const match = MARK.exec(alias ?? '');
  if (!match) return undefined;
  const before = (match[2] ?? '').split(' ').map((one) => {
    const [setting = '', value = ''] = one.split('=', 2);
    return { setting, value };
  });
  return { found: match[1] === 'found', before };
}
