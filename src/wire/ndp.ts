/**
 * Neighbour discovery (RFC 4861 §4.3, §4.4), ICMPv6 in IPv6 in Ethernet:
 *
 *   | type 135 NS, 136 NA | code 0 | checksum            |
 *   | R S O (NA only)     | reserved                     |
 *   | target address (16)                                |
 *   | option 1 source / 2 target link-layer address, 1 (×8 bytes), MAC (6) |
 */
import { internetChecksum } from '../base/checksum.ts';
import { type IpAddress, ip, ipBytes, ipFromBytes } from '../base/ip.ts';
import { type MacAddress, macBytes, macFromBytes } from '../base/mac.ts';
import { decodeEthernet, ETHERTYPE, encodeEthernet } from './ethernet.ts';
import { pseudoHeader } from './pseudo-header.ts';

const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const ICMPV6 = 58;
const ROUTER = 0x80;
const SOLICITED = 0x40;
const OVERRIDE = 0x20;
const IPV6_HEADER = 40;
const MESSAGE = 24;
const HOP_LIMIT = 255;
const ALL_NODES = ip('ff02::1');

export interface NeighbourMessage {
  readonly kind: 'solicitation' | 'advertisement';
  readonly source: IpAddress;
  readonly target: IpAddress;
  /** Of the link-layer option, or else of the frame. */
  readonly mac: MacAddress;
  readonly solicited: boolean;
  readonly override: boolean;
  readonly router: boolean;
}

/** RFC 9568 §6.4.2: R 1, S 0, O 1, to all nodes: tells a LAN where `address` now is. */
export const unsolicitedAdvertisement = (mac: MacAddress, address: IpAddress): Uint8Array =>
  frame({ mac, source: address, destination: ALL_NODES }, ADVERTISEMENT, ROUTER | OVERRIDE, address, 2);

/** Asks who has `target`, from `source`, an address of ours (RFC 4861 §7.2.2): to its solicited-node group. */
export function solicitation(mac: MacAddress, target: IpAddress, source: IpAddress): Uint8Array {
  const group = ipBytes(ip('ff02::1:ff00:0'));
  group.set(ipBytes(target).subarray(13), 13);
  return frame({ mac, source, destination: ipFromBytes(group) }, SOLICITATION, 0, target, 1);
}

interface Route {
  readonly mac: MacAddress;
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

function frame(route: Route, type: number, flags: number, target: IpAddress, option: number): Uint8Array {
  const message = Uint8Array.from([
    ...[type, 0, 0, 0, flags, 0, 0, 0],
    ...ipBytes(target),
    ...[option, 1],
    ...macBytes(route.mac),
  ]);
  const checksum = internetChecksum(pseudoHeader(route, ICMPV6, message.length), message);
  new DataView(message.buffer).setUint16(2, checksum);
  const header = [0x60, 0, 0, 0, 0, message.length, ICMPV6, HOP_LIMIT];
  const destination = ipBytes(route.destination);
  return encodeEthernet({
    // RFC 2464 §7.
    destination: macFromBytes(Uint8Array.of(0x33, 0x33, ...destination.subarray(12))),
    source: route.mac,
    type: ETHERTYPE.ipv6,
    payload: Uint8Array.from([...header, ...ipBytes(route.source), ...destination, ...message]),
  });
}

/** Undefined for every other frame, and for one that came by a router (hop limit) or is cut short. */
export function decodeNeighbour(bytes: Uint8Array): NeighbourMessage | undefined {
  const ethernet = decodeEthernet(bytes);
  const payload = ethernet?.payload;
  if (ethernet?.type !== ETHERTYPE.ipv6 || !payload || payload.length < IPV6_HEADER + MESSAGE) return undefined;
  if (payload[6] !== ICMPV6 || payload[7] !== HOP_LIMIT) return undefined;
  const message = payload.subarray(IPV6_HEADER);
  const type = message[0];
  if (type !== SOLICITATION && type !== ADVERTISEMENT) return undefined;
  const wanted = type === SOLICITATION ? 1 : 2;
  const hasOption = message.length >= MESSAGE + 8 && message[MESSAGE] === wanted && message[MESSAGE + 1] === 1;
  const flags = type === ADVERTISEMENT ? (message[4] ?? 0) : 0;
  return {
    kind: type === SOLICITATION ? 'solicitation' : 'advertisement',
    source: ipFromBytes(payload.subarray(8, 24)),
    target: ipFromBytes(message.subarray(8, 24)),
    mac: hasOption ? macFromBytes(message.subarray(MESSAGE + 2, MESSAGE + 8)) : ethernet.source,
    solicited: (flags & SOLICITED) !== 0,
    override: (flags & OVERRIDE) !== 0,
    router: (flags & ROUTER) !== 0,
  };
}
