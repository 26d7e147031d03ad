import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp';
/** keepalived's `lb_kind`, ipvsadm's -g, -m, -i. */
export type ForwardingMethod = 'DR' | 'NAT' | 'TUN';

export interface ServiceKey {
  readonly address: IpAddress;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface ServiceSpec extends ServiceKey {
  /** The kernel's name: rr, wrr, lc, wlc … */
  readonly scheduler: string;
  /** Undefined: not persistent. Whole seconds in the kernel. */
  readonly persistence?: Duration | undefined;
}

export interface DestinationKey {
  readonly address: IpAddress;
  readonly port: number;
}

export interface DestinationSpec extends DestinationKey {
  /** 0…65535; 0 schedules nothing new and keeps what is there. */
  readonly weight: number;
  readonly method: ForwardingMethod;
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

export interface ServiceEntry extends ServiceSpec {
  readonly destinations: readonly DestinationEntry[];
  readonly counters: Counters;
}

export type TableDump = readonly ServiceEntry[];

/** What a service should be with all its destinations; a dumped entry is one too. */
export interface DesiredService extends ServiceSpec {
  readonly destinations: readonly DestinationSpec[];
}

export type TableOperation =
  | { readonly kind: 'add-service'; readonly service: ServiceSpec }
  | { readonly kind: 'edit-service'; readonly service: ServiceSpec }
  | { readonly kind: 'delete-service'; readonly service: ServiceKey }
  | { readonly kind: 'add-destination'; readonly service: ServiceKey; readonly destination: DestinationSpec }
  | { readonly kind: 'edit-destination'; readonly service: ServiceKey; readonly destination: DestinationSpec }
  | { readonly kind: 'delete-destination'; readonly service: ServiceKey; readonly destination: DestinationKey };

/** `ADDRESS:PORT/tcp`: how a service is named on the command line and in messages. */
export const serviceName = (s: ServiceKey): string => `${hostPort(s)}/${s.protocol}`;
export const hostPort = (d: DestinationKey): string =>
  d.address.includes(':') ? `[${d.address}]:${d.port}` : `${d.address}:${d.port}`;
