import type { Result } from '../base/result.ts';
import type { ConnectionTimeouts, SyncDaemon } from '../ipvs/control.ts';
import type { ServiceSettings, TableDump, TableOperation } from '../ipvs/types.ts';
import type { OsError } from './os-error.ts';

export type { TableOperation } from '../ipvs/types.ts';

/**
 * The kernel's table of virtual services. Refusals are the kernel's: EEXIST adding what is there, ESRCH a service and
 * ENOENT a destination that is not, ENOENT an unknown scheduler.
 */
export interface IpvsTable {
  /** What does the balancing; `none` where the kernel cannot. */
  readonly kind: 'ipvs' | 'nftables' | 'sim' | 'none';
  /** Why `kind` is `none`, for the operator. */
  readonly reason?: string | undefined;
  dump(): Result<TableDump, OsError>;
  /** Applies in order, many in one send; result i belongs to operation i. One refusal does not stop the rest. */
  apply(operations: readonly TableOperation[]): Result<void, OsError>[];
  /** What is not as it should be in a table that can be read; undefined: nothing. As of the last dump. */
  trouble?(): string | undefined;
  /** What becomes of a service's scheduler where it is not the one asked for; undefined: nothing else. */
  instead?(service: ServiceSettings): string | undefined;
  /** Whether the last dump counted the connections anew; absent: every dump does. */
  countedAnew?(): boolean;
  /** Of a table that keeps its flows in bounded maps, as of the last dump; IPVS has no bound. */
  usage?(): TableUsage | undefined;
  /** What IPVS has beside its table; absent where there is no IPVS. */
  readonly control?: IpvsControl;
  close(): void;
}

/** Timeouts of connections, and the kernel threads that synchronise the table of connections between directors. */
export interface IpvsControl {
  setTimeouts(timeouts: ConnectionTimeouts): Result<void, OsError>;
  daemons(): Result<readonly SyncDaemon[], OsError>;
  /** EEXIST where one of its role runs. */
  start(daemon: SyncDaemon): Result<void, OsError>;
  /** ESRCH where none of this role runs. */
  stop(role: SyncDaemon['role']): Result<void, OsError>;
}

/** How full the flow maps are, and what was not forwarded, in packets since the table was made. */
export interface TableUsage {
  /** By service; `max` is what the map holds at most. */
  readonly flows: readonly { readonly service: string; readonly flows: number; readonly max: number }[];
  /** New flows dropped, since the map of their service was full. */
  readonly full: bigint;
  /** In the middle of a TCP connection that nobody here knows: left to this machine, which resets it. */
  readonly unknown: bigint;
  /** No server has weight: left to this machine, which refuses. */
  readonly unserved: bigint;
  /** Their server was taken from the table: left to this machine, which resets. */
  readonly removed: bigint;
  /** Fragments without ports whose first one was not seen before them: left to this machine. */
  readonly fragments: bigint;
}
