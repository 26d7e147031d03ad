/** What IPVS has beside its table of services. */
import type { IpAddress } from '../base/ip.ts';

/** Of connections, seconds. What is absent stays as the kernel has it. */
export interface ConnectionTimeouts {
  readonly tcp?: number | undefined;
  readonly tcpFin?: number | undefined;
  readonly udp?: number | undefined;
}

/** A kernel thread that sends (master) or takes in (backup) the table of connections. What is absent, the kernel chooses. */
export interface SyncDaemon {
  readonly role: 'master' | 'backup';
  readonly interface: string;
  /** 0–255: only daemons of one id hear each other. */
  readonly id: number;
  /** Largest message, bytes. */
  readonly maxLength?: number | undefined;
  readonly group?: IpAddress | undefined;
  readonly port?: number | undefined;
  readonly ttl?: number | undefined;
}
