import { familyOf, type IpAddress, ipBytes } from '../base/ip.ts';
import { type MacAddress, macBytes, macFromBytes } from '../base/mac.ts';

/**
 * Ethernet II, without tag and without frame check sequence:
 *
 *   0            6            12        14
 *   +------------+------------+---------+----------
 *   | destination| source     | type    | payload …
 *   +------------+------------+---------+----------
 */
export interface EthernetFrame {
  readonly destination: MacAddress;
  readonly source: MacAddress;
  readonly type: number;
  readonly payload: Uint8Array;
}

export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

const HEADER = 14;

export function encodeEthernet(frame: EthernetFrame): Uint8Array {
  const bytes = new Uint8Array(HEADER + frame.payload.length);
  bytes.set(macBytes(frame.destination));
  bytes.set(macBytes(frame.source), 6);
  bytes[12] = frame.type >> 8;
  bytes[13] = frame.type & 0xff;
  bytes.set(frame.payload, HEADER);
  return bytes;
}

/** Undefined where the header is cut short. Padding of short frames stays in the payload. */
export function decodeEthernet(bytes: Uint8Array): EthernetFrame | undefined {
  if (bytes.length < HEADER) return undefined;
  return {
    destination: macFromBytes(bytes.subarray(0, 6)),
    source: macFromBytes(bytes.subarray(6, 12)),
    type: ((bytes[12] ?? 0) << 8) | (bytes[13] ?? 0),
    payload: bytes.subarray(HEADER),
  };
}

/** `02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype 0x0806, length 42` */
export const describeEthernet = (frame: EthernetFrame): string =>
  `${frame.source} > ${frame.destination}, ethertype 0x${frame.type.toString(16).padStart(4, '0')}, ` +
  `length ${HEADER + frame.payload.length}`;

/** RFC 1112 §6.4 (01-00-5e and 23 bits) and RFC 2464 §7 (33-33 and 32 bits). */
export function multicastMac(group: IpAddress): MacAddress {
  const bytes = ipBytes(group);
  if (familyOf(group) === 6) return macFromBytes(Uint8Array.of(0x33, 0x33, ...bytes.subarray(12)));
  return macFromBytes(Uint8Array.of(0x01, 0x00, 0x5e, (bytes[1] ?? 0) & 0x7f, bytes[2] ?? 0, bytes[3] ?? 0));
}
