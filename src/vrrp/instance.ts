/**
 * A virtual router: `step(config, state, event)` → the next state and what is to be done, in order. Pure; every event
 * carries its time. The driver performs all effects of one event before it gives the next.
 */
import type { IpAddress } from '../base/ip.ts';
import type { Duration, Instant } from '../base/time.ts';
import { changeAdmin, sayPriority, takeOver } from './admin.ts';
import { claimAgainstBackup, hearAsBackup, masterDown, shiftMasterDown } from './backup.ts';
import { beginBoost, boostExpired, releaseBoost } from './boost.ts';
import type { RouterConfig } from './config.ts';
import type { RouterEffect } from './effect.ts';
import type { RouterEvent, TimerName } from './event.ts';
import { clearFault, raiseFault, setPrimary } from './fault.ts';
import { forceMaster } from './force.ts';
import { adverDue, claimAgainstMaster, garpDue, garpRefreshDue, hearAsMaster } from './master.ts';
import { effectivePriority } from './priority.ts';
import { beginPush, hearWhilePushing, pushExpired, pushRepeatDue } from './push.ts';
import { reconfigured } from './reconfigure.ts';
import { addressRemoved, effectFailed, repairDue, repairRoutingDue, routingRemoved } from './repair.ts';
import type { RouterState } from './state.ts';
import { moveWithGroup } from './sync-member.ts';
import { becomeInitialize, becomeMaster, joinElection } from './transitions.ts';
import { forgetTimer, releaseAll, type Turn, update } from './turn.ts';

export { effectivePriority } from './priority.ts';
export { masterDownInterval, skewTime } from './timers.ts';
export { describeWhy } from './why.ts';

export interface Step {
  readonly state: RouterState;
  readonly effects: readonly RouterEffect[];
}

export function initialState(_config: RouterConfig, at: Instant): RouterState {
  return {
    state: 'initialize',
    since: at,
    reason: 'not started',
    admin: 'active',
    started: false,
    primary: undefined,
    faults: new Map(),
    terms: new Map(),
    master: undefined,
    timers: new Map(),
    push: undefined,
    removals: [],
    preemptHeld: false,
    noted: new Map(),
  };
}

export function step(config: RouterConfig, state: RouterState, event: RouterEvent): Step {
  const turn: Turn = { config, at: event.at, state, effects: [] };
  const handle = ON_EVENT[event.type] as (turn: Turn, event: RouterEvent) => void;
  handle(turn, event);
  return { state: turn.state, effects: turn.effects };
}

type Handlers = { readonly [T in RouterEvent['type']]: (turn: Turn, event: Extract<RouterEvent, { type: T }>) => void };

const ON_EVENT: Handlers = {
  startup: (turn, event) => startup(turn, event.adopt === true),
  shutdown,
  timer: (turn, event) => timerFired(turn, event.timer),
  advert: (turn, event) => hear(turn, event.source, event.priority, event.adverInterval),
  claim: (turn, event) => hearClaim(turn, event.source, event.priority),
  fault: (turn, event) => raiseFault(turn, event.source, event.reason),
  'fault-cleared': (turn, event) => clearFault(turn, event.source),
  'priority-term': (turn, event) => changeTerm(turn, event.source, event.value),
  'primary-address': (turn, event) => setPrimary(turn, event.address),
  'address-removed': (turn, event) => addressRemoved(turn, event.address),
  'routing-removed': (turn, event) => routingRemoved(turn, event.what),
  push: (turn, event) => beginPush(turn, event.id, event.immediate === true),
  boost: (turn, event) => beginBoost(turn, event.id, event.patience),
  'boost-release': (turn, event) => releaseBoost(turn, event.id),
  'force-master': (turn, event) => forceMaster(turn, event.id),
  'take-over': (turn, event) => takeOver(turn, event.id, event.pinned),
  admin: (turn, event) => changeAdmin(turn, event.mode, event.holdPreempt),
  reconfigured: (turn, event) => reconfigured(turn, event.before),
  sync: (turn, event) => moveWithGroup(turn, event.to, event.reason),
  'effect-failed': (turn, event) => effectFailed(turn, event.effect, event.reason),
};

const ON_TIMER: { readonly [T in TimerName]: (turn: Turn, deadline: Instant) => void } = {
  adver: adverDue,
  'master-down': masterDown,
  'garp-delay': garpDue,
  'garp-refresh': garpRefreshDue,
  'push-repeat': pushRepeatDue,
  'push-deadline': pushExpired,
  'boost-deadline': boostExpired,
  repair: repairDue,
  'repair-routing': repairRoutingDue,
};

function startup(turn: Turn, adopt: boolean): void {
  if (turn.state.started) return;
  update(turn, { started: true });
  if (turn.state.primary === undefined) setPrimary(turn, undefined);
  else if (adopt && turn.state.faults.size === 0) becomeMaster(turn, 'restarted in time: mastership adopted');
  else if (turn.state.admin !== 'maintenance') joinElection(turn, 'started');
  // Left up for the mastership that did not come of it.
  if (adopt && turn.state.state !== 'master') releaseAll(turn);
}

function shutdown(turn: Turn): void {
  becomeInitialize(turn, 'stopped');
  update(turn, { started: false, reason: 'stopped' });
}

function hear(turn: Turn, source: IpAddress, priority: number, adverInterval?: Duration): void {
  const { state, push } = turn.state;
  if (push) hearWhilePushing(turn, source, priority, adverInterval);
  else if (state === 'backup') hearAsBackup(turn, source, priority, adverInterval);
  else if (state === 'master') hearAsMaster(turn, source, priority, adverInterval);
}

function hearClaim(turn: Turn, source: IpAddress, priority: number): void {
  if (turn.state.push) hearWhilePushing(turn, source, priority);
  else if (turn.state.state === 'master') claimAgainstMaster(turn, source, priority);
  else if (turn.state.state === 'backup') claimAgainstBackup(turn, source, priority);
}

function changeTerm(turn: Turn, source: string, value: number): void {
  const before = effectivePriority(turn.config, turn.state);
  const terms = new Map(turn.state.terms);
  if (value === 0) terms.delete(source);
  else terms.set(source, value);
  update(turn, { terms });
  sayPriority(turn, before, `${source} counts ${value > 0 ? '+' : ''}${value}`);
  shiftMasterDown(turn, before);
}

function timerFired(turn: Turn, timer: TimerName): void {
  const deadline = turn.state.timers.get(timer);
  // One that was stopped or put off while its ringing was on the way.
  if (deadline === undefined || turn.at < deadline) return;
  forgetTimer(turn, timer);
  ON_TIMER[timer](turn, deadline);
}
