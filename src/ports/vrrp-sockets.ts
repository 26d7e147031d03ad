import type { Family, IpAddress } from '../base/ip.ts';
import type { MacAddress } from '../base/mac.ts';
import type { Result } from '../base/result.ts';
import type { Instant } from '../base/time.ts';
import type { Cancel } from './clock.ts';
import type { OsError } from './os-error.ts';

/** One VRRP datagram as it arrived. `at` is the kernel's receive stamp on our clock. */
export interface ReceivedDatagram {
  readonly interface: string;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ttl: number;
  /** The VRRP message, after the IP header and its options, cut to the IP total length. */
  readonly payload: Uint8Array;
  /** Of an `ah` socket: the datagram with its IPv4 header, which its check value covers (`wire/ah.ts`). */
  readonly whole?: Uint8Array | undefined;
  readonly at: Instant;
}

export interface VrrpSocket {
  /**
   * Sends one VRRP message with TOS 0xc0 from `source`: with TTL 255 to the socket's group, or to one address.
   * An `ah` socket takes the whole datagram instead, with its IPv4 header, and sends it as it is. What goes to the group may
   * have another hardware address as its sender than the interface's own.
   */
  send(message: Uint8Array, source: IpAddress, unicast?: UnicastTarget, mac?: MacAddress): Result<void, OsError>;
  close(): void;
}

export interface VrrpSocketOptions {
  readonly interface: string;
  readonly family: Family;
  readonly group: IpAddress;
  /** `ah`: VRRP behind an Authentication Header (IPv4, protocol 51); absent: protocol 112. */
  readonly protocol?: 'ah' | undefined;
}

export interface UnicastTarget {
  readonly address: IpAddress;
  readonly ttl: number;
}

export interface VrrpSockets {
  /**
   * Joins `group` on `interface` and delivers what arrives there, never our own datagrams. One socket serves all
   * virtual routers of an interface and family. ENODEV: no such interface; EPERM: no CAP_NET_RAW.
   */
  open(options: VrrpSocketOptions, receive: (datagram: ReceivedDatagram) => void): Result<VrrpSocket, OsError>;
}

/**
 * What ARP or neighbour discovery said on an interface, received from others: a neighbour advertisement is a `reply`, a solicitation a `request`.
 */
export interface ReceivedArp {
  readonly interface: string;
  readonly operation: 'request' | 'reply';
  readonly senderMac: MacAddress;
  readonly senderIp: IpAddress;
  readonly targetIp: IpAddress;
  readonly at: Instant;
}

export interface Neighbours {
  /** Sends `frame` (Ethernet header included) out of `interface`. */
  sendFrame(interfaceName: string, frame: Uint8Array): Result<void, OsError>;
  /** Every ARP packet (IPv6: neighbour discovery) that others send on `interface`, until cancelled. */
  watchArp(interfaceName: string, listener: (arp: ReceivedArp) => void, family?: Family): Result<Cancel, OsError>;
}
