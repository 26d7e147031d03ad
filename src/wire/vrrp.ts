/**
 * The VRRP message, after the IP header.
 *
 * Version 2 (RFC 3768 §5.1):
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version| Type  | Virtual Rtr ID|   Priority    | Count IP Addrs|
 * |   Auth Type   |   Adver Int   |          Checksum             |
 * |                  IP Address (1 … n), 4 bytes each             |
 * |                  Authentication Data, 8 bytes                 |
 * ```
 * Version 3 (RFC 9568 §5.1) has four reserved bits and the adver interval in centiseconds (12 bits) where version 2
 * has auth type and seconds, addresses of the datagram's family, and no authentication data.
 */
import { assert } from '../base/assert.ts';
import { internetChecksum } from '../base/checksum.ts';
import { type Family, familyOf, type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Duration, milliseconds, seconds } from '../base/time.ts';
import { PROTOCOL } from './ipv4.ts';
import { type Addressing, pseudoHeader } from './pseudo-header.ts';

export const ADVERTISEMENT = 1;
export const AUTH_NONE = 0;
export const AUTH_PASS = 1;
export const AUTH_AH = 2;
export const AUTH_TYPES = { none: AUTH_NONE, PASS: AUTH_PASS, AH: AUTH_AH } as const;
const HEADER = 8;
const AUTH_DATA = 8;

/** What of a message contradicts itself; it is decoded all the same, as far as it goes. */
export interface VrrpProblem {
  readonly reason: 'length' | 'checksum';
  readonly detail: string;
}

export interface VrrpMessage {
  readonly version: number;
  readonly type: number;
  readonly vrid: number;
  readonly priority: number;
  /** As the header says; `addresses` holds those that are really there. */
  readonly count: number;
  /** Version 3 has none: 0. */
  readonly authType: number;
  readonly adverInterval: Duration;
  readonly checksum: number;
  readonly addresses: readonly IpAddress[];
  /** The 8 bytes at the end of a version-2 message; empty where they are missing and in other versions. */
  readonly authData: Uint8Array;
  readonly problems: readonly VrrpProblem[];
}

interface Advertised {
  readonly vrid: number;
  readonly priority: number;
  readonly adverInterval: Duration;
  /** At most 255, of one family. */
  readonly addresses: readonly IpAddress[];
}

export type Authentication =
  | { readonly type: 'none' }
  | { readonly type: 'PASS'; readonly password: string }
  /** The key is the first 8 bytes, as keepalived has it; the check value is in the AH header (`wire/ah.ts`). */
  | { readonly type: 'AH'; readonly password: string };

/** Version 2: whole seconds, 1…255, and IPv4. Version 3: hundredths of a second, 10…40950 ms. */
export type VrrpAdvertisement =
  | (Advertised & { readonly version: 2; readonly authentication: Authentication })
  | (Advertised & {
      readonly version: 3;
      /** What the checksum covers beyond the message; undefined: nothing (RFC 9568 §5.2.8 for IPv4). */
      readonly addressing: Addressing | undefined;
    });

/** The whole message with its checksum. Values out of range are a bug of the caller: throws. */
export function encodeVrrp(advert: VrrpAdvertisement): Uint8Array {
  const { vrid, priority, addresses } = advert;
  assert(addresses.length <= 255, 'at most 255 addresses');
  assert(vrid >= 1 && vrid <= 255 && priority >= 0 && priority <= 255, `vrid ${vrid}, priority ${priority}`);
  return advert.version === 2 ? encodeV2(advert) : encodeV3(advert);
}

function encodeV2(advert: Extract<VrrpAdvertisement, { version: 2 }>): Uint8Array {
  const { vrid, priority, adverInterval, authentication, addresses } = advert;
  const interval = adverInterval / 1000;
  assert(Number.isInteger(interval) && interval >= 1 && interval <= 255, `adver interval ${interval} s in version 2`);
  assert(
    addresses.every((a) => familyOf(a) === 4),
    'version 2 has IPv4 addresses',
  );
  const bytes = new Uint8Array(HEADER + 4 * addresses.length + AUTH_DATA);
  const authType = AUTH_TYPES[authentication.type];
  bytes.set([(2 << 4) | ADVERTISEMENT, vrid, priority, addresses.length, authType, interval]);
  for (const [i, address] of addresses.entries()) bytes.set(ipBytes(address), HEADER + 4 * i);
  if (authentication.type === 'PASS') bytes.set(passwordBytes(authentication.password), bytes.length - AUTH_DATA);
  new DataView(bytes.buffer).setUint16(6, internetChecksum(bytes));
  return bytes;
}

