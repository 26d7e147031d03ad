/** A checker in the details of its real server: what came of it last, and what comes next. */
import type { CheckSnapshot } from '../../control/snapshot.ts';
import { brief } from '../words.ts';

/** `now`: the engine's wall clock, ms since the epoch. */
export function checkWords(check: CheckSnapshot, now: number): string {
  const { last, nextRunAt, retriesLeft, sharedBy } = check;
  const inMs = nextRunAt === null ? undefined : Math.max(0, Date.parse(nextRunAt) - now);
  const parts = [
    `${check.what}: ${last ? last.reason : 'not asked yet'}`,
    ...(inMs === undefined ? [] : [`again in ${brief(inMs)}`]),
    ...(last && !last.good && check.up ? [`${retriesLeft} more forgiven`] : []),
    ...(sharedBy > 1 ? [`one probe for ${sharedBy} services`] : []),
  ];
  return parts.join('; ');
}
