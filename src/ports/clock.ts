import type { Instant, WallTime } from '../base/time.ts';

/** Ends a subscription or an alarm; calling it twice is harmless. */
export type Cancel = () => void;

export interface Clock {
  /** Monotonic. */
  now(): Instant;
  wall(): WallTime;
}

export interface Alarms {
  /** Calls `ring` once, not before `deadline`; soon after where the deadline has passed. Never from within `at`. */
  at(deadline: Instant, ring: () => void): Cancel;
}
