/** What rows need beside their data: whether it can still be believed, and what time it is at the engine. */
import { engineNow, freshness } from '../feed.ts';
import { type Model, shownFeed } from '../model.ts';
import type { Theme } from '../theme.ts';

export interface Belief {
  /** False: the source is gone, and nothing that changes is shown. */
  readonly known: boolean;
  /** The engine's wall clock, ms since the epoch. */
  readonly now: number;
  /** Since the snapshot came, ms. */
  readonly age: number;
  /** There is no data plane, hence no weight in a kernel to compare with. */
  readonly noTable: boolean;
}

export interface RowContext extends Belief {
  readonly theme: Theme;
}

export function beliefOf(model: Model): Belief {
  const feed = shownFeed(model);
  // A frozen picture is what was known when it was taken.
  const seenAt = model.frozen?.at ?? model.at;
  const state = freshness(feed, seenAt);
  return {
    known: state === 'live' || state === 'late',
    now: engineNow(feed, seenAt),
    age: seenAt - feed.receivedAt,
    noTable: feed.snapshot?.dataPlane === 'none',
  };
}
