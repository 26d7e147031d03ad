/** Counts of a tier's tests, and the files that were run a second time with what failed in them at first. */
export interface TierResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly again: readonly { readonly name: string; readonly first: string }[];
}
export const SECOND_RUNS_MAX: number;
export function judgeTier(
  run: (files: string[], nth: number) => { report: unknown; status: number | null },
  again: boolean,
): TierResult;
