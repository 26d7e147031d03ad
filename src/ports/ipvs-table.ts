import type { Result } from '../base/result.ts';
import type { TableDump, TableOperation } from '../ipvs/types.ts';
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
  close(): void;
}
