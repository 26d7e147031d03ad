/**
 * A `vrrp_script`: runs at its interval and makes of the results one answer, ok or not, with rise and fall.
 * `step(config, state, event)` → state and effects, like the instance. What the answer does to an instance is
 * `influence.ts`: an addend of its priority, or a reason for FAULT.
 */
import { after, type Duration, type Instant } from '../base/time.ts';
import { nextDeadline } from './timers.ts';

export interface ScriptTrackerConfig {
  readonly name: string;
  readonly interval: Duration;
  /** Successes in a row that make it ok again, ≥ 1. */
  readonly rise: number;
  /** Failures in a row that make it fail, ≥ 1. */
  readonly fall: number;
  /** Counts as failed until `rise` successes; else unknown until the first result, which is decisive either way. */
  readonly initFail: boolean;
}

/** How a run ended. A `timed-out` one has been killed. */
export type ScriptEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly detail: string };

export type ScriptTrackerEvent =
  | { readonly type: 'start'; readonly at: Instant }
  | { readonly type: 'stop'; readonly at: Instant }
  /** The deadline that `set-timer` named. */
  | { readonly type: 'timer'; readonly at: Instant }
  /** Answer to the last `run-script`. */
  | { readonly type: 'result'; readonly at: Instant; readonly end: ScriptEnd };

export type ScriptTrackerEffect =
  | { readonly type: 'run-script' }
  | { readonly type: 'set-timer'; readonly deadline: Instant }
  | { readonly type: 'stop-timer' }
  | { readonly type: 'changed'; readonly ok: boolean; readonly reason: string }
  | { readonly type: 'note'; readonly severity: 'warning'; readonly text: string };

export interface ScriptTrackerState {
  /** Undefined until the first result. */
  readonly ok: boolean | undefined;
  /** 0…rise+fall−1; ok from `rise` on. One number: successes count up to `rise`, failures down from the top. */
  readonly counter: number;
  readonly running: boolean;
  /** When the next run is due; undefined: stopped. */
  readonly due: Instant | undefined;
  /** How the last run ended, in words. */
  readonly last: string;
}

export interface ScriptTrackerStep {
  readonly state: ScriptTrackerState;
  readonly effects: readonly ScriptTrackerEffect[];
}

const NOT_RUN = 'has not run yet';

const hasRun = ({ last }: ScriptTrackerState): boolean => last !== NOT_RUN;

export function initialScriptTracker(config: ScriptTrackerConfig): ScriptTrackerState {
  return {
    ok: config.initFail ? false : undefined,
    counter: config.initFail ? 0 : config.rise - 1,
    running: false,
    due: undefined,
    last: NOT_RUN,
  };
}

export function stepScriptTracker(
  config: ScriptTrackerConfig,
  state: ScriptTrackerState,
  event: ScriptTrackerEvent,
): ScriptTrackerStep {
  switch (event.type) {
    case 'start':
      return state.due === undefined ? start(config, state, event.at) : { state, effects: [] };
    case 'timer':
      if (state.due === undefined || event.at < state.due) return { state, effects: [] };
      return due(config, state, state.due, event.at);
    case 'stop':
      if (state.due === undefined) return { state, effects: [] };
      return { state: { ...state, due: undefined }, effects: [{ type: 'stop-timer' }] };
    case 'result':
      return result(config, state, event.end);
  }
}

/** What counts as failed from the start is told at the start: nobody has its weight, or serves, until then. */
function start(config: ScriptTrackerConfig, state: ScriptTrackerState, at: Instant): ScriptTrackerStep {
  const begun = due(config, state, at, at);
  if (!config.initFail || hasRun(state)) return begun;
  const reason = `script ${config.name} counts as failed until it has succeeded (init_fail)`;
  return { ...begun, effects: [{ type: 'changed', ok: false, reason }, ...begun.effects] };
}

/** A run that is not over yet is waited for: two of a kind never run at once. */
function due(
  config: ScriptTrackerConfig,
  state: ScriptTrackerState,
  deadline: Instant,
  at: Instant,
): ScriptTrackerStep {
  const next = deadline === at ? after(at, config.interval) : nextDeadline(deadline, config.interval, at);
  const skipped = `script ${config.name} is still running, this run is left out`;
  return {
    state: { ...state, running: true, due: next },
    effects: [
      state.running ? { type: 'note', severity: 'warning', text: skipped } : { type: 'run-script' },
      { type: 'set-timer', deadline: next },
    ],
  };
}

function result(config: ScriptTrackerConfig, state: ScriptTrackerState, end: ScriptEnd): ScriptTrackerStep {
  if (!state.running) return { state, effects: [] };
  const success = end.kind === 'exited' && end.code === 0;
  const counter = count(config, state, success);
  const ok = counter >= config.rise;
  const last = `script ${config.name} ${words(end)}`;
  const next = { ...state, ok, counter, running: false, last };
  // A stopped tracker learns, but has nobody to tell.
  // The first failure is told in any case: it says why.
  const news = ok !== state.ok || (!success && !hasRun(state));
  if (!news || state.due === undefined) return { state: next, effects: [] };
  return { state: next, effects: [{ type: 'changed', ok, reason: last + inARow(config, state, ok) }] };
}

function count(config: ScriptTrackerConfig, state: ScriptTrackerState, success: boolean): number {
  const { counter, ok } = state;
  const top = config.rise + config.fall - 1;
  if (success) return counter + 1 >= config.rise ? top : counter + 1;
  // The first result is decisive: no `fall` to wait for.
  return ok === undefined || counter <= config.rise ? 0 : counter - 1;
}

function inARow(config: ScriptTrackerConfig, before: ScriptTrackerState, ok: boolean): string {
  const needed = ok ? config.rise : config.fall;
  return hasRun(before) && needed > 1 ? ` (${needed} times in a row)` : '';
}

function words(end: ScriptEnd): string {
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? 'succeeded' : `failed with exit code ${end.code}`;
    case 'timed-out':
      return 'timed out';
    case 'killed':
      return `was killed by ${end.signal}`;
    case 'not-started':
      return `could not be started: ${end.detail}`;
  }
}
