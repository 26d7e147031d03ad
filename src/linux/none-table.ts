import { err, ok } from '../base/result.ts';
import type { IpvsTable } from '../ports/ipvs-table.ts';
import { osError } from '../ports/os-error.ts';

/**
 * The table of a machine that cannot balance: empty, and refusing every operation with ENOTSUP and `reason`. Addresses
 * still fail over on such a machine and checks still run, so opening a table never fails.
 */
export const noneTable = (reason: string): IpvsTable => ({
  kind: 'none',
  reason,
  dump: () => ok([]),
  apply: (operations) => operations.map(() => err(osError('ENOTSUP', reason))),
  close() {},
});
