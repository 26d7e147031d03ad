import { describe, expect, test } from 'vitest';
import { wallTime } from '../../src/base/time.ts';
import { createSequenceNumbers } from '../../src/engine/router/sequence-numbers.ts';

const NOW = wallTime(1_800_000_000_123);

describe('the numbers of AH', () => {
  test('a new life begins above what its predecessor can have sent', () => {
    const numbers = createSequenceNumbers(NOW);
    expect([numbers.next(), numbers.next()]).toEqual([1_800_000_001, 1_800_000_002]);
  });

  test('what begins there is not taken for heard: a master that counts from 1 is no replay', () => {
    const numbers = createSequenceNumbers(NOW);
    numbers.next();
    expect(numbers.heard()).toBe(0);
  });

  test('they go on from the highest that was heard', () => {
    const numbers = createSequenceNumbers(wallTime(0));
    numbers.hear(500);
    numbers.hear(20);
    expect(numbers.heard()).toBe(500);
    expect([numbers.next(), numbers.next()]).toEqual([501, 502]);
  });

  test('after the last one all begins anew', () => {
    const numbers = createSequenceNumbers(NOW);
    numbers.hear(0xffff_fffd);
    expect([numbers.next(), numbers.next()]).toEqual([1, 2]);
    expect(numbers.heard()).toBe(0);
  });
});
