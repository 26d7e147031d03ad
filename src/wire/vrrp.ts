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

export const ADVERTISEMENT = 1;
export const AUTH_NONE = 0;
export const AUTH_PASS = 1;
export const AUTH_AH = 2;
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

export interface VrrpAdvertisement {
  readonly version: 2;
  readonly vrid: number;
  readonly priority: number;
  /** Whole seconds, 1…255. */
  readonly adverInterval: Duration;
  readonly authentication: { readonly type: 'none' } | { readonly type: 'PASS'; readonly password: string };
  /** IPv4, at most 255. */
  readonly addresses: readonly IpAddress[];
}

/** The whole message with its checksum. Values out of range are a bug of the caller: throws. */
export function encodeVrrp(advert: VrrpAdvertisement): Uint8Array {
  const { vrid, priority, adverInterval, authentication, addresses } = advert;
  const interval = adverInterval / 1000;
  assert(Number.isInteger(interval) && interval >= 1 && interval <= 255, `adver interval ${interval} s in version 2`);
  assert(addresses.length <= 255 && addresses.every((a) => familyOf(a) === 4), 'at most 255 IPv4 addresses');
  assert(vrid >= 1 && vrid <= 255 && priority >= 0 && priority <= 255, `vrid ${vrid}, priority ${priority}`);
  const bytes = new Uint8Array(HEADER + 4 * addresses.length + AUTH_DATA);
  const authType = authentication.type === 'PASS' ? AUTH_PASS : AUTH_NONE;
  bytes.set([(2 << 4) | ADVERTISEMENT, vrid, priority, addresses.length, authType, interval]);
  for (const [i, address] of addresses.entries()) bytes.set(ipBytes(address), HEADER + 4 * i);
  if (authentication.type === 'PASS') bytes.set(passwordBytes(authentication.password), bytes.length - AUTH_DATA);
  new DataView(bytes.buffer).setUint16(6, internetChecksum(bytes));
  return bytes;
}

/** Simple password (RFC 2338 §5.3.6): the first 8 bytes, filled up with zeros. */
export function passwordBytes(password: string): Uint8Array {
  const field = new Uint8Array(AUTH_DATA);
  field.set(new TextEncoder().encode(password).subarray(0, AUTH_DATA));
  return field;
}

/** Lenient: everything that has a header decodes, with its problems. `family` is the datagram's (version 3). */
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
  // Version 3's checksum covers the IP pseudo-header, which is not here.
  if (old) problems.push(...checksumProblem(payload, view.getUint16(6)));
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

/** RFC 3768 §5.3.8: over the whole message with the field taken as zero, without a pseudo-header. */
function checksumProblem(payload: Uint8Array, theirs: number): VrrpProblem[] {
  const zeroed = payload.slice();
  zeroed.fill(0, 6, 8);
  const ours = internetChecksum(zeroed);
  if (ours === theirs) return [];
  return [{ reason: 'checksum', detail: `checksum ${hex(theirs)}, computed ${hex(ours)}` }];
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
