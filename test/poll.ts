/** `expect.poll` for tests that run beside each other, of which vitest's own knows one at a time only. */
import { expect, vi } from 'vitest';

interface PollOptions {
  /** ms; default one second, as vitest's own. */
  readonly timeout?: number;
  readonly interval?: number;
}

type Polled = ReturnType<typeof expect.poll>;

/** `await poll(read, options).toBe(3)`: reads again and again until the matcher holds; fails with its last complaint. */
export function poll(read: () => unknown, { timeout = 1000, interval = 50 }: PollOptions = {}): Polled {
  const matchers = (negated: boolean): Polled =>
    new Proxy({} as Polled, {
      get: (_, matcher: string) =>
        matcher === 'not'
          ? matchers(!negated)
          : (...given: unknown[]) => vi.waitFor(() => judge(read, matcher, negated, given), { timeout, interval }),
    });
  return matchers(false);
}

async function judge(read: () => unknown, matcher: string, negated: boolean, given: unknown[]): Promise<void> {
  const assertion = expect(await read());
  const matchers = (negated ? assertion.not : assertion) as unknown as Record<string, (...given: unknown[]) => unknown>;
  await matchers[matcher]?.(...given);
}
