import type { Family, IpAddress } from '../base/ip.ts';
import type { Result } from '../base/result.ts';
import type { Instant } from '../base/time.ts';
import type { Cancel } from './clock.ts';
import type { OsError } from './os-error.ts';

/** One datagram to UDP port 3784 as it arrived. `at` is the kernel's receive stamp on our clock. */
export interface BfdDatagram {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** TTL or hop limit. */
  readonly ttl: number;
  readonly payload: Uint8Array;
  readonly at: Instant;
}

/** What one session sends with: always from the same port (RFC 5881 §4). */
export interface BfdSender {
  /** One control packet to port 3784 of the neighbor. */
  send(payload: Uint8Array): Result<void, OsError>;
  close(): void;
}

/** Single-hop BFD (RFC 5881 §4). */
export interface BfdSockets {
  /** Delivers what comes to port 3784 of any address. EADDRINUSE: another BFD daemon has it. */
  listen(family: Family, receive: (datagram: BfdDatagram) => void): Result<Cancel, OsError>;
  /** A source port in 49152…65535. EADDRNOTAVAIL: `source` is no address of this machine. */
  open(options: {
    readonly neighbor: IpAddress;
    /** Undefined: as the route has it. */
    readonly source: IpAddress | undefined;
    readonly ttl: number;
  }): Result<BfdSender, OsError>;
}
