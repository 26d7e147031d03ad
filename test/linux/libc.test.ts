import { expect, test } from 'vitest';
import { errnoName } from '../../src/linux/libc.ts';

test('errno has the name that the manual pages use', () => {
  expect([1, 11, 17, 19, 95, 99, 100, 105].map(errnoName)).toEqual([
    'EPERM',
    'EAGAIN',
    'EEXIST',
    'ENODEV',
    'EOPNOTSUPP',
    'EADDRNOTAVAIL',
    'ENETDOWN',
    'ENOBUFS',
  ]);
});

test('one that has none says its number', () => {
  expect(errnoName(4711)).toBe('errno 4711');
});
