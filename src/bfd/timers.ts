/** The arithmetic of BFD's timers (RFC 5880 §6.8.2, §6.8.4, §6.8.7). */
import { type Duration, milliseconds, seconds, times } from '../base/time.ts';
import type { BfdState } from '../wire/bfd.ts';
import type { SessionConfig } from './config.ts';
import type { Neighbor } from './state.ts';

const longer = (a: Duration, b: Duration): Duration => (a > b ? a : b);

/** RFC 5880 §6.8.3: not below a second while the session is not Up. */
export function desiredMinTx(config: SessionConfig, state: BfdState): Duration {
  return state === 'up' ? config.minTx : longer(longer(config.idleTx, config.minTx), seconds(1));
}

/** Between two periodic packets of ours, before jitter: never faster than the neighbor can receive. */
export function transmitInterval(config: SessionConfig, state: BfdState, neighbor: Neighbor | undefined): Duration {
  return longer(desiredMinTx(config, state), neighbor?.requiredMinRx ?? milliseconds(0));
}

/** RFC 5880 §6.8.7: 75 % to 100 % of the interval; with multiplier 1 at most 90 %, lest jitter alone be a failure. */
export function jittered(interval: Duration, multiplier: number, random: number): Duration {
  const most = multiplier === 1 ? 0.9 : 1;
  return milliseconds(interval * (most - random * (most - 0.75)));
}

/** RFC 5880 §6.8.4: the neighbor's multiplier times the interval that both have agreed to. */
export function detectionTime(config: SessionConfig, neighbor: Neighbor): Duration {
  return times(neighbor.multiplier, longer(config.minRx, neighbor.desiredMinTx));
}

/** So long after the start a session that nobody answers counts as down. */
export const firstVerdict = (config: SessionConfig): Duration =>
  times(Math.max(3, config.multiplier), desiredMinTx(config, 'down'));
