/** Advertisements put together byte by byte, not by our encoder, and what `judge` makes of them. */
import { internetChecksum } from '../../src/base/checksum.ts';
import { ip, ipBytes } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import { judge, type Verdict } from '../../src/vrrp/judge.ts';
import { configure } from './driver.ts';

/** What differs from a good advertisement of priority 200 for VRID 51 with two addresses, at the interval of ours. */
export interface Advert {
  readonly version?: number;
  readonly type?: number;
  readonly vrid?: number;
  readonly priority?: number;
  readonly count?: number;
  readonly addresses?: readonly string[];
  /** Version 2. */
  readonly authType?: number;
  readonly authData?: readonly number[];
  /** As the field holds it: seconds in version 2, hundredths of a second in version 3. */
  readonly interval?: number;
  /** Version 3: the four bits before the interval. */
  readonly reserved?: number;
  readonly checksum?: (right: number) => number;
  /** Whether the checksum covers the pseudo-header; version 3 only, true. */
  readonly pseudoHeader?: boolean;
  /** Of the finished message. */
  readonly cut?: number;
  readonly ttl?: number;
  readonly source?: string;
  readonly ours?: Partial<RouterConfig>;
  readonly ourPriority?: number;
}

const PLACE = {
  4: { vips: ['10.77.0.100', '10.77.0.101'], own: '10.77.0.1', peer: '10.77.0.5', group: '224.0.0.18', prefix: 24 },
  6: { vips: ['fe80::100', 'fd77::100'], own: 'fe80::1', peer: 'fe80::5', group: 'ff02::12', prefix: 64 },
} as const;

export const vipsOf = (family: 4 | 6): readonly string[] => PLACE[family].vips;

export function bytesOf(version: 2 | 3, family: 4 | 6, c: Advert = {}): Uint8Array {
  const addresses = c.addresses ?? PLACE[family].vips;
  const interval = c.interval ?? (version === 2 ? 1 : 100);
  const reserved = c.reserved ?? 0;
  const bytes = Uint8Array.from([
    ((c.version ?? version) << 4) | (c.type ?? 1),
    ...[c.vrid ?? 51, c.priority ?? 200, c.count ?? addresses.length],
    ...(version === 2 ? [c.authType ?? 0, interval] : [(reserved << 4) | (interval >> 8), interval & 0xff]),
    ...[0, 0],
    ...addresses.flatMap((address) => [...ipBytes(ip(address))]),
    ...(version === 2 ? (c.authData ?? Array<number>(8).fill(0)) : []),
  ]);
  const right =
    version === 2 || c.pseudoHeader === false ? internetChecksum(bytes) : withPseudoHeader(family, c, bytes);
  new DataView(bytes.buffer).setUint16(6, c.checksum ? c.checksum(right) : right);
  return bytes.subarray(0, c.cut ?? bytes.length);
}

/** IPv4: addresses, zero, 112, length (RFC 793); IPv6: addresses, length, zeros, 112 (RFC 8200 §8.1). */
function withPseudoHeader(family: 4 | 6, c: Advert, bytes: Uint8Array): number {
  const { peer, group } = PLACE[family];
  const ends = [...ipBytes(ip(c.source ?? peer)), ...ipBytes(ip(group))];
  const length = [bytes.length >> 8, bytes.length & 0xff];
  const tail = family === 4 ? [0, 112, ...length] : [0, 0, ...length, 0, 0, 0, 112];
  return internetChecksum(Uint8Array.from([...ends, ...tail, ...bytes]));
}

export function judged(version: 2 | 3, family: 4 | 6, c: Advert = {}): Verdict {
  const { vips, own, peer, group, prefix } = PLACE[family];
  return judge(
    configure({ version, family, adverInterval: milliseconds(1000), addresses: vips.map(ip), ...c.ours }),
    { source: ip(c.source ?? peer), destination: ip(group), ttl: c.ttl ?? 255, payload: bytesOf(version, family, c) },
    { ownAddresses: [ip(own)], networks: [{ address: ip(own), prefix }], priority: c.ourPriority },
  );
}

/** `valid`, or the reason to discard it. */
export function fateOf(version: 2 | 3, family: 4 | 6, c: Advert = {}): string {
  const found = judged(version, family, c);
  return found.verdict === 'valid' ? 'valid' : found.reason;
}
