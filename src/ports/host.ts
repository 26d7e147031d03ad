import type { Addresses } from './addresses.ts';
import type { BfdSockets } from './bfd-sockets.ts';
import type { Alarms, Clock } from './clock.ts';
import type { Fifos } from './fifos.ts';
import type { IpvsTable } from './ipvs-table.ts';
import type { Links } from './links.ts';
import type { LocalDelivery } from './local-delivery.ts';
import type { Prober } from './prober.ts';
import type { Routing } from './routing.ts';
import type { Scripts } from './scripts.ts';
import type { StateFiles } from './state-files.ts';
import type { VirtualMacs } from './virtual-macs.ts';
import type { Neighbours, VrrpSockets } from './vrrp-sockets.ts';
import type { Processes, WatchedFiles } from './watched.ts';

/** What the virtual routers need of a machine. On Linux it lives in the reactor's worker thread. */
export interface VrrpHost {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly links: Links;
  readonly addresses: Addresses;
  readonly routing: Routing;
  readonly sockets: VrrpSockets;
  readonly neighbours: Neighbours;
  readonly bfd: BfdSockets;
  /** Uniform in 0…1; seeded in the simulator. */
  readonly random: () => number;
  readonly virtualMacs: VirtualMacs;
}

/** What checking and balancing need of a machine. */
export interface ServiceHost {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly table: IpvsTable;
  /** Why this table and not another one; absent where there was no choice. */
  readonly tableChoice?: string | undefined;
  /** Absent where packets to virtual addresses are always answered. */
  readonly localDelivery?: LocalDelivery | undefined;
  readonly prober: Prober;
  readonly scripts: Scripts;
  readonly files: StateFiles;
  readonly watchedFiles: WatchedFiles;
  readonly processes: Processes;
  readonly fifos: Fifos;
  /** Uniform in 0…1; seeded in the simulator. */
  readonly random: () => number;
}
