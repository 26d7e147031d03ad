import type { Family, IpAddress } from '../base/ip.ts';
import type { MacAddress } from '../base/mac.ts';
import type { Result } from '../base/result.ts';
import type { Instant } from '../base/time.ts';
import type { Cancel } from './clock.ts';
import type { OsError } from './os-error.ts';

/** One protocol-112 datagram as it arrived. `at` is the kernel's receive stamp on our clock. */
export interface ReceivedDatagram {
  readonly interface: string;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ttl: number;
  /** The VRRP message, after the IP header and its options, cut to the IP total length. */
  readonly payload: Uint8Array;
  readonly at: Instant;
}

export interface VrrpSocket {
  /** Sends one VRRP message with TTL 255, TOS 0xc0, from `source`, to the group the socket was opened for. */
  send(message: Uint8Array, source: IpAddress): Result<void, OsError>;
  close(): void;
}

export interface VrrpSockets {
  /**
   * Joins `group` on `interface` and delivers what arrives there, never our own datagrams. One socket serves all
   * virtual routers of an interface and family. ENODEV: no such interface; EPERM: no CAP_NET_RAW.
   */
  open(
    options: { readonly interface: string; readonly family: Family; readonly group: IpAddress },
    receive: (datagram: ReceivedDatagram) => void,
  ): Result<VrrpSocket, OsError>;
}

/** An ARP packet that passed on an interface (either direction is filtered to: received from others). */
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
  /** Every ARP packet that others send on `interface`, until cancelled. */
  watchArp(interfaceName: string, listener: (arp: ReceivedArp) => void): Result<Cancel, OsError>;
}
