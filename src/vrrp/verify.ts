/**
 * Theirs against ours, field by field: what another sender of our VRID advertises, and why the two of us can be master
 * at once. RFC 3768 §7.1 and RFC 9568 §7.1 say what a receiver discards, and so what keeps it from yielding.
 */
import type { IpAddress } from '../base/ip.ts';
import { authName } from '../wire/vrrp.ts';
import type { RouterConfig } from './config.ts';

export type Field = 'ttl' | 'version' | 'authentication' | 'interval' | 'checksum' | 'addresses';

export interface Difference {
  readonly field: Field;
  readonly theirs: string;
  readonly ours: string;
}

/** An advertisement for our VRID as it came, believed or not. */
export interface Theirs {
  readonly ttl: number;
  readonly version: number;
  readonly authType: number;
  readonly adverInterval: number;
  readonly addresses: readonly IpAddress[];
  /** What `judge` made of it: `valid`, or the reason to discard it. */
  readonly verdict: string;
}

/** Empty: they advertise what we would. */
export function verify(config: RouterConfig, theirs: Theirs): Difference[] {
  const { authentication, adverInterval, version } = config;
  const found: Difference[] = [];
  const compare = (field: Field, their: string, our: string): void => {
    if (their !== our) found.push({ field, theirs: their, ours: our });
  };
  // Of a unicast peer no TTL is expected: it may be routed.
  if (!config.unicast) compare('ttl', String(theirs.ttl), '255');
  compare('version', String(theirs.version), String(version));
  // Another version says neither the interval nor the authentication in our terms.
  if (theirs.version === version) {
    if (version === 2) compare('authentication', authName(theirs.authType), authentication.type);
    if (theirs.verdict === 'auth-fail') compare('authentication', 'another password', 'ours');
    // RFC 9568 §7.1: of a version-3 master the interval is learned.
    if (version === 2) compare('interval', `${theirs.adverInterval} ms`, `${adverInterval} ms`);
    if (theirs.verdict === 'checksum') compare('checksum', 'wrong', 'right');
    compare('addresses', sorted(theirs.addresses), sorted(config.addresses));
  }
  return found;
}

const sorted = (addresses: readonly IpAddress[]): string => [...new Set(addresses)].sort().join(' ') || 'none';

export type SplitCause =
  | 'address-list'
  | 'version'
  | 'authentication'
  | 'interval'
  | 'checksum'
  | 'ttl'
  | 'one-way-loss'
  | 'foreign-cluster';

/** Why a sender and we are master at once, in words for the operator. */
export function splitCause(
  config: RouterConfig,
  differences: readonly Difference[],
): { readonly cause: SplitCause; readonly text: string } {
  const of = (field: Field): Difference | undefined => differences.find((one) => one.field === field);
  const addresses = of('addresses');
  const words = ({ theirs, ours }: Difference): string => `theirs ${theirs}, ours ${ours}`;
  const ttl = of('ttl');
  if (ttl) return { cause: 'ttl', text: `TTL: ${words(ttl)}; it was routed, or is forged` };
  const version = of('version');
  if (version) return { cause: 'version', text: `VRRP version: ${words(version)}` };
  if (addresses && !shares(config, addresses)) {
    const text = `another cluster uses VRID ${config.vrid} here, for ${addresses.theirs}: give one of them another VRID`;
    return { cause: 'foreign-cluster', text };
  }
  const authentication = of('authentication');
  if (authentication) return { cause: 'authentication', text: `authentication: ${words(authentication)}` };
  const interval = of('interval');
  if (interval) return { cause: 'interval', text: `adver interval: ${words(interval)}` };
  const checksum = of('checksum');
  if (checksum) return { cause: 'checksum', text: 'the checksum of its advertisements is wrong' };
  if (addresses)
    return { cause: 'address-list', text: `its list of addresses differs from ours: ${listed(config, addresses)}` };
  const text = 'its advertisements agree with ours, but it does not hear them (one-way loss or a filter)';
  return { cause: 'one-way-loss', text };
}

const shares = (config: RouterConfig, { theirs }: Difference): boolean =>
  theirs === 'none' || config.addresses.some((address) => theirs.split(' ').includes(address));

function listed(config: RouterConfig, { theirs }: Difference): string {
  const has = theirs.split(' ');
  const missing = config.addresses.filter((address) => !has.includes(address)).map((address) => `lacks ${address}`);
  const extra = has.filter((address) => !config.addresses.some((own) => own === address));
  return [...missing, ...extra.map((address) => `has ${address} more`)].join(', ') || 'an address stands there twice';
}
