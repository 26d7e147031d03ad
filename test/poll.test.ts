import { expect, test } from 'vitest';
import { poll } from './poll.ts';

test('waits until the matcher holds, and takes its negation', async () => {
  let reads = 0;
  await poll(() => ++reads, { timeout: 5000, interval: 1 }).toBe(3);
  await poll(async () => ++reads, { interval: 1 }).not.toBe(4);
  expect(reads).toBe(5);
});

test('fails with the last complaint when time is over', async () => {
  await expect(poll(() => 'still this', { timeout: 20, interval: 1 }).toBe('that')).rejects.toThrow(/still this/);
});
