import type { Duration, Instant } from '../base/time.ts';
import type { WeightAdvice } from './judge.ts';

/** Everything a checker remembers. Immutable: `step` returns a new one. */
export interface CheckerState {
  readonly phase: 'stopped' | 'waiting' | 'probing';
  /** What the checker holds of its server now; before the first verdict, what `alpha` presumes. */
  readonly up: boolean;
  /** Whether `up` rests on checks (a whole round passed, or one failed) and not on presumption. */
  readonly decided: boolean;
  /** When the next check runs; undefined while one is running and when stopped. */
  readonly nextRun: Instant | undefined;
  /** Failures that an up server is still forgiven; meaningful after a failure, else the configured number. */
  readonly retriesLeft: number;
  /** Checks since the last failure. */
  readonly consecutiveGood: number;
  /** Urls passed in this round, which is also the index of the one asked next. Always 0 for TCP. */
  readonly passed: number;
  /** The url that failed last and is asked alone until it passes. */
  readonly failedUrl: number | undefined;
  readonly last: LastResult | undefined;
  /** What it says of the server's weight while it is up. */
  readonly weight: WeightAdvice | undefined;
}

export interface LastResult {
  readonly at: Instant;
  readonly good: boolean;
  /** For the operator: `HTTP 503 at /ping, 12 ms`, `connection refused`. */
  readonly reason: string;
  /** Undefined where nothing was answered. */
  readonly took: Duration | undefined;
}
