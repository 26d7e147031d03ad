import { expect, test } from 'vitest';
import { instant } from '../../src/base/time.ts';
import { createAlarmQueue } from '../../src/linux/alarm-queue.ts';

test('alarms ring in the order of their deadlines, equal ones as they were set', () => {
  const queue = createAlarmQueue();
  const rung: string[] = [];
  for (const [name, at] of [
    ['c', 30],
    ['a1', 10],
    ['b', 20],
    ['a2', 10],
  ] as const) {
    queue.at(instant(at), () => rung.push(name));
  }
  expect(queue.next()).toBe(10);
  queue.ring(instant(20));
  expect(rung).toEqual(['a1', 'a2', 'b']);
  expect(queue.next()).toBe(30);
  queue.ring(instant(29.999));
  expect(rung).toHaveLength(3);
});

test('a cancelled alarm does not ring, even when cancelled by one of the same round', () => {
  const queue = createAlarmQueue();
  const rung: string[] = [];
  queue.at(instant(1), () => {
    rung.push('first');
    cancel();
  });
  const cancel = queue.at(instant(2), () => rung.push('second'));
  queue.at(instant(3), () => rung.push('third'))();
  queue.ring(instant(5));
  expect(rung).toEqual(['first']);
  expect(queue.next()).toBeUndefined();
});

test('an alarm set while ringing waits for the next round, so that packets come between', () => {
  const queue = createAlarmQueue();
  const rung: string[] = [];
  queue.at(instant(1), () => {
    rung.push('outer');
    queue.at(instant(0), () => rung.push('inner'));
  });
  queue.ring(instant(5));
  expect(rung).toEqual(['outer']);
  queue.ring(instant(5));
  expect(rung).toEqual(['outer', 'inner']);
});
