import { expect, test } from 'vitest';
import { instant, wallTime } from '../../src/base/time.ts';
import { createStampReader } from '../../src/linux/receive-stamp.ts';
import { concat, u64 } from '../../src/wire/netlink.ts';

/** A clock that the test sets; the wall is ahead of the monotonic time by `offset`. */
function world() {
  const time = { now: 1000, offset: 1_700_000_000_000 };
  const clock = { now: () => instant(time.now), wall: () => wallTime(time.now + time.offset) };
  const stamp = (at: number) => {
    const wall = at + time.offset;
    const value = concat(u64(Math.floor(wall / 1000)), u64(Math.round((wall % 1000) * 1e6)));
    return [{ level: 1, type: 35, value }];
  };
  return { time, stamp, stamps: createStampReader(clock) };
}

test('the stamp is put onto the monotonic clock', () => {
  const { time, stamp, stamps } = world();
  time.now = 1300;
  expect(stamps.arrival(stamp(1100.25))).toBeCloseTo(1100.25, 3);
});

test('without a stamp it came now', () => {
  const { time, stamps } = world();
  time.now = 1300;
  expect(stamps.arrival([])).toBe(1300);
});

test('a wall clock set forward cannot make a packet older than the last look at the empty socket', () => {
  const { time, stamp, stamps } = world();
  time.now = 1200;
  stamps.empty();
  time.now = 1300;
  const control = stamp(1250);
  time.offset += 3_600_000;
  expect(stamps.arrival(control)).toBe(1200);
});

test('a wall clock set back cannot make it come from the future', () => {
  const { time, stamp, stamps } = world();
  time.now = 1300;
  const control = stamp(1250);
  time.offset -= 3_600_000;
  expect(stamps.arrival(control)).toBe(1300);
});
