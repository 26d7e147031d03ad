import { expect, test } from 'vitest';
import { sparing } from '../../src/linux/sparing.ts';

test('what takes long is done again after twenty times as long', () => {
  let now = 1000;
  const work = sparing(
    (cost: number) => {
      now += cost;
      return now;
    },
    () => now,
  );
  expect(work(50)).toBe(1050);
  now = 2049;
  expect(work(50)).toBeUndefined();
  now = 2050;
  expect(work(1)).toBe(2051);
  now = 2071;
  expect(work(1)).toBe(2072);
});