function encodeV3(advert: Extract<VrrpAdvertisement, { version: 3 }>): Uint8Array {
  const { vrid, priority, adverInterval, addresses, addressing } = advert;
  const hundredths = Math.round(adverInterval / 10);
  assert(hundredths >= 1 && hundredths <= 4095, `adver interval ${adverInterval} ms in version 3`);
  const list = addresses.map(ipBytes);
  const size = list[0]?.length ?? 0;
  assert(
    list.every((address) => address.length === size),
    'one family in one advertisement',
  );
  const bytes = new Uint8Array(HEADER + size * list.length);
  bytes.set([(3 << 4) | ADVERTISEMENT, vrid, priority, list.length, hundredths >> 8, hundredths & 0xff]);
  for (const [i, address] of list.entries()) bytes.set(address, HEADER + size * i);
  new DataView(bytes.buffer).setUint16(6, checksumOf(bytes, addressing));
  return bytes;
}

/** Simple password (RFC 2338 §5.3.6): the first 8 bytes, filled up with zeros. */
export function passwordBytes(password: string): Uint8Array {
  const field = new Uint8Array(AUTH_DATA);
  field.set(new TextEncoder().encode(password).subarray(0, AUTH_DATA));
  return field;
}

/**
 * Lenient: everything that has a header decodes, with its problems. `family` is the datagram's (version 3). The
 * checksum of version 3 is looked at by `checksumProblem`, for what it covers is a matter of configuration.
 */
export function decodeVrrp(payload: Uint8Array, family: Family = 4): Result<VrrpMessage, VrrpProblem> {
  if (payload.length < HEADER) {
    return err({ reason: 'length', detail: `${payload.length} bytes, the header alone has ${HEADER}` });
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const version = view.getUint8(0) >> 4;
  const count = view.getUint8(3);
  const old = version <= 2;
  const size = !old && family === 6 ? 16 : 4;
  const tail = old ? AUTH_DATA : 0;
  const expected = HEADER + size * count + tail;
  const present = Math.min(count, Math.floor(Math.max(0, payload.length - HEADER - tail) / size));
  const addresses = Array.from({ length: present }, (_, i) =>
    ipFromBytes(payload.subarray(HEADER + size * i, HEADER + size * (i + 1))),
  );
  const problems: VrrpProblem[] = [];
  if (payload.length !== expected) {
    problems.push({ reason: 'length', detail: `${payload.length} bytes, with ${count} addresses it has ${expected}` });
  }
  const corrupt = old ? checksumProblem(payload, undefined) : undefined;
  if (corrupt) problems.push(corrupt);
  return ok({
    version,
    type: view.getUint8(0) & 0xf,
    vrid: view.getUint8(1),
    priority: view.getUint8(2),
    count,
    authType: old ? view.getUint8(4) : AUTH_NONE,
    adverInterval: old ? seconds(view.getUint8(5)) : milliseconds((view.getUint16(4) & 0xfff) * 10),
    checksum: view.getUint16(6),
    addresses,
    authData: old && payload.length >= HEADER + tail ? payload.slice(payload.length - tail) : new Uint8Array(),
    problems,
  });
}

/**
 * Over the whole message with the field taken as zero, and over the pseudo-header of `addressing` where one is given:
 * never in version 2 (RFC 3768 §5.3.8), always with IPv6, with IPv4 as RFC 5798 and keepalived do. Undefined: right.
 */
export function checksumProblem(payload: Uint8Array, addressing: Addressing | undefined): VrrpProblem | undefined {
  const theirs = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint16(6);
  const zeroed = payload.slice();
  zeroed.fill(0, 6, 8);
  const ours = checksumOf(zeroed, addressing);
  if (ours === theirs) return undefined;
  return { reason: 'checksum', detail: `checksum ${hex(theirs)}, computed ${hex(ours)}` };
}

function checksumOf(message: Uint8Array, addressing: Addressing | undefined): number {
  if (!addressing) return internetChecksum(message);
  return internetChecksum(pseudoHeader(addressing, PROTOCOL.vrrp, message.length), message);
}

const hex = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`;

export function authName(type: number): string {
  return ['none', 'PASS', 'AH'][type] ?? `unknown (${type})`;
}

/** One line, never the password: `VRRPv2 advertisement vrid 51 prio 100 auth PASS intvl 1s addrs 10.0.0.100`. */
export function describeVrrp(message: VrrpMessage): string {
  const kind = message.type === ADVERTISEMENT ? 'advertisement' : `type ${message.type}`;
  const auth = message.version <= 2 ? ` auth ${authName(message.authType)}` : '';
  const addresses = message.addresses.length > 0 ? message.addresses.join(',') : 'none';
  const problems = message.problems.map((problem) => `, ${problem.detail}`).join('');
  return (
    `VRRPv${message.version} ${kind} vrid ${message.vrid} prio ${message.priority}${auth} ` +
    `intvl ${message.adverInterval / 1000}s addrs ${addresses}${problems}`
  );
}
