import { assert } from '../base/assert.ts';
import { familyOf, type IpAddress, ip, ipBytes, ipFromBytes } from '../base/ip.ts';
import { BROADCAST, type MacAddress, macBytes, macFromBytes } from '../base/mac.ts';
import { ETHERTYPE, encodeEthernet } from './ethernet.ts';

/**
 * ARP for IPv4 over Ethernet (RFC 826):
 *
 *   0         2         4    5    6         8
 *   +---------+---------+----+----+---------+
 *   | hw 1    | pr 0800 | 6  | 4  | operation
 *   +---------+---------+----+----+---------+------------+
 *   | sender MAC (6)              | sender IP (4)        |
 *   +-----------------------------+----------------------+
 *   | target MAC (6)              | target IP (4)        |
 *   +-----------------------------+----------------------+
 */
export interface ArpPacket {
  readonly operation: 'request' | 'reply';
  readonly senderMac: MacAddress;
  readonly senderIp: IpAddress;
  readonly targetMac: MacAddress;
  readonly targetIp: IpAddress;
}

const LENGTH = 28;
const PREAMBLE = Uint8Array.of(0, 1, 0x08, 0, 6, 4);
const UNKNOWN = '00:00:00:00:00:00' as MacAddress;
const NOBODY = ip('0.0.0.0');

export function encodeArp(arp: ArpPacket): Uint8Array {
  assert(familyOf(arp.senderIp) === 4 && familyOf(arp.targetIp) === 4, 'ARP carries IPv4 addresses');
  const bytes = new Uint8Array(LENGTH);
  bytes.set(PREAMBLE);
  bytes[7] = arp.operation === 'request' ? 1 : 2;
  bytes.set(macBytes(arp.senderMac), 8);
  bytes.set(ipBytes(arp.senderIp), 14);
  bytes.set(macBytes(arp.targetMac), 18);
  bytes.set(ipBytes(arp.targetIp), 24);
  return bytes;
}

/** Undefined for other hardware, other protocols, other operations and short packets. Trailing padding is ignored. */
export function decodeArp(bytes: Uint8Array): ArpPacket | undefined {
  if (bytes.length < LENGTH || PREAMBLE.some((byte, i) => bytes[i] !== byte)) return undefined;
  const operation = ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0);
  if (operation !== 1 && operation !== 2) return undefined;
  return {
    operation: operation === 1 ? 'request' : 'reply',
    senderMac: macFromBytes(bytes.subarray(8, 14)),
    senderIp: ipFromBytes(bytes.subarray(14, 18)),
    targetMac: macFromBytes(bytes.subarray(18, 24)),
    targetIp: ipFromBytes(bytes.subarray(24, 28)),
  };
}

/** Who says of itself that it has the address, asked or not (RFC 5227 §1.1: an announcement). */
export const isGratuitous = (arp: ArpPacket): boolean => arp.senderIp === arp.targetIp;

/**
 * The broadcast frame that tells a LAN where `address` now is (RFC 3768 §6.4.2): a request with the address as sender
 * and as target, as keepalived sends it.
 */
export const gratuitousArp = (mac: MacAddress, address: IpAddress): Uint8Array =>
  broadcast(mac, { operation: 'request', senderMac: mac, senderIp: address, targetMac: BROADCAST, targetIp: address });

/** A broadcast who-has. Without `sender` it is a probe (RFC 5227 §2.1.1), which changes nobody's cache. */
export const whoHas = (mac: MacAddress, target: IpAddress, sender: IpAddress = NOBODY): Uint8Array =>
  broadcast(mac, { operation: 'request', senderMac: mac, senderIp: sender, targetMac: UNKNOWN, targetIp: target });

const broadcast = (source: MacAddress, arp: ArpPacket): Uint8Array =>
  encodeEthernet({ destination: BROADCAST, source, type: ETHERTYPE.arp, payload: encodeArp(arp) });

/** `who-has 10.0.0.1 tell 10.0.0.9`, `10.0.0.1 is-at 02:00:00:00:00:01`, `announce 10.0.0.1 is-at 02:…` */
export function describeArp(arp: ArpPacket): string {
  if (isGratuitous(arp)) return `announce ${arp.senderIp} is-at ${arp.senderMac}`;
  if (arp.operation === 'reply') return `${arp.senderIp} is-at ${arp.senderMac}`;
  return arp.senderIp === NOBODY ? `probe ${arp.targetIp}` : `who-has ${arp.targetIp} tell ${arp.senderIp}`;
}
