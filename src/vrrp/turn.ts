/**
 * One turn of the machine: the event's time, the state as it becomes, the effects as they are decided. Lives for one
 * call of `step`; the state that it started from is never written to.
 */
import { type Instant, seconds } from '../base/time.ts';
import type { RouterConfig } from './config.ts';
import type { OperationOutcome, RouterEffect } from './effect.ts';
import type { TimerName } from './event.ts';
import type { NoteKind, RouterState, StateName } from './state.ts';

export interface Turn {
  readonly config: RouterConfig;
  readonly at: Instant;
  state: RouterState;
  readonly effects: RouterEffect[];
}

/** The same kind of note comes at most this often. */
const NOTE_EVERY = seconds(60);

export function emit(turn: Turn, effect: RouterEffect): void {
  turn.effects.push(effect);
}

export function update(turn: Turn, patch: Partial<RouterState>): void {
  turn.state = { ...turn.state, ...patch };
}

/** A deadline that has passed already becomes now: every deadline is at or after its event. */
export function setTimer(turn: Turn, timer: TimerName, deadline: Instant): void {
  const due = deadline < turn.at ? turn.at : deadline;
  update(turn, { timers: new Map(turn.state.timers).set(timer, due) });
  emit(turn, { type: 'set-timer', timer, deadline: due });
}

export function stopTimers(turn: Turn, ...timers: TimerName[]): void {
  for (const timer of timers) {
    if (!turn.state.timers.has(timer)) continue;
    forgetTimer(turn, timer);
    emit(turn, { type: 'stop-timer', timer });
  }
}

/** For a timer that has just fired: there is nothing to stop. */
export function forgetTimer(turn: Turn, timer: TimerName): void {
  const timers = new Map(turn.state.timers);
  timers.delete(timer);
  update(turn, { timers });
}

/** The addresses first: a route may name one as its source, or lead through their network. */
export function takeAll(turn: Turn): void {
  emit(turn, { type: 'add-addresses' });
  if (turn.config.holdsRouting) emit(turn, { type: 'add-routing' });
}

export function releaseAll(turn: Turn): void {
  if (turn.config.holdsRouting) emit(turn, { type: 'remove-routing' });
  emit(turn, { type: 'remove-addresses' });
}

export function announce(turn: Turn, rounds: number): void {
  if (rounds > 0) emit(turn, { type: 'gratuitous-arp', rounds });
}

export function note(turn: Turn, severity: 'info' | 'warning', text: string): void {
  emit(turn, { type: 'note', severity, text });
}

/** For what may repeat with every packet: at most one note of a kind a minute, and afresh in a new state. */
export function noteSometimes(turn: Turn, kind: NoteKind, text: string): void {
  const last = turn.state.noted.get(kind);
  if (last !== undefined && turn.at - last < NOTE_EVERY) return;
  update(turn, { noted: new Map(turn.state.noted).set(kind, turn.at) });
  note(turn, 'warning', text);
}

export function enter(turn: Turn, to: StateName, reason: string): void {
  const from = turn.state.state;
  update(turn, { state: to, since: turn.at, reason, preemptAt: undefined, reannouncedAt: undefined, noted: new Map() });
  emit(turn, { type: 'transition', from, to, reason });
}

export function endOperation(turn: Turn, id: string, outcome: OperationOutcome): void {
  emit(turn, { type: 'operation', id, outcome });
}
