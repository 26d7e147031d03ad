/**
 * Time as the pure rings see it: numbers that carry their unit in their type.
 *
 * An `Instant` is milliseconds (with a fraction) since an origin that only its clock knows: on the real machine
 * CLOCK_MONOTONIC, in the simulator the start of the world. A `Duration` is milliseconds. Wall-clock time, where a
 * lease or a journal needs it, is a `WallTime`: milliseconds since the Unix epoch.
 */
declare const unit: unique symbol;
export type Instant = number & { readonly [unit]: 'instant-ms' };
export type Duration = number & { readonly [unit]: 'duration-ms' };
export type WallTime = number & { readonly [unit]: 'wall-ms' };

export const instant = (ms: number): Instant => ms as Instant;
export const wallTime = (ms: number): WallTime => ms as WallTime;
export const milliseconds = (n: number): Duration => n as Duration;
export const seconds = (n: number): Duration => (n * 1000) as Duration;

export const after = (from: Instant, wait: Duration): Instant => (from + wait) as Instant;
export const elapsed = (from: Instant, to: Instant): Duration => (to - from) as Duration;
export const sum = (...parts: Duration[]): Duration => parts.reduce((a, b) => a + b, 0) as Duration;
export const times = (n: number, d: Duration): Duration => (n * d) as Duration;

/** ISO 8601 with milliseconds, as every instant in JSON is written. */
export const isoTime = (at: WallTime): string => new Date(at).toISOString();
