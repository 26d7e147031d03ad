/** An advertisement as a whole Ethernet frame, for a sender whose source address is the virtual MAC (RFC 9568 §7.2, §7.4). */
import { internetChecksum } from '../base/checksum.ts';
import { familyOf, type IpAddress, ipBytes } from '../base/ip.ts';
import type { MacAddress } from '../base/mac.ts';
import { ETHERTYPE, encodeEthernet, multicastMac } from './ethernet.ts';
import { PROTOCOL } from './ipv4.ts';

export interface FrameAddressing {
  readonly mac: MacAddress;
  readonly source: IpAddress;
  /** A multicast group. */
  readonly group: IpAddress;
  /** IPv4's 16 bits that tell one datagram from another. */
  readonly identification: number;
}

const TTL = 255;
/** Internetwork control (RFC 791 §3.1), as from a raw socket. */
const TOS = 0xc0;

export function encodeVrrpFrame(addressing: FrameAddressing, message: Uint8Array): Uint8Array {
  const { mac, group } = addressing;
  const four = familyOf(group) === 4;
  const header = four ? ipv4Header(addressing, message.length) : ipv6Header(addressing, message.length);
  return encodeEthernet({
    destination: multicastMac(group),
    source: mac,
    type: four ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6,
    payload: Uint8Array.from([...header, ...message]),
  });
}

/** A whole IPv4 datagram to a group, whose header checksum is left to whoever sends it. */
export function frameDatagram(mac: MacAddress, group: IpAddress, datagram: Uint8Array): Uint8Array {
  const payload = datagram.slice();
  const header = payload.subarray(0, ((payload[0] ?? 0) & 0x0f) * 4);
  const view = new DataView(payload.buffer);
  view.setUint16(10, 0);
  view.setUint16(10, internetChecksum(header));
  return encodeEthernet({ destination: multicastMac(group), source: mac, type: ETHERTYPE.ipv4, payload });
}

function ipv4Header({ source, group, identification }: FrameAddressing, length: number): Uint8Array {
  const header = new Uint8Array(20);
  const view = new DataView(header.buffer);
  view.setUint8(0, 0x45);
  view.setUint8(1, TOS);
  view.setUint16(2, header.length + length);
  view.setUint16(4, identification & 0xffff);
  view.setUint8(8, TTL);
  view.setUint8(9, PROTOCOL.vrrp);
  header.set(ipBytes(source), 12);
  header.set(ipBytes(group), 16);
  view.setUint16(10, internetChecksum(header));
  return header;
}

/** RFC 8200 §3: version and traffic class, no flow label. */
function ipv6Header({ source, group }: FrameAddressing, length: number): Uint8Array {
  const header = new Uint8Array(40);
  const view = new DataView(header.buffer);
  view.setUint16(0, 0x6000 | (TOS << 4));
  view.setUint16(4, length);
  view.setUint8(6, PROTOCOL.vrrp);
  view.setUint8(7, TTL);
  header.set(ipBytes(source), 8);
  header.set(ipBytes(group), 24);
  return header;
}
