/** RFC 3768 §6.4.2: what a backup does with advertisements and with silence. */
import type { IpAddress } from '../base/ip.ts';
import { after, type Duration, elapsed, type Instant } from '../base/time.ts';
import { effectivePriority, mayPreempt, RESIGNED } from './priority.ts';
import { masterDownInterval, masterInterval, skewTime } from './timers.ts';
import { becomeMaster } from './transitions.ts';
import { setTimer, type Turn, update } from './turn.ts';
import { span } from './words.ts';

export function hearAsBackup(turn: Turn, source: IpAddress, priority: number, adverInterval?: Duration): void {
  const { config, at } = turn;
  const ours = effectivePriority(config, turn.state);
  if (priority >= ours) update(turn, { preemptAt: undefined });
  const follows = priority >= ours || !mayPreempt(config, turn.state);
  const counts = priority !== RESIGNED && (follows || preemptionWaits(turn));
  // RFC 9568 §6.4.2: the interval is learned from the master that we follow, and stays until we follow another.
  const learned = counts ? adverInterval : turn.state.master?.adverInterval;
  update(turn, { master: { address: source, priority, heardAt: at, adverInterval: learned } });
  const interval = masterInterval(config, turn.state);
  if (priority === RESIGNED) setTimer(turn, 'master-down', after(at, skewTime(config, ours, interval)));
  else if (counts) setTimer(turn, 'master-down', after(at, masterDownInterval(config, ours, interval)));
  // A lower one that we may preempt is discarded: the timer runs on, and preemption comes by its end.
}

/** As keepalived has it: the delay begins with the first lower advertisement, and a master that dies ends it. */
function preemptionWaits(turn: Turn): boolean {
  const { preemptDelay } = turn.config;
  if (preemptDelay === undefined || preemptDelay === 0) return false;
  const until = turn.state.preemptAt ?? after(turn.at, preemptDelay);
  update(turn, { preemptAt: until });
  return turn.at < until;
}

/**
 * A standby node is there for when nobody serves. Somebody who claims to, although we do not believe its adverts, keeps
 * it back: otherwise a hand-over to a peer that disagrees with us would come back as a split brain.
 */
export function claimAgainstBackup(turn: Turn, source: IpAddress, priority: number): void {
  if (turn.state.admin === 'standby' && priority !== RESIGNED) hearAsBackup(turn, source, priority);
}

/** The member of a sync group waits until all others are ready as well: `readyToServe`. */
export function masterDown(turn: Turn): void {
  if (turn.config.syncGroup !== undefined) return;
  becomeMaster(turn, whyTakeOver(turn));
}

export function whyTakeOver(turn: Turn): string {
  const { master, since } = turn.state;
  const ours = effectivePriority(turn.config, turn.state);
  if (!master) return `no advertisement heard for ${span(elapsed(since, turn.at))}`;
  if (master.priority === RESIGNED) return `${master.address} resigned (priority 0)`;
  const silence = elapsed(master.heardAt, turn.at);
  if (
    master.priority < ours &&
    silence < masterDownInterval(turn.config, ours, masterInterval(turn.config, turn.state))
  ) {
    return `preempts ${master.address}, which advertises priority ${master.priority}, ours ${ours}`;
  }
  return `no advertisement from ${master.address} for ${span(silence)}`;
}

/**
 * Our priority went from `before` to what it is: the skew in the running master-down deadline follows, so that backups
 * come in the order of the priorities they have now. (keepalived leaves the running timer alone.)
 */
export function shiftMasterDown(turn: Turn, before: number): void {
  const deadline = turn.state.timers.get('master-down');
  if (deadline === undefined) return;
  const now = effectivePriority(turn.config, turn.state);
  const interval = masterInterval(turn.config, turn.state);
  const skewEnd = (priority: number): Instant => after(turn.at, skewTime(turn.config, priority, interval));
  const shift = elapsed(skewEnd(before), skewEnd(now));
  if (shift !== 0) setTimer(turn, 'master-down', after(deadline, shift));
}
