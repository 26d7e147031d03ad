import { type Family, type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import { decodeIpv4 } from '../wire/ipv4.ts';
import { concat, readU32, u16, u32 } from '../wire/netlink.ts';
import { AF, IP, IPV6, SOL } from './constants.ts';
import { type ControlMessage, encodeControl, type Received } from './receiver.ts';

/** Where raw sockets of the two families differ (ip(7), raw(7); ipv6(7), RFC 3542). */
export interface VrrpFamily {
  readonly domain: number;
  /** What to set, in order, each with its name for the error. */
  options(group: IpAddress, index: number): [what: string, level: number, option: number, value: Uint8Array][];
  /** The socket address of a group or a peer. */
  destination(address: IpAddress, index: number): Uint8Array;
  /** Control data that fixes the source address of one send. */
  from(source: IpAddress, index: number): Uint8Array;
  /** Control data that fixes the TTL of one send. */
  ttl(ttl: number): Uint8Array;
  /** Undefined for what cannot be a whole datagram. */
  decode(received: Received): VrrpDatagram | undefined;
}

export interface VrrpDatagram {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ttl: number;
  readonly payload: Uint8Array;
}

const TTL = u32(255);
const NETWORK_CONTROL = u32(0xc0);
/** Adverts have no use for path MTU discovery, and without DF the kernel numbers them. */
const PMTU_DISCOVERY_OFF = u32(0);

const ipv4: VrrpFamily = {
  domain: AF.inet,
  options(group, index) {
    // struct ip_mreqn: group, local address, interface index.
    const membership = concat(ipBytes(group), u32(0), u32(index));
    return [
      ['IP_MULTICAST_ALL', SOL.ip, IP.multicastAll, u32(0)],
      ['IP_MULTICAST_LOOP', SOL.ip, IP.multicastLoop, u32(0)],
      ['IP_MULTICAST_TTL', SOL.ip, IP.multicastTtl, TTL],
      ['IP_MULTICAST_IF', SOL.ip, IP.multicastIf, membership],
      ['IP_MTU_DISCOVER', SOL.ip, IP.mtuDiscover, PMTU_DISCOVERY_OFF],
      ['IP_TTL', SOL.ip, IP.ttl, TTL],
      ['IP_TOS', SOL.ip, IP.tos, NETWORK_CONTROL],
      [`join ${group}`, SOL.ip, IP.addMembership, membership],
    ];
  },
  // struct sockaddr_in: family, port, address, eight bytes of padding.
  destination: (group) => concat(u16(AF.inet), u16(0), ipBytes(group), u32(0), u32(0)),
  // struct in_pktinfo: interface index, source address, an address that only receiving fills.
  from: (source, index) => {
    const value = concat(u32(index), ipBytes(source), u32(0));
    return encodeControl({ level: SOL.ip, type: IP.packetInfo, value });
  },
  ttl: (ttl) => encodeControl({ level: SOL.ip, type: IP.ttl, value: u32(ttl) }),
  decode: (received) => decodeIpv4(received.data),
};

const ipv6: VrrpFamily = {
  domain: AF.inet6,
  options(group, index) {
    // struct ipv6_mreq: group, interface index.
    const membership = concat(ipBytes(group), u32(index));
    return [
      ['IPV6_RECVPKTINFO', SOL.ipv6, IPV6.receivePacketInfo, u32(1)],
      ['IPV6_RECVHOPLIMIT', SOL.ipv6, IPV6.receiveHopLimit, u32(1)],
      ['IPV6_MULTICAST_ALL', SOL.ipv6, IPV6.multicastAll, u32(0)],
      ['IPV6_MULTICAST_LOOP', SOL.ipv6, IPV6.multicastLoop, u32(0)],
      ['IPV6_MULTICAST_HOPS', SOL.ipv6, IPV6.multicastHops, TTL],
      ['IPV6_MULTICAST_IF', SOL.ipv6, IPV6.multicastIf, u32(index)],
      ['IPV6_UNICAST_HOPS', SOL.ipv6, IPV6.unicastHops, TTL],
      ['IPV6_TCLASS', SOL.ipv6, IPV6.trafficClass, NETWORK_CONTROL],
      [`join ${group}`, SOL.ipv6, IPV6.addMembership, membership],
    ];
  },
  // struct sockaddr_in6: family, port, flow, address, scope.
  destination: (group, index) => concat(u16(AF.inet6), u16(0), u32(0), ipBytes(group), u32(index)),
  // struct in6_pktinfo: address, interface index.
  from: (source, index) => {
    const value = concat(ipBytes(source), u32(index));
    return encodeControl({ level: SOL.ipv6, type: IPV6.packetInfo, value });
  },
  ttl: (ttl) => encodeControl({ level: SOL.ipv6, type: IPV6.hopLimit, value: u32(ttl) }),
  // The kernel keeps the IPv6 header to itself: what it said comes as control data.
  decode: (received) => {
    const info = find(received.control, IPV6.packetInfo);
    const hopLimit = find(received.control, IPV6.hopLimit);
    if (!info || !hopLimit || received.from.length < 24) return undefined;
    const source = ipFromBytes(received.from.subarray(8, 24));
    return { source, destination: ipFromBytes(info.subarray(0, 16)), ttl: readU32(hopLimit), payload: received.data };
  },
};

const find = (control: readonly ControlMessage[], type: number): Uint8Array | undefined =>
  control.find((message) => message.level === SOL.ipv6 && message.type === type)?.value;

export const VRRP_FAMILIES: Readonly<Record<Family, VrrpFamily>> = { 4: ipv4, 6: ipv6 };
