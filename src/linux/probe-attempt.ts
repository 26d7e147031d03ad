/** What every probe has: a limit that counts only while this process runs, one result, and an end that cleans up. */
import { performance } from 'node:perf_hooks';
import { type Duration, milliseconds } from '../base/time.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ProbeFailure } from '../ports/prober.ts';

export interface Attempt<T> {
  took(): Duration;
  /** The first one counts. */
  finish(result: T): void;
  /** The system call failed. */
  fail(error: NodeJS.ErrnoException): void;
  over(): boolean;
}

/** `begin` returns what closes its socket, and may throw: that is a result too. `overdue`: what the timeout means. */
export function attempt<T extends { readonly kind: string }>(
  timeout: Duration,
  done: (result: T | ProbeFailure) => void,
  begin: (attempt: Attempt<T | ProbeFailure>) => Cancel,
  overdue: T | ProbeFailure = { kind: 'timeout' },
): Cancel {
  const start = performance.now();
  let close: Cancel = () => {};
  let over = false;
  const end = (): void => {
    over = true;
    stopTimer();
    close();
  };
  const finish = (result: T | ProbeFailure): void => {
    if (over) return;
    end();
    done(result);
  };
  const stopTimer = afterRunning(timeout, () => finish(overdue));
  try {
    close = begin({
      took: () => milliseconds(performance.now() - start),
      finish,
      fail: (error) => finish(failureOf(error)),
      over: () => over,
    });
  } catch (error) {
    setImmediate(finish, failureOf(error as NodeJS.ErrnoException));
  }
  return end;
}

/** More than this and the process itself did not run. */
const tolerableLateness = 50;

/**
 * Rings after `wait` ms in which this process ran: a pause of our own must not look like a dead server, so what the
 * sockets hold by then is taken first, and as much time is granted again as was lost.
 */
function afterRunning(wait: number, ring: () => void): Cancel {
  let deadline = performance.now() + wait;
  let timer = setTimeout(expire, wait);
  let immediate: NodeJS.Immediate | undefined;
  function expire(): void {
    const late = performance.now() - deadline;
    if (late <= tolerableLateness) {
      immediate = setImmediate(ring);
      return;
    }
    const grace = Math.min(late, wait);
    deadline = performance.now() + grace;
    timer = setTimeout(expire, grace);
  }
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

export function failureOf(error: NodeJS.ErrnoException): ProbeFailure {
  switch (error.code) {
    case 'ECONNREFUSED':
      return { kind: 'refused' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return { kind: 'unreachable' };
    case 'ECONNRESET':
    case 'EPIPE':
      return { kind: 'reset' };
    case 'ETIMEDOUT':
      return { kind: 'timeout' };
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
    case 'ENOBUFS':
      return { kind: 'not-asked', detail: error.message };
    default:
      return { kind: 'error', detail: error.message };
  }
}
