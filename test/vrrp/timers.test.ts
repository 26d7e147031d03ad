import { describe, expect, test } from 'vitest';
import { instant, milliseconds, seconds } from '../../src/base/time.ts';
import { masterDownInterval, nextDeadline, pushPatience, skewTime } from '../../src/vrrp/timers.ts';
import { configure } from './driver.ts';

const v2 = configure();
const v3 = configure({ version: 3, adverInterval: milliseconds(100) });

// failover.md §Arithmetic; version 3 is what N6.1 of reference/rfc.md says.
describe.each([
  [254, 8, 3.01, 0.8],
  [200, 219, 3.22, 22],
  [150, 414, 3.41, 41],
  [100, 609, 3.61, 61],
  [50, 805, 3.8, 80],
  [1, 996, 4.0, 100],
])('priority %d', (priority, skewMs, downSeconds, skew3) => {
  test(`version 2 at 1 s: skew ${skewMs} ms, master-down ${downSeconds} s`, () => {
    expect(Math.round(skewTime(v2, priority))).toBe(skewMs);
    expect(masterDownInterval(v2, priority) / 1000).toBeCloseTo(downSeconds, 2);
  });

  test(`version 3 at 100 ms: skew ${skew3} ms of the interval, not of a second`, () => {
    expect(skewTime(v3, priority)).toBeCloseTo(skew3, 0);
    expect(masterDownInterval(v3, priority)).toBeCloseTo(300 + skewTime(v3, priority), 9);
  });
});

test('version 2: the skew is of one second, whatever the interval', () => {
  expect(skewTime(configure({ adverInterval: seconds(2) }), 100)).toBe(609.375);
});

test('a push waits 3 × interval + 1 s + 500 ms in version 2, 4 × interval + 500 ms in version 3', () => {
  expect(pushPatience(v2)).toBe(4500);
  expect(pushPatience(v3)).toBe(900);
});

describe('the deadline after a deadline', () => {
  test('is one interval after the last one, however late we were', () => {
    expect(nextDeadline(instant(1000), seconds(1), instant(1004))).toBe(2000);
    expect(nextDeadline(instant(1000), seconds(1), instant(2000))).toBe(2000);
  });

  test('starts afresh where we were late by more than an interval', () => {
    expect(nextDeadline(instant(1000), seconds(1), instant(2001))).toBe(3001);
  });
});
