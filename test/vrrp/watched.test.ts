import { describe, expect, test } from 'vitest';
import { instant, milliseconds } from '../../src/base/time.ts';
import { fileInfluence, numberIn } from '../../src/vrrp/file-tracker.ts';
import {
  initialProcessTracker,
  lookAtProcesses,
  matchesProcess,
  type ProcessTrackerConfig,
} from '../../src/vrrp/process-tracker.ts';

const term = (value: number) => ({ kind: 'priority-term', value });
const fault = (failed: boolean) => ({ kind: 'fault', failed });

describe('a tracked file', () => {
  test.each([
    [undefined, 0],
    ['', 0],
    ['xx', 0],
    [' 12\n', 12],
    ['-3 and more', -3],
    ['+4', 4],
  ])('%j holds the number %d', (text, number) => {
    expect(numberIn(text)).toBe(number);
  });

  // The first ones were seen of keepalived 2.2.7: 5 and 20 in the file, weights 2 and `4 reverse`.
  test.each([
    [2, false, '5', term(10)],
    [2, false, '20', term(40)],
    [4, true, '5', term(-20)],
    [4, true, '20', term(-80)],
    [4, true, undefined, term(0)],
    [0, false, '1', fault(true)],
    [0, false, '-300', fault(true)],
    [0, false, 'xx', fault(false)],
    [1, false, '-253', term(-253)],
    [1, false, '-254', fault(true)],
    [-1, false, '254', fault(true)],
    [1, false, '999', term(253)],
  ])('weight %d, reverse %s, %j in it: %j', (weight, reverse, text, influence) => {
    expect(fileInfluence({ weight, reverse }, text)).toEqual(influence);
  });
});

const config = (changes: Partial<ProcessTrackerConfig> = {}): ProcessTrackerConfig => ({
  name: 'web',
  argv: ['nginx'],
  paramMatch: undefined,
  fullCommand: false,
  quorum: 1,
  quorumMax: undefined,
  forkDelay: milliseconds(0),
  terminateDelay: milliseconds(0),
  ...changes,
});

describe('which process it is', () => {
  const nginx = { pid: 7, name: 'nginx', argv: ['/usr/sbin/nginx', '-g', 'daemon off;'] };
  test.each<[Partial<ProcessTrackerConfig>, boolean]>([
    [{}, true],
    [{ argv: ['/usr/sbin/nginx'] }, true],
    [{ argv: ['ngin'] }, false],
    [{ argv: ['nginx'], fullCommand: true }, true],
    [{ argv: ['/usr/bin/nginx'], fullCommand: true }, false],
    [{ argv: ['nginx', '-g', 'daemon off;'] }, true],
    [{ argv: ['nginx', '-g'] }, false],
    [{ argv: ['nginx', '-g'], paramMatch: 'partial' }, true],
    [{ argv: ['nginx', '-g', 'daemon'], paramMatch: 'partial' }, false],
    [{ argv: ['nginx', '-g', 'daemon'], paramMatch: 'initial' }, true],
    [{ argv: ['nginx'], paramMatch: 'initial' }, false],
  ])('%j: %s', (changes, matches) => {
    expect(matchesProcess(config(changes), nginx)).toBe(matches);
  });

  test('a long name is what the kernel keeps of it', () => {
    const long = { pid: 1, name: 'a-very-long-nam', argv: [] };
    expect(matchesProcess(config({ argv: ['a-very-long-name-indeed'] }), long)).toBe(true);
  });
});

describe('how many there are', () => {
  const some = (count: number) => Array.from({ length: count }, (_, pid) => ({ pid, name: 'nginx', argv: ['nginx'] }));
  /** The answers to looks at these times with so many processes. */
  const looks = (changes: Partial<ProcessTrackerConfig>, ...seen: [number, number][]): (boolean | undefined)[] => {
    let state = initialProcessTracker;
    return seen.map(([at, count]) => {
      state = lookAtProcesses(config(changes), state, some(count), instant(at));
      return state.ok;
    });
  };

  test('fewer than the quorum, and more than the most', () => {
    expect(looks({ quorum: 2, quorumMax: 3 }, [0, 1], [1, 2], [2, 3], [3, 4])).toEqual([false, true, true, false]);
    expect(looks({ quorum: 0, quorumMax: 0 }, [0, 0], [1, 1])).toEqual([true, false]);
  });

  test('a change must last its delay, the first look counts at once', () => {
    const delays = { forkDelay: milliseconds(100), terminateDelay: milliseconds(1000) };
    expect(looks(delays, [0, 1], [500, 0], [1000, 0], [1499, 0], [1500, 0])).toEqual([true, true, true, true, false]);
    expect(looks(delays, [0, 0], [500, 1], [550, 0], [600, 1], [700, 1])).toEqual([false, false, false, false, true]);
  });
});
