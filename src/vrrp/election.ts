/** Who wins when two claim to be master (RFC 3768 §6.4.3): higher priority, then higher primary address. */
import { compareIp, type IpAddress } from '../base/ip.ts';

export interface Claim {
  readonly priority: number;
  /** The source address of the advertisement; undefined loses every tie. */
  readonly address: IpAddress | undefined;
}

/** Positive: `theirs` wins; negative: `ours` wins; 0: same priority from the same address. */
export function compareClaims(theirs: Claim, ours: Claim): number {
  if (theirs.priority !== ours.priority) return theirs.priority - ours.priority;
  if (theirs.address === undefined || ours.address === undefined) {
    return Number(theirs.address !== undefined) - Number(ours.address !== undefined);
  }
  return compareIp(theirs.address, ours.address);
}
