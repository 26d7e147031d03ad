/** Spans of time as sentences show them. */
import type { Duration } from '../base/time.ts';

/** `609 ms`, `3.61 s`, `12.4 s`. */
export function span(duration: Duration): string {
  const ms = Math.max(0, duration);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
}
