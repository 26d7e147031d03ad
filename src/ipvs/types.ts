import { type Family, familyOf, type IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp';
/** keepalived's `lb_kind`, ipvsadm's -g, -m, -i. */
export type ForwardingMethod = 'DR' | 'NAT' | 'TUN';

/** A service by what the client asks for. */
export interface AddressKey {
  readonly address: IpAddress;
  /** 0: all ports, which only a persistent service can be. */
  readonly port: number;
  readonly protocol: Protocol;
}

/** A service by the mark that the packet filter gave the packet; IPv4 and IPv6 are apart. */
export interface MarkKey {
  /** Above 0. */
  readonly mark: number;
  readonly family: Family;
}

export type ServiceKey = AddressKey | MarkKey;

export interface ServiceSettings {
  /** The kernel's name: rr, wrr, lc, wlc … */
  readonly scheduler: string;
  /** The scheduler's own flags, bits 1, 2 and 4 (`flag-1` to `flag-3`); undefined: none. */
  readonly schedulerFlags?: number | undefined;
  /** Undefined: not persistent. Whole seconds in the kernel. */
  readonly persistence?: Duration | undefined;
  /** Leading bits of the address that make one persistent client; undefined: all of them. */
  readonly granularity?: number | undefined;
  /** Persistence by content: the kernel's name, `sip`. */
  readonly persistenceEngine?: string | undefined;
  /** UDP: each packet is scheduled on its own. */
  readonly onePacket?: boolean | undefined;
}

export type ServiceSpec = ServiceKey & ServiceSettings;

export interface DestinationKey {
  readonly address: IpAddress;
  readonly port: number;
}

/** How TUN wraps a packet; `port` is GUE's. */
export interface Tunnel {
  readonly type: 'ipip' | 'gue' | 'gre';
  readonly port: number;
  readonly checksum: 'none' | 'checksum' | 'remote';
}

export interface DestinationSpec extends DestinationKey {
  /** 0…65535; 0 schedules nothing new and keeps what is there. */
  readonly weight: number;
  readonly method: ForwardingMethod;
  /** Of TUN; undefined: IP in IP. */
  readonly tunnel?: Tunnel | undefined;
  /** Connections at which it gets no more, and those at which it gets some again; undefined or 0: no limit. */
  readonly upperThreshold?: number | undefined;
  readonly lowerThreshold?: number | undefined;
}

/** 64-bit counters as the kernel keeps them since the entry was made. */
export interface Counters {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}

export interface DestinationEntry extends DestinationSpec {
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  readonly counters: Counters;
}

export type ServiceEntry = ServiceSpec & {
  readonly destinations: readonly DestinationEntry[];
  readonly counters: Counters;
};

export type TableDump = readonly ServiceEntry[];

/** What a service should be with all its destinations; a dumped entry is one too. */
export type DesiredService = ServiceSpec & {
  readonly destinations: readonly DestinationSpec[];
};

export type TableOperation =
  | { readonly kind: 'add-service'; readonly service: ServiceSpec }
  | { readonly kind: 'edit-service'; readonly service: ServiceSpec }
  | { readonly kind: 'delete-service'; readonly service: ServiceKey }
  | { readonly kind: 'add-destination'; readonly service: ServiceKey; readonly destination: DestinationSpec }
  | { readonly kind: 'edit-destination'; readonly service: ServiceKey; readonly destination: DestinationSpec }
  | { readonly kind: 'delete-destination'; readonly service: ServiceKey; readonly destination: DestinationKey };

export const isMark = (key: ServiceKey): key is MarkKey => 'mark' in key;
export const familyOfService = (key: ServiceKey): Family => (isMark(key) ? key.family : familyOf(key.address));
/** The name alone, without what else an entry holds. */
export const serviceKey = (key: ServiceKey): ServiceKey =>
  isMark(key)
    ? { mark: key.mark, family: key.family }
    : { address: key.address, port: key.port, protocol: key.protocol };

/** `ADDRESS:PORT/tcp` or `fwmark:N`: how a service is named on the command line and in messages. */
export const serviceName = (key: ServiceKey): string =>
  isMark(key) ? `fwmark:${key.mark}${key.family === 6 ? '/ipv6' : ''}` : `${hostPort(key)}/${key.protocol}`;
export const hostPort = (d: DestinationKey): string =>
  d.address.includes(':') ? `[${d.address}]:${d.port}` : `${d.address}:${d.port}`;

/** `add destination 10.0.0.2:80 of 10.0.0.1:80/tcp`: what an error says was being tried. */
export function describeOperation(operation: TableOperation): string {
  const [verb = ''] = operation.kind.split('-');
  const service = serviceName(operation.service);
  if (!('destination' in operation)) return `${verb} service ${service}`;
  return `${verb} destination ${hostPort(operation.destination)} of ${service}`;
}
