/** The arithmetic of VRRP's timers (RFC 3768 §6.1, RFC 9568 §6.1). Every function returns milliseconds. */
import { after, type Duration, type Instant, milliseconds, seconds, sum, times } from '../base/time.ts';
import type { RouterConfig } from './config.ts';
import type { RouterState } from './state.ts';

/**
 * (256 − priority) / 256 of one second in version 2, of the adver interval in version 3: the master's where it is known.
 */
export function skewTime(config: RouterConfig, priority: number, interval: Duration = config.adverInterval): Duration {
  const whole = config.version === 2 ? seconds(1) : interval;
  return milliseconds(((256 - priority) * whole) / 256);
}

/** Adverts missed (3) × adver interval + skew: so long a silence means that the master is gone. */
export function masterDownInterval(
  config: RouterConfig,
  priority: number,
  interval: Duration = config.adverInterval,
): Duration {
  return sum(times(config.downTimerAdverts, interval), skewTime(config, priority, interval));
}

/**
 * Active_Adver_Interval (RFC 9568 §6.1): what the master that we follow advertises by. Version 2 has no such thing, for
 * it does not listen to another interval than its own.
 */
export function masterInterval(config: RouterConfig, state: Pick<RouterState, 'master'>): Duration {
  return config.version === 3 ? (state.master?.adverInterval ?? config.adverInterval) : config.adverInterval;
}

/**
 * The deadline that follows `deadline`, which was served at `now`: no drift as long as we keep up; from `now` where
 * we are late by more than an interval, so that no burst makes up for what was missed.
 */
export function nextDeadline(deadline: Instant, interval: Duration, now: Instant): Instant {
  return now - deadline > interval ? after(now, interval) : after(deadline, interval);
}

/** A successor that ignored priority 0 needs its whole master-down time, at most with the skew of priority 0. */
export function pushPatience(config: RouterConfig): Duration {
  return sum(masterDownInterval(config, 0), milliseconds(500));
}
