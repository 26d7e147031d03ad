import { type IpAddress, ipFromBytes } from '../base/ip.ts';

/**
 * The IPv4 header (RFC 791 §3.1), as a raw socket delivers it in front of the payload:
 *
 *   |version| IHL | TOS | total length                |
 *   | identification    | flags | fragment offset     |
 *   | TTL   | protocol  | header checksum             |
 *   | source address                                  |
 *   | destination address                             |
 *   | options up to IHL × 4 …                         |
 */
export interface Ipv4Packet {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly protocol: number;
  readonly ttl: number;
  readonly tos: number;
  /** After header and options, cut to the total length: link padding is gone. */
  readonly payload: Uint8Array;
}

export const PROTOCOL = { vrrp: 112, ah: 51 } as const;

const MINIMUM = 20;

/**
 * Undefined where the header is malformed, the packet is shorter than its total length, or it is a fragment. The header
 * checksum is the kernel's business.
 */
export function decodeIpv4(bytes: Uint8Array): Ipv4Packet | undefined {
  if (bytes.length < MINIMUM) return undefined;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = data.getUint8(0);
  const header = (first & 0x0f) * 4;
  const total = data.getUint16(2);
  if (first >> 4 !== 4 || header < MINIMUM || total < header || total > bytes.length) return undefined;
  if ((data.getUint16(6) & MORE_OR_OFFSET) !== 0) return undefined;
  return {
    source: ipFromBytes(bytes.subarray(12, 16)),
    destination: ipFromBytes(bytes.subarray(16, 20)),
    protocol: data.getUint8(9),
    ttl: data.getUint8(8),
    tos: data.getUint8(1),
    payload: bytes.subarray(header, total),
  };
}
/** The bit "more fragments" and the fragment offset. */
const MORE_OR_OFFSET = 0x3fff;

/** `10.0.0.2 > 224.0.0.18: proto 112, ttl 255, tos 0xc0, length 20` */
export const describeIpv4 = (packet: Ipv4Packet): string =>
  `${packet.source} > ${packet.destination}: proto ${packet.protocol}, ttl ${packet.ttl}, ` +
  `tos 0x${packet.tos.toString(16)}, length ${packet.payload.length}`;
