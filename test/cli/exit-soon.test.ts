import { afterEach, expect, test, vi } from 'vitest';
import { exitSoon } from '../../src/cli/exit-soon.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('what still holds the process after a second does not hold it for ever', () => {
  vi.useFakeTimers();
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  exitSoon();
  vi.advanceTimersByTime(900);
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(exit).toHaveBeenCalledExactlyOnceWith();
});

test('and it does not hold the process itself', () => {
  vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const timers = vi.spyOn(globalThis, 'setTimeout');
  exitSoon();
  const timer = timers.mock.results[0]?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(false);
  clearTimeout(timer);
});
