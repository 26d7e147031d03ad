/** The ways into and out of the states. The order of effects is the contract: each line says what depends on it. */
import { after, type Duration, type Instant, milliseconds } from '../base/time.ts';
import type { RouterConfig } from './config.ts';
import { effectivePriority, OWNER, RESIGNED } from './priority.ts';
import { masterDownInterval, masterInterval } from './timers.ts';
import {
  announce,
  emit,
  endOperation,
  enter,
  releaseAll,
  setTimer,
  stopTimers,
  type Turn,
  takeAll,
  update,
} from './turn.ts';

/** RFC 3768 §6.4.1: the owner is master at once, everybody else waits for one. Where we must not take part, FAULT. */
export function joinElection(turn: Turn, reason: string): void {
  if (turn.state.faults.size > 0) becomeFault(turn);
  else if (effectivePriority(turn.config, turn.state) === OWNER) joinAsOwner(turn, reason);
  else becomeBackup(turn, reason);
}

function joinAsOwner(turn: Turn, reason: string): void {
  if (turn.config.syncGroup === undefined) becomeMaster(turn, `${reason}: address owner`);
  else becomeBackup(turn, reason, milliseconds(0));
}

/** RFC 3768 §6.4.2. The advertisement goes first, so that a rival yields before both hold the addresses. */
export function becomeMaster(turn: Turn, reason: string): void {
  const { config, at } = turn;
  stopTimers(turn, 'master-down', 'boost-deadline');
  const { boost } = turn.state;
  // It stays at the priority that made it the successor, or whoever outranks it by configuration takes it over next.
  if (boost) update(turn, { admin: 'pinned', boost: undefined });
  emit(turn, { type: 'send-advert', priority: effectivePriority(config, turn.state) });
  takeAll(turn);
  update(turn, { master: undefined, preemptHeld: false, removals: [] });
  announce(turn, config.garp.repeat);
  startMasterTimers(turn, at);
  enter(turn, 'master', reason);
  if (boost) endOperation(turn, boost.id, { kind: 'took-over' });
}

/** From the advertisement that has just been sent at `at`. */
export function startMasterTimers(turn: Turn, at: Instant): void {
  const { adverInterval, garp } = turn.config;
  setTimer(turn, 'adver', after(at, adverInterval));
  announceAgainLater(turn);
  if (garp.refresh > 0) setTimer(turn, 'garp-refresh', after(at, garp.refresh));
}

/** Switches forget, and the first burst may have come before the old master's last packet. */
export function announceAgainLater(turn: Turn, { delay, repeat }: GarpBurst = turn.config.garp): void {
  if (delay <= 0 || repeat <= 0) return;
  update(turn, { garpRounds: repeat, garpThen: undefined });
  setTimer(turn, 'garp-delay', after(turn.at, delay));
}

/** Rounds at once, and again after the delay. */
export type GarpBurst = Pick<RouterConfig['garp'], 'delay' | 'repeat'>;

/** `wait`: how long a silence makes us master; the master-down interval of our priority unless said otherwise. */
export function becomeBackup(turn: Turn, reason: string, wait?: Duration): void {
  const interval = masterInterval(turn.config, turn.state);
  const down = wait ?? masterDownInterval(turn.config, effectivePriority(turn.config, turn.state), interval);
  setTimer(turn, 'master-down', after(turn.at, down));
  enter(turn, 'backup', reason);
}

export function becomeFault(turn: Turn): void {
  const reason = [...turn.state.faults.values()].join('; ');
  leave(turn, 'resign', reason);
  enter(turn, 'fault', reason);
}

export function becomeInitialize(turn: Turn, reason: string): void {
  leave(turn, 'resign', reason);
  if (turn.state.state !== 'initialize') enter(turn, 'initialize', reason);
}

/**
 * Ends what the present state has running. A master that resigns says so before its addresses go, for the successor's
 * skew runs from then. One that is pushing has said it already: saying it again would only start the skew afresh.
 */
export function leave(turn: Turn, how: 'resign' | 'yield', reason: string): void {
  const { state, push, boost } = turn.state;
  if (state === 'master') {
    if (how === 'resign' && !push) emit(turn, { type: 'send-advert', priority: RESIGNED });
    releaseAll(turn);
  }
  stopTimers(turn, ...turn.state.timers.keys());
  update(turn, { master: undefined, push: undefined, boost: undefined, removals: [] });
  if (push && how === 'resign') endOperation(turn, push.id, { kind: 'aborted', reason });
  if (boost) endOperation(turn, boost.id, { kind: 'aborted', reason });
}
