/** What `global_defs` says, typed, with keepalived's defaults filled in. */
import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';
import type { NotifyFifo } from './notify-model.ts';

export interface GlobalDefs {
  readonly routerId: string | undefined;
  readonly enableScriptSecurity: boolean;
  readonly fifos: { readonly [of in 'all' | 'vrrp' | 'lvs']: NotifyFifo | undefined };
  readonly scriptUser: { readonly user: string; readonly group: string | undefined } | undefined;
  readonly multicastGroup4: IpAddress;
  readonly vrrpVersion: 2 | 3;
  readonly multicastGroup6: IpAddress;
  readonly skipCheckAdvAddr: boolean;
  readonly checksumAsV2: boolean;
  readonly strict: boolean;
  readonly checkUnicastSource: boolean;
  readonly downTimerAdverts: number;
  readonly higherPrioSendAdvert: boolean;
  readonly lowerPrioNoAdvert: boolean;
  /** So long after the start instances are deaf. */
  readonly startupDelay: Duration;
  readonly scheduling: Scheduling;
  readonly ipvsTimeouts: IpvsTimeoutsDef | undefined;
  readonly syncDaemon: SyncDaemonDef | undefined;
}

/** How the kernel treats the virtual routers' thread, from its start on. */
export interface Scheduling {
  /** Of SCHED_RR, 1…99; undefined: an ordinary thread. */
  readonly realtimePriority: number | undefined;
  /** What it runs stays in memory. */
  readonly lockCode: boolean;
}

/** Of connections in IPVS, seconds. What is absent stays as the kernel has it. */
export interface IpvsTimeoutsDef {
  readonly tcp?: number;
  readonly tcpFin?: number;
  readonly udp?: number;
}

/** The synchronisation of IPVS's connections. */
export interface SyncDaemonDef {
  readonly interface: string;
  /** Whose master sends, and whose backup takes in. Undefined: this node does both. */
  readonly instance: string | undefined;
  readonly id: number;
  readonly maxLength: number | undefined;
  readonly port: number | undefined;
  readonly ttl: number | undefined;
  readonly group: IpAddress | undefined;
}
