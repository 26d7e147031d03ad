import type { CheckerState } from './state.ts';

/** One server as all its checkers together see it. */
export interface ServerVerdict {
  /** `unknown` until every checker has decided, unless one already says down. */
  readonly health: 'up' | 'down' | 'unknown';
  /** Whether it gets connections: also true for the not yet checked, unless a checker is `alpha`. */
  readonly inService: boolean;
  /** For the operator; of the checker that decided the matter. */
  readonly reason: string;
}

/** A server is up only while all its checkers are; a server without any is always up. */
export function judgeServer(checkers: readonly CheckerState[]): ServerVerdict {
  if (checkers.length === 0) return { health: 'up', inService: true, reason: 'no checker configured' };
  const inService = checkers.every((checker) => checker.up);
  const down = checkers.find((checker) => checker.decided && !checker.up);
  if (down) return { health: 'down', inService, reason: down.last?.reason ?? 'down' };
  if (checkers.some((checker) => !checker.decided)) {
    const reason = inService ? 'not checked yet, presumed up' : 'not checked yet, down until it passes (alpha)';
    return { health: 'unknown', inService, reason };
  }
  // A failure that is being retried is news; otherwise all that passed say the same.
  const failing = checkers.find((checker) => checker.last && !checker.last.good);
  if (failing) return { health: 'up', inService, reason: `${failing.last?.reason}, retrying` };
  return { health: 'up', inService, reason: checkers.map((checker) => checker.last?.reason ?? '').join('; ') };
}

/** The configured weight as scripts and files change it (keepalived adds up the changes); undefined: none speaks of it. */
export function checkedWeight(configured: number, checkers: readonly CheckerState[]): number | undefined {
  const advice = checkers.flatMap((checker) => (checker.weight ? [checker.weight] : []));
  if (advice.length === 0) return undefined;
  const changes = advice.map(({ kind, value }) => (kind === 'set' ? value - configured : value));
  return Math.max(
    0,
    changes.reduce((sum, change) => sum + change, configured),
  );
}
