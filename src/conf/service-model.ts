/** What the `virtual_server` blocks say, typed, with keepalived's defaults filled in. */
import type { Family, IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';
import type { Check } from './check-model.ts';
import type { Span } from './model.ts';
import type { NotifyCommand } from './notify-model.ts';

/** What a client asks for: an address, or what the packet filter has marked. Port 0: all ports. */
export type Endpoint =
  | { readonly address: IpAddress; readonly port: number; readonly protocol: 'tcp' | 'udp' | 'sctp' }
  | { readonly mark: number; readonly family: Family };

/** How TUN wraps a packet; `port` is GUE's. */
export interface Tunnel {
  readonly type: 'ipip' | 'gue' | 'gre';
  readonly port: number;
  readonly checksum: 'none' | 'checksum' | 'remote';
}

export interface VirtualServer {
  /** The name of its virtual_server_group; undefined: it has one endpoint. */
  readonly group: string | undefined;
  /** One at least. They share the real servers and their state. */
  readonly endpoints: readonly Endpoint[];
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly scheduler: string;
  /** Bits 1, 2, 4. */
  readonly schedulerFlags: number;
  readonly onePacket: boolean;
  readonly method: 'DR' | 'NAT' | 'TUN';
  readonly persistence: Duration | undefined;
  /** Leading bits of an address that make one client; undefined: all. */
  readonly granularity: number | undefined;
  readonly persistenceEngine: string | undefined;
  readonly delayLoop: Duration;
  readonly alpha: boolean;
  readonly quorum: number;
  readonly hysteresis: number;
  readonly inhibitOnFailure: boolean;
  readonly sorryServer: SorryServer | undefined;
  readonly quorumUp: NotifyCommand | undefined;
  readonly quorumDown: NotifyCommand | undefined;
  /** At the stop, real servers and quorum are told to be down. */
  readonly omega: boolean;
  readonly realServers: readonly RealServer[];
  readonly span: Span;
}

export interface SorryServer {
  readonly address: IpAddress;
  readonly port: number;
  readonly method: 'DR' | 'NAT' | 'TUN';
  readonly tunnel: Tunnel | undefined;
  /** It is always in the table, with weight 0 while it is not needed. */
  readonly inhibit: boolean;
}

export interface RealServer {
  readonly address: IpAddress;
  readonly port: number;
  readonly weight: number;
  readonly method: 'DR' | 'NAT' | 'TUN';
  readonly tunnel: Tunnel | undefined;
  /** Connections at which it gets no more, and at which it gets some again; 0: no limit. */
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  readonly inhibitOnFailure: boolean;
  readonly alpha: boolean;
  readonly checks: readonly Check[];
  readonly notifyUp: NotifyCommand | undefined;
  readonly notifyDown: NotifyCommand | undefined;
  readonly span: Span;
}
