import { assert } from '../base/assert.ts';
import { type Instant, instant, type WallTime, wallTime } from '../base/time.ts';
import type { Cancel, Clock } from '../ports/clock.ts';

/**
 * What happens at one instant happens in this order: what was received, then what was waited for. The reactor of the
 * real machine reads its sockets before it looks at the clock.
 */
export type Rank = 'delivery' | 'alarm';

/** Simulated time: a queue of actions; time passes only by taking the next one. */
export interface Timeline {
  readonly clock: Clock;
  /** Runs `action` at `at`, or at the present instant where that has passed; never from within this call. */
  schedule(at: Instant, rank: Rank, action: () => void): Cancel;
  nextDeadline(): Instant | undefined;
  /** Moves to the next action and runs it; false where nothing is waiting. */
  step(): boolean;
  /** Runs everything that is due until `until`, which becomes the present. An earlier `until` changes nothing. */
  advanceTo(until: Instant): void;
}

interface Entry {
  readonly at: Instant;
  readonly rank: number;
  readonly action: () => void;
}

const RANKS: Record<Rank, number> = { delivery: 0, alarm: 1 };

/** More than this at one instant is two parties answering each other for ever: a bug that must not hang a test. */
const MAX_ACTIONS_AT_ONE_INSTANT = 100_000;

const order = (a: Entry, b: Entry): number => a.at - b.at || a.rank - b.rank;

/** `epoch` is the wall-clock time of instant 0. */
export function createTimeline(epoch: WallTime): Timeline {
  // Latest first, so that the next one is taken from the end; of equal ones the first to come is nearest to it.
  const queue: Entry[] = [];
  let now = instant(0);
  let actionsNow = 0;

  const insert = (entry: Entry): void => {
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = queue[middle];
      if (other && order(other, entry) > 0) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, entry);
  };

  const moveTo = (at: Instant): void => {
    if (at > now) actionsNow = 0;
    now = at;
  };

  const timeline: Timeline = {
    clock: { now: () => now, wall: () => wallTime(epoch + now) },
    schedule(at, rank, action) {
      assert(Number.isFinite(at), `a deadline is a finite number of milliseconds, not ${at}`);
      const entry = { at: instant(Math.max(at, now)), rank: RANKS[rank], action };
      insert(entry);
      return () => {
        const position = queue.indexOf(entry);
        if (position >= 0) queue.splice(position, 1);
      };
    },
    nextDeadline: () => queue.at(-1)?.at,
    step() {
      const entry = queue.pop();
      if (!entry) return false;
      moveTo(entry.at);
      assert(++actionsNow <= MAX_ACTIONS_AT_ONE_INSTANT, `time stands still at ${now} ms: an endless conversation`);
      entry.action();
      return true;
    },
    advanceTo(until) {
      for (let next = timeline.nextDeadline(); next !== undefined && next <= until; next = timeline.nextDeadline()) {
        timeline.step();
      }
      if (until > now) moveTo(until);
    },
  };
  return timeline;
}
