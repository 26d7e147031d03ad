import type { RouterState } from '../../vrrp/state.ts';

/** What changes with every advertisement, and is shown with the next status soon enough. */
const ROUTINE: ReadonlySet<string> = new Set([
  'timers',
  'noted',
  'master',
  'reannouncedAt',
  'garpRounds',
  'garpThen',
] satisfies (keyof RouterState)[]);

/**
 * Whether an operator should hear of it at once: anything but deadlines that moved on and a master that goes on as it did.
 * With many instances every status is a big one, and so many adverts a second must not make as many of them.
 */
export function isNews(before: RouterState, after: RouterState): boolean {
  if (before === after) return false;
  for (const key of Object.keys(after) as (keyof RouterState)[]) {
    if (before[key] !== after[key] && !ROUTINE.has(key)) return true;
  }
  const [then, now] = [before.master, after.master];
  return (
    then?.address !== now?.address || then?.priority !== now?.priority || then?.adverInterval !== now?.adverInterval
  );
}
