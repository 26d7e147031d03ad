/**
 * The Authentication Header (RFC 2402 §2) between the IPv4 header and a VRRP message, as keepalived has it:
 * HMAC-MD5-96 (RFC 2403), the sender's address as SPI, and the time to live among what is protected unless the datagram
 * may be routed.
 *
 *   | next header | length (words − 2) | reserved |
 *   | security parameters index (SPI)            |
 *   | sequence number                            |
 *   | integrity check value (ICV), 12 bytes      |
 */
import { assert } from '../base/assert.ts';
import { type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import { hmacMd5 } from '../base/md5.ts';
import { decodeIpv4, PROTOCOL } from './ipv4.ts';
import { passwordBytes } from './vrrp.ts';

const IP_HEADER = 20;
const SIZE = 24;
const ICV = 12;
const WORDS_MINUS_2 = 4;
/** Bytes of the IPv4 header. */
const AT = { tos: 1, length: 2, id: 4, fragment: 6, ttl: 8, protocol: 9, checksum: 10, source: 12, destination: 16 };
const NETWORK_CONTROL = 0xc0;

export interface AhDatagram {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ttl: number;
  /** To a peer, which may be routers away. */
  readonly unicast: boolean;
  /** 1…2³² − 1. */
  readonly sequence: number;
  readonly password: string;
}

/** The whole datagram, IPv4 header and all but its checksum, which the kernel fills in. */
export function encodeAhDatagram(fields: AhDatagram, message: Uint8Array): Uint8Array {
  const { source, destination, ttl, sequence } = fields;
  assert(sequence > 0 && sequence <= 0xffff_ffff, `sequence number ${sequence}`);
  const bytes = new Uint8Array(IP_HEADER + SIZE + message.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x45, NETWORK_CONTROL]);
  view.setUint16(AT.length, bytes.length);
  // The kernel would put its own number for a 0, and the check value covers it.
  view.setUint16(AT.id, sequence & 0xffff || 1);
  bytes.set([ttl, PROTOCOL.ah], AT.ttl);
  bytes.set(ipBytes(source), AT.source);
  bytes.set(ipBytes(destination), AT.destination);
  bytes.set([PROTOCOL.vrrp, WORDS_MINUS_2], IP_HEADER);
  bytes.set(ipBytes(source), IP_HEADER + 4);
  view.setUint32(IP_HEADER + 8, sequence);
  bytes.set(message, IP_HEADER + SIZE);
  bytes.set(checkValue(bytes, fields.password, fields.unicast), IP_HEADER + SIZE - ICV);
  return bytes;
}

export interface AhHeader {
  readonly spi: IpAddress;
  readonly sequence: number;
  /** What stands behind the header. */
  readonly message: Uint8Array;
}

/** Undefined for what is no datagram with a VRRP message behind an AH header of this kind. */
export function decodeAh(datagram: Uint8Array): AhHeader | undefined {
  const packet = decodeIpv4(datagram);
  if (packet?.protocol !== PROTOCOL.ah || packet.payload.length < SIZE) return undefined;
  const { payload } = packet;
  if (payload[0] !== PROTOCOL.vrrp || payload[1] !== WORDS_MINUS_2) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { spi: ipFromBytes(payload.subarray(4, 8)), sequence: view.getUint32(8), message: payload.subarray(SIZE) };
}

/** Whether the ICV of a datagram that `decodeAh` takes is right. */
export function isAuthentic(datagram: Uint8Array, password: string, unicast: boolean): boolean {
  const total = new DataView(datagram.buffer, datagram.byteOffset).getUint16(AT.length);
  const whole = datagram.subarray(0, total);
  const at = headerLength(whole) + SIZE - ICV;
  const theirs = whole.subarray(at, at + ICV);
  const ours = checkValue(whole, password, unicast);
  // Always all of it: how long a comparison takes must not tell how much was right.
  return ours.reduce((wrong, byte, i) => wrong | (byte ^ (theirs[i] ?? 0)), 0) === 0;
}

const headerLength = (datagram: Uint8Array): number => ((datagram[0] ?? 0) & 0x0f) * 4;

/** RFC 2402 §3.3.3.1: what routers change counts as zero, and so does the value itself. */
function checkValue(datagram: Uint8Array, password: string, unicast: boolean): Uint8Array {
  const bytes = new Uint8Array(datagram);
  const end = headerLength(bytes) + SIZE;
  bytes[AT.tos] = 0;
  bytes.fill(0, AT.fragment, AT.ttl);
  bytes.fill(0, AT.checksum, AT.source);
  if (unicast) bytes[AT.ttl] = 0;
  bytes.fill(0, end - ICV, end);
  return hmacMd5(passwordBytes(password), bytes).subarray(0, ICV);
}
