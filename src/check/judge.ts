import type { Duration } from '../base/time.ts';
import type { ProbeFailure } from './probe.ts';

/** What one result says of the server, and in which words. */
export interface Judgement {
  readonly good: boolean;
  readonly reason: string;
  readonly took: Duration | undefined;
  /** What a script or a file says of the server's weight; undefined: nothing. */
  readonly weight?: WeightAdvice | undefined;
}

/** `set`: to be used in place of the configured weight; `add`: on top of it. */
export interface WeightAdvice {
  readonly kind: 'set' | 'add';
  readonly value: number;
}

/** `protocol`: what the server should have spoken. */
export function judgeFailure(
  failure: ProbeFailure,
  target: { readonly timeout: Duration },
  protocol = 'an HTTP',
): Judgement {
  return { good: false, reason: describeFailure(failure, target.timeout, protocol), took: undefined };
}

function describeFailure(failure: ProbeFailure, timeout: Duration, protocol: string): string {
  switch (failure.kind) {
    case 'refused':
      return 'connection refused';
    case 'unreachable':
      return 'host or network unreachable';
    case 'reset':
      return 'connection reset';
    case 'timeout':
      return `no answer within ${formatDuration(timeout)}`;
    case 'malformed':
      return `not ${protocol} answer: ${failure.detail}`;
    case 'tls':
      return `TLS handshake failed: ${failure.detail}`;
    case 'error':
      return `cannot connect: ${failure.detail}`;
    case 'not-asked':
      return `could not ask: ${failure.detail}`;
  }
}

/** `0.4 ms`, `12 ms`, `3 s`, `2.5 s`. */
export function formatDuration(duration: Duration): string {
  if (duration >= 999.5) return `${Math.round(duration / 100) / 10} s`;
  return duration < 10 ? `${Math.round(duration * 10) / 10} ms` : `${Math.round(duration)} ms`;
}
