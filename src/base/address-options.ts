import type { IpAddress } from './ip.ts';

/** How a machine is to hold an address beyond its prefix; what is undefined is left to the kernel (ip-address(8)). */
export interface AddressOptions {
  /** IPv4: 0 global, 200 site, 253 link, 254 host, 255 nowhere, or a number between. */
  readonly scope?: number | undefined;
  /** IPv4. */
  readonly broadcast?: IpAddress | undefined;
  /** IPv6, s: afterwards it is no source address any more; undefined: for ever. */
  readonly preferredLifetime?: number | undefined;
  readonly flags?: readonly AddressFlag[] | undefined;
}

/** `dad`: with duplicate address detection, which IPv6 goes without otherwise; it is written `-nodad`. */
export type AddressFlag = 'dad' | 'home' | 'mngtmpaddr' | 'noprefixroute' | 'autojoin';

export const sameOptions = (a: AddressOptions = {}, b: AddressOptions = {}): boolean =>
  a.scope === b.scope &&
  a.broadcast === b.broadcast &&
  a.preferredLifetime === b.preferredLifetime &&
  [...(a.flags ?? [])].sort().join() === [...(b.flags ?? [])].sort().join();

/** In the words of the configuration: `scope 253`, `brd 192.0.2.255`; none where all is left to the kernel. */
export const describeOptions = ({ scope, broadcast, preferredLifetime, flags = [] }: AddressOptions = {}): string[] => [
  ...(scope === undefined ? [] : [`scope ${scope}`]),
  ...(broadcast === undefined ? [] : [`brd ${broadcast}`]),
  ...(preferredLifetime === undefined ? [] : [`preferred_lft ${preferredLifetime}`]),
  ...flags.map((flag) => (flag === 'dad' ? '-nodad' : flag)),
];
