import { describe, expect, test } from 'vitest';
import { instant, milliseconds, wallTime } from '../../src/base/time.ts';
import { createTimeline } from '../../src/sim/clock.ts';
import { createWorld } from '../../src/sim/world.ts';

describe('simulated time', () => {
  test('passes from one action to the next, and the wall clock with it', () => {
    const timeline = createTimeline(wallTime(1000));
    const seen: number[] = [];
    for (const at of [30, 10, 20]) timeline.schedule(instant(at), 'alarm', () => seen.push(timeline.clock.now()));
    expect(timeline.nextDeadline()).toBe(10);
    expect(timeline.step()).toBe(true);
    expect([timeline.clock.now(), timeline.clock.wall()]).toEqual([10, 1010]);
    timeline.advanceTo(instant(25));
    expect(timeline.clock.now()).toBe(25);
    expect(timeline.nextDeadline()).toBe(30);
    timeline.advanceTo(instant(40));
    expect(seen).toEqual([10, 20, 30]);
    expect(timeline.step()).toBe(false);
    expect(timeline.nextDeadline()).toBeUndefined();
  });

  test('does not go back', () => {
    const timeline = createTimeline(wallTime(0));
    timeline.advanceTo(instant(50));
    timeline.advanceTo(instant(20));
    expect(timeline.clock.now()).toBe(50);
    timeline.schedule(instant(10), 'alarm', () => undefined);
    expect(timeline.nextDeadline()).toBe(50);
  });

  test('what is received at an instant comes before what was waited for, whichever was set first', () => {
    const timeline = createTimeline(wallTime(0));
    const seen: string[] = [];
    timeline.schedule(instant(5), 'alarm', () => seen.push('alarm'));
    timeline.schedule(instant(5), 'delivery', () => seen.push('delivery'));
    timeline.advanceTo(instant(5));
    expect(seen).toEqual(['delivery', 'alarm']);
  });

  test('what is due at the end of an advance is done, also when it was set on the way', () => {
    const timeline = createTimeline(wallTime(0));
    const seen: string[] = [];
    timeline.schedule(instant(5), 'alarm', () => {
      timeline.schedule(instant(10), 'alarm', () => seen.push('nested'));
    });
    timeline.advanceTo(instant(10));
    expect(seen).toEqual(['nested']);
  });

  test('an endless conversation at one instant stops the world instead of hanging it', () => {
    const timeline = createTimeline(wallTime(0));
    const again = (): void => void timeline.schedule(timeline.clock.now(), 'delivery', again);
    again();
    expect(() => timeline.advanceTo(instant(1))).toThrow('time stands still at 0 ms');
  });

  test('no deadline is refused in silence', () => {
    const timeline = createTimeline(wallTime(0));
    expect(() => timeline.schedule(instant(Number.NaN), 'alarm', () => undefined)).toThrow('finite');
  });
});

describe('a world', () => {
  test('runs until something is true, and says when it never is', () => {
    const world = createWorld({ seed: 1 });
    let rung = false;
    world.alarms.at(instant(70), () => {
      rung = true;
    });
    expect(world.runUntil(() => rung, milliseconds(50))).toBe(false);
    expect(world.clock.now()).toBe(50);
    expect(world.runUntil(() => rung, milliseconds(50))).toBe(true);
    expect(world.clock.now()).toBe(70);
  });

  test('can be driven from outside, by its next deadline', () => {
    const world = createWorld({ seed: 1, epoch: wallTime(5000) });
    const seen: number[] = [];
    const tick = (): void => {
      seen.push(world.clock.wall());
      if (seen.length < 3) world.alarms.at(instant(world.clock.now() + 10), tick);
    };
    world.alarms.at(instant(10), tick);
    for (let next = world.nextDeadline(); next !== undefined; next = world.nextDeadline()) world.advanceTo(next);
    expect(seen).toEqual([5010, 5020, 5030]);
  });
});
