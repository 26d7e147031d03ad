import type { Duration } from '../base/time.ts';
import type { ConnectTarget, ProbeFailure } from './probe.ts';

/** What one result says of the server, and in which words. */
export interface Judgement {
  readonly good: boolean;
  readonly reason: string;
  readonly took: Duration | undefined;
}

export function judgeFailure(failure: ProbeFailure, target: Pick<ConnectTarget, 'timeout'>): Judgement {
  return { good: false, reason: describeFailure(failure, target.timeout), took: undefined };
}

function describeFailure(failure: ProbeFailure, timeout: Duration): string {
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
      return `not an HTTP answer: ${failure.detail}`;
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
