import { expect, test } from 'vitest';
import { instant } from '../../src/base/time.ts';
import { initialState } from '../../src/check/checker.ts';
import type { CheckerState } from '../../src/check/state.ts';
import { checkedWeight, judgeServer } from '../../src/check/verdict.ts';
import { tcpCheck } from './settings.ts';

const unknown = initialState(tcpCheck());
const alpha = initialState(tcpCheck({ alpha: true }));
const said = (up: boolean, good: boolean, reason: string): CheckerState => ({
  ...unknown,
  up,
  decided: true,
  last: { at: instant(0), good, reason, took: undefined },
});
const up = said(true, true, 'HTTP 200 at /ping, 12 ms');
const down = said(false, false, 'connection refused');

test('no checker: always up', () => {
  expect(judgeServer([])).toEqual({ health: 'up', inService: true, reason: 'no checker configured' });
});

test('up only while all are', () => {
  expect(judgeServer([up, said(true, true, 'connected, 0.4 ms')])).toEqual({
    health: 'up',
    inService: true,
    reason: 'HTTP 200 at /ping, 12 ms; connected, 0.4 ms',
  });
  expect(judgeServer([up, down, up])).toEqual({ health: 'down', inService: false, reason: 'connection refused' });
});

test('before the first decision: in service without alpha, out of it with', () => {
  expect(judgeServer([up, unknown])).toEqual({
    health: 'unknown',
    inService: true,
    reason: 'not checked yet, presumed up',
  });
  expect(judgeServer([unknown, alpha])).toMatchObject({ health: 'unknown', inService: false });
  expect(judgeServer([alpha, down])).toMatchObject({ health: 'down', inService: false, reason: 'connection refused' });
});

test('a failure that is being retried is told, and costs nothing yet', () => {
  expect(judgeServer([up, said(true, false, 'no answer within 3 s')])).toEqual({
    health: 'up',
    inService: true,
    reason: 'no answer within 3 s, retrying',
  });
});

test('weights that scripts and files ask for add up, and are never below 0', () => {
  const set = { ...up, weight: { kind: 'set', value: 10 } } as CheckerState;
  const add = (value: number) => ({ ...up, weight: { kind: 'add', value } }) as CheckerState;
  expect(checkedWeight(3, [up])).toBeUndefined();
  expect(checkedWeight(3, [set])).toBe(10);
  expect(checkedWeight(3, [set, add(5), up])).toBe(15);
  expect(checkedWeight(3, [add(-9)])).toBe(0);
});
