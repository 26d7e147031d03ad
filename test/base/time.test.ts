import { describe, expect, test } from 'vitest';
import { after, elapsed, instant, isoTime, milliseconds, seconds, sum, times, wallTime } from '../../src/base/time.ts';

describe('time', () => {
  test('is in milliseconds', () => {
    expect(seconds(3)).toBe(3000);
    expect(milliseconds(3)).toBe(3);
    expect(seconds(0.01)).toBe(10);
  });

  test('an instant and a duration make an instant; two instants make a duration', () => {
    const start = instant(100);
    const end = after(start, seconds(1));
    expect(end).toBe(1100);
    expect(elapsed(start, end)).toBe(1000);
    expect(elapsed(end, start)).toBe(-1000);
  });

  test('durations add up and multiply', () => {
    expect(sum()).toBe(0);
    expect(sum(seconds(3), milliseconds(609.375))).toBe(3609.375);
    expect(times(3, seconds(1))).toBe(3000);
  });

  test('a skew keeps its fraction: (256 - 100) / 256 s', () => {
    expect(sum(times(3, seconds(1)), times(156 / 256, seconds(1)))).toBe(3609.375);
  });

  test('the wall clock is written as ISO 8601 with milliseconds, in UTC', () => {
    expect(isoTime(wallTime(1_767_225_600_000))).toBe('2026-01-01T00:00:00.000Z');
    expect(isoTime(wallTime(1_767_225_600_007))).toBe('2026-01-01T00:00:00.007Z');
  });
});
