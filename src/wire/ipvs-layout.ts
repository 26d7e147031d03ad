/**
 * The IPVS family of generic netlink (linux/ip_vs.h): virtual services and their destinations.
 *
 *   genetlink header | SERVICE { … } | DEST { … }
 *
 * Ports and the IPv4 netmask are in network order, everything else in the machine's. A service is named either by
 * protocol, address and port or by a firewall mark; edits take the whole entry.
 */
import type { Family, IpAddress } from '../base/ip.ts';

export const IPVS_FAMILY = 'IPVS';
export const IPVS_VERSION = 1;

export const IPVS_COMMAND = {
  newService: 1,
  setService: 2,
  deleteService: 3,
  getService: 4,
  newDestination: 5,
  setDestination: 6,
  deleteDestination: 7,
  getDestination: 8,
  getInfo: 15,
} as const;

/** A scheduler's three flags of its own follow each other from `scheduler` on. */
export const IPVS_FLAG = { persistent: 0x1, hashed: 0x2, onePacket: 0x4, scheduler: 0x8 } as const;
export const IPVS_SCHEDULER_FLAGS = 0x38;
export const IPVS_METHOD = { nat: 0, local: 1, tunnel: 2, direct: 3, bypass: 4 } as const;
export const IPVS_TUNNEL = { ipip: 0, gue: 1, gre: 2 } as const;
export const IPVS_TUNNEL_CHECKSUM = { none: 0, checksum: 1, remote: 2 } as const;
export const IP_PROTOCOL = { tcp: 6, udp: 17, sctp: 132 } as const;

export const PART = { service: 1, destination: 2 } as const;
export const INFO = { version: 1, connectionTableSize: 2 } as const;
export const SERVICE = {
  family: 1,
  protocol: 2,
  address: 3,
  port: 4,
  mark: 5,
  scheduler: 6,
  flags: 7,
  timeout: 8,
  netmask: 9,
  stats: 10,
  persistenceEngine: 11,
  stats64: 12,
} as const;
export const DESTINATION = {
  address: 1,
  port: 2,
  method: 3,
  weight: 4,
  upper: 5,
  lower: 6,
  active: 7,
  inactive: 8,
  persistent: 9,
  stats: 10,
  family: 11,
  stats64: 12,
  tunnelType: 13,
  tunnelPort: 14,
  tunnelFlags: 15,
} as const;
export const STATS = { connections: 1, inPackets: 2, outPackets: 3, inBytes: 4, outBytes: 5 } as const;
/** AF_INET, AF_INET6. */
export const AF: Record<Family, number> = { 4: 2, 6: 10 };

export type IpvsServiceId =
  | { readonly family: Family; readonly protocol: number; readonly address: IpAddress; readonly port: number }
  | { readonly family: Family; readonly mark: number };

/** A service as NEW_SERVICE and SET_SERVICE want it. */
export interface IpvsService {
  readonly id: IpvsServiceId;
  readonly scheduler: string;
  readonly flags: number;
  /** Which of `flags` are meant; the others stay as they are. */
  readonly flagMask: number;
  /** Of persistence, seconds. */
  readonly timeout: number;
  /** Of persistence: how many leading bits of the client's address make one client. */
  readonly prefix: number;
  /** Of persistence by content; undefined: none. */
  readonly engine?: string | undefined;
}

export interface IpvsDestinationId {
  readonly address: IpAddress;
  readonly port: number;
}

export interface IpvsDestination extends IpvsDestinationId {
  readonly method: number;
  readonly weight: number;
  /** Connection thresholds; 0 none. */
  readonly upper: number;
  readonly lower: number;
  /** Of the method `tunnel`. Undefined: IP in IP. */
  readonly tunnel?: { readonly type: number; readonly port: number; readonly flags: number } | undefined;
}

export interface IpvsStats {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}

export interface IpvsServiceEntry extends IpvsService {
  readonly stats: IpvsStats;
}

export interface IpvsDestinationEntry extends IpvsDestination {
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
  readonly stats: IpvsStats;
}
