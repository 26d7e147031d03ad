/**
 * A link to another hatop as a machine of its own: connecting, up, down and tried again, each with its reason. Pure; what
 * it waits for is `deadline`, and a `due` that comes before that is nothing.
 */
import { after, type Duration, elapsed, type Instant, milliseconds, seconds, times } from '../../base/time.ts';

export interface LinkState {
  readonly phase: 'connecting' | 'up' | 'down';
  readonly since: Instant;
  /** Why it is down, or was last; empty: it never was. */
  readonly reason: string;
  /** Attempts in a row that did not last. */
  readonly failures: number;
  readonly deadline: Instant;
}

export type LinkEvent =
  /** The other engine has answered. */
  | { readonly type: 'heard'; readonly at: Instant }
  | { readonly type: 'ended'; readonly at: Instant; readonly reason: string }
  | { readonly type: 'due'; readonly at: Instant };

export type LinkEffect = 'open' | 'close';

export interface LinkStep {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

/** ssh may have to look up a name and knock at a host that is slow to wake. */
export const ANSWER_WITHIN = seconds(20);
/** It is asked once a second. */
export const SILENT_AT_MOST = seconds(5);
/** One that lasted so long was good: the next attempt comes soon. */
const LASTED = seconds(30);
const RETRY_FIRST = seconds(1);
const RETRY_LAST = seconds(30);

export function beginLink(at: Instant): LinkStep {
  return connecting({ phase: 'down', since: at, reason: '', failures: 0, deadline: at }, at);
}

export function stepLink(state: LinkState, event: LinkEvent): LinkStep {
  const { at } = event;
  switch (event.type) {
    case 'heard': {
      if (state.phase === 'down') return { state, effects: [] };
      const since = state.phase === 'up' ? state.since : at;
      return { state: { ...state, phase: 'up', since, deadline: after(at, SILENT_AT_MOST) }, effects: [] };
    }
    case 'ended':
      return state.phase === 'down' ? { state, effects: [] } : { state: ended(state, at, event.reason), effects: [] };
    case 'due':
      if (at < state.deadline) return { state, effects: [] };
      if (state.phase === 'down') return connecting(state, at);
      return { state: ended(state, at, silence(state)), effects: ['close'] };
  }
}

const silence = ({ phase }: LinkState): string =>
  phase === 'up'
    ? `its engine has said nothing for ${SILENT_AT_MOST / 1000} s`
    : `no answer within ${ANSWER_WITHIN / 1000} s`;

function connecting(state: LinkState, at: Instant): LinkStep {
  const next = { ...state, phase: 'connecting', since: at, deadline: after(at, ANSWER_WITHIN) } as const;
  return { state: next, effects: ['open'] };
}

function ended(state: LinkState, at: Instant, reason: string): LinkState {
  const lasted = state.phase === 'up' && elapsed(state.since, at) >= LASTED;
  const failures = lasted ? 1 : state.failures + 1;
  return { phase: 'down', since: at, reason, failures, deadline: after(at, retryAfter(failures)) };
}

/** 1, 2, 4 … 30 s. */
export function retryAfter(failures: number): Duration {
  const wait = times(2 ** Math.min(failures - 1, 10), RETRY_FIRST);
  return milliseconds(Math.min(wait, RETRY_LAST));
}
