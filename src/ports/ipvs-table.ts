import type { Result } from '../base/result.ts';
import type { DestinationKey, DestinationSpec, ServiceKey, ServiceSpec, TableDump } from '../ipvs/types.ts';
import type { OsError } from './os-error.ts';

export type TableOperation =
  | { readonly kind: 'add-service'; readonly service: ServiceSpec }
  | { readonly kind: 'edit-service'; readonly service: ServiceSpec }
  | { readonly kind: 'delete-service'; readonly service: ServiceKey }
  | { readonly kind: 'add-destination'; readonly service: ServiceKey; readonly destination: DestinationSpec }
  | { readonly kind: 'edit-destination'; readonly service: ServiceKey; readonly destination: DestinationSpec }
  | { readonly kind: 'delete-destination'; readonly service: ServiceKey; readonly destination: DestinationKey };

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
