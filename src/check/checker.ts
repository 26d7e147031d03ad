/**
 * The life of one checker, in keepalived's schedule (checked against 2.2.7): first check 1 s + random × warmup after the
 * start, the next `delay_loop` after each result. A server that was up is forgiven `retry` failures, asked again after
 * `delay_before_retry`; one that never passed is not. With several urls each turn asks one, and only a whole round makes
 * the server up; a url that failed is asked alone until it passes, then all from the first.
 *
 * One deliberate difference: with a single url one good answer brings a server back. 2.2.7 asks it a second time.
 */
import { unreachable } from '../base/assert.ts';
import { after, type Duration, type Instant, seconds, sum, times } from '../base/time.ts';
import type { CheckerConfig } from './config.ts';
import type { Judgement } from './judge.ts';
import { judgeResult } from './judge-result.ts';
import type { ProbeRequest, ProbeResult } from './probe.ts';
import { requestOf, urlIndex } from './request.ts';
import type { CheckerState } from './state.ts';

export type CheckerEvent =
  /** `random` is uniform in 0…1; it spreads the first checks over the warm-up. */
  | { readonly type: 'start'; readonly at: Instant; readonly random: number }
  | { readonly type: 'timer'; readonly at: Instant }
  | { readonly type: 'probe-result'; readonly at: Instant; readonly result: ProbeResult }
  | { readonly type: 'stop'; readonly at: Instant };

export type CheckerEffect =
  | { readonly type: 'probe'; readonly request: ProbeRequest }
  /** A checker has one timer; setting it again replaces it. */
  | { readonly type: 'set-timer'; readonly deadline: Instant }
  | { readonly type: 'stop-timer' }
  | { readonly type: 'cancel-probe' }
  /** At the first decision and whenever `up` changes. */
  | { readonly type: 'verdict'; readonly up: boolean; readonly reason: string }
  /** A script or a file says another weight than before. */
  | { readonly type: 'weight'; readonly reason: string };

export interface CheckerStep {
  readonly state: CheckerState;
  readonly effects: readonly CheckerEffect[];
}

const bootstrapDelay = seconds(1);

export function initialState(config: CheckerConfig): CheckerState {
  return {
    phase: 'stopped',
    up: !config.alpha,
    decided: false,
    nextRun: undefined,
    retriesLeft: config.retry,
    consecutiveGood: 0,
    passed: 0,
    failedUrl: undefined,
    last: undefined,
    weight: undefined,
  };
}

/** Events that do not fit the phase (a late result, a second start) change nothing. */
export function step(config: CheckerConfig, state: CheckerState, event: CheckerEvent): CheckerStep {
  switch (event.type) {
    case 'start': {
      if (state.phase !== 'stopped') return { state, effects: [] };
      const fresh: CheckerState = { ...state, retriesLeft: config.retry, passed: 0, failedUrl: undefined };
      // A file can be looked at right away, as keepalived does; a session tells when it knows.
      if (config.kind === 'file' || config.kind === 'bfd') return waitFor(fresh, event.at);
      return waitFor(fresh, after(event.at, sum(bootstrapDelay, times(event.random, config.warmup))));
    }
    case 'timer': {
      if (state.phase !== 'waiting') return { state, effects: [] };
      // An alarm that rang early must not be lost.
      if (state.nextRun !== undefined && event.at < state.nextRun) return waitFor(state, state.nextRun);
      return {
        state: { ...state, phase: 'probing', nextRun: undefined },
        effects: [{ type: 'probe', request: requestOf(config, state) }],
      };
    }
    case 'probe-result':
      return state.phase === 'probing' ? conclude(config, state, event.at, event.result) : { state, effects: [] };
    case 'stop':
      return halt(state);
    default:
      return unreachable(event);
  }
}

function waitFor(state: CheckerState, deadline: Instant): CheckerStep {
  return {
    state: { ...state, phase: 'waiting', nextRun: deadline },
    effects: [{ type: 'set-timer', deadline }],
  };
}

/** The verdict outlives the stop: a checker that starts again begins a new round from it. */
function halt(state: CheckerState): CheckerStep {
  const effects: CheckerEffect[] = [];
  if (state.phase === 'probing') effects.push({ type: 'cancel-probe' });
  if (state.phase === 'waiting') effects.push({ type: 'stop-timer' });
  return { state: { ...state, phase: 'stopped', nextRun: undefined }, effects };
}

function conclude(config: CheckerConfig, state: CheckerState, at: Instant, result: ProbeResult): CheckerStep {
  const judgement = judgeResult(config, state, result);
  const { good, reason, took } = judgement;
  const judged = { ...state, last: { at, good, reason, took } };
  // A director out of file descriptors must not lose all its servers for it.
  if (result.kind === 'not-asked') return waitFor(judged, after(at, config.delayLoop));
  return good ? passed(config, judged, at, judgement) : failed(config, judged, at, judgement);
}

function passed(config: CheckerConfig, state: CheckerState, at: Instant, judgement: Judgement): CheckerStep {
  const urls = config.kind === 'http' ? config.urls.length : 1;
  const alone = state.failedUrl !== undefined && urls > 1;
  const count = alone ? 0 : state.passed + 1;
  const whole = count === urls;
  const next: CheckerState = {
    ...state,
    up: state.up || whole,
    decided: state.decided || whole,
    retriesLeft: config.retry,
    consecutiveGood: state.consecutiveGood + 1,
    passed: whole ? 0 : count,
    failedUrl: undefined,
    weight: judgement.weight,
  };
  const hurry = config.kind === 'http' && config.fastRecovery && (!next.decided || !next.up);
  return decide(state, next, judgement.reason, hurry ? at : after(at, config.delayLoop));
}

function failed(config: CheckerConfig, state: CheckerState, at: Instant, { reason }: Judgement): CheckerStep {
  const forgiven = state.up && state.decided && state.retriesLeft > 0;
  const next: CheckerState = {
    ...state,
    up: forgiven,
    decided: true,
    retriesLeft: forgiven ? state.retriesLeft - 1 : config.retry,
    consecutiveGood: 0,
    passed: 0,
    failedUrl: config.kind === 'http' ? urlIndex(state) : undefined,
    weight: forgiven ? state.weight : undefined,
  };
  return decide(state, next, reason, after(at, forgiven ? config.delayBeforeRetry : delayWhileDown(config)));
}

/** keepalived leaves a failing web server alone for the longer of its two delays. */
const delayWhileDown = (config: CheckerConfig): Duration =>
  config.kind === 'http' && config.delayBeforeRetry > config.delayLoop ? config.delayBeforeRetry : config.delayLoop;

function decide(before: CheckerState, next: CheckerState, reason: string, deadline: Instant): CheckerStep {
  const waiting = waitFor(next, deadline);
  const news = next.decided && (!before.decided || before.up !== next.up);
  if (news) return { ...waiting, effects: [{ type: 'verdict', up: next.up, reason }, ...waiting.effects] };
  const weighs = before.weight?.kind !== next.weight?.kind || before.weight?.value !== next.weight?.value;
  return weighs ? { ...waiting, effects: [{ type: 'weight', reason }, ...waiting.effects] } : waiting;
}
