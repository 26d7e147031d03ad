import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { instant, wallTime } from '../../src/base/time.ts';
import { timeoutAlarms } from '../../src/daemon/alarms.ts';

let now = 0;
const clock = { now: () => instant(now), wall: () => wallTime(now) };
const pass = (ms: number): void => {
  now += ms;
  vi.advanceTimersByTime(ms);
};

beforeEach(() => {
  now = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('an alarm rings once, at its deadline', () => {
  const ring = vi.fn();
  timeoutAlarms(clock).at(instant(1000), ring);
  pass(999);
  expect(ring).not.toHaveBeenCalled();
  pass(1);
  pass(5000);
  expect(ring).toHaveBeenCalledTimes(1);
});

test('a timeout that fires before the clock says so does not ring early, and is not lost', () => {
  const ring = vi.fn();
  timeoutAlarms(clock).at(instant(1000), ring);
  now = 999.4;
  vi.advanceTimersByTime(1000);
  expect(ring).not.toHaveBeenCalled();
  pass(1);
  expect(ring).toHaveBeenCalledTimes(1);
});

test('a deadline that has passed rings soon, but not from within', () => {
  const ring = vi.fn();
  now = 50;
  timeoutAlarms(clock).at(instant(10), ring);
  expect(ring).not.toHaveBeenCalled();
  pass(0);
  expect(ring).toHaveBeenCalledTimes(1);
});

test('a cancelled alarm stays silent, also after it has waited again', () => {
  const ring = vi.fn();
  const cancel = timeoutAlarms(clock).at(instant(1000), ring);
  now = 999.4;
  vi.advanceTimersByTime(1000);
  cancel();
  pass(100);
  expect(ring).not.toHaveBeenCalled();
});
