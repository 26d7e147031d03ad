import { describe, expect, test } from 'vitest';
import { type Duration, instant, seconds } from '../../src/base/time.ts';
import { beginDrain, type DrainProgress, type DrainSample, stepDrain } from '../../src/ipvs/drain.ts';
import type { Protocol } from '../../src/ipvs/types.ts';

interface Look extends Partial<Omit<DrainSample, 'at' | 'connections'>> {
  /** Seconds. */
  readonly at: number;
  readonly connections?: number;
}

function drain(looks: readonly Look[], protocol: Protocol = 'tcp', persistence?: Duration): DrainProgress[] {
  let state = beginDrain(protocol, persistence);
  return looks.map((look) => {
    const [next, progress] = stepDrain(state, {
      weight: 0,
      activeConnections: 0,
      inactiveConnections: 0,
      persistentConnections: 0,
      longestExpiry: null,
      ...look,
      at: instant(look.at * 1000),
      connections: BigInt(look.connections ?? 100),
    });
    state = next;
    return progress;
  });
}
const last = (...args: Parameters<typeof drain>): DrainProgress => drain(...args).at(-1)!;

describe('a drain', () => {
  test('is done when nothing is left, and not before', () => {
    expect(last([{ at: 0 }])).toEqual({
      active: 0,
      inactive: 0,
      persistent: 0,
      arrivingCps: null,
      done: true,
      etaMs: 0,
      why: 'nothing is left',
    });
    expect(last([{ at: 0, persistentConnections: 1 }]).done).toBe(false);
    expect(last([{ at: 0, inactiveConnections: 1 }]).done).toBe(false);
    expect(last([{ at: 0, activeConnections: 1 }]).done).toBe(false);
  });

  test('waits for open connections as long as their clients like', () => {
    const progress = last([{ at: 0, activeConnections: 3, inactiveConnections: 9 }]);
    expect(progress).toMatchObject({ active: 3, inactive: 9, etaMs: null });
    expect(progress.why).toBe('3 open connections: their clients end them');
    expect(last([{ at: 0, activeConnections: 1 }]).why).toBe('1 open connection: its client ends it');
  });

  test('counts down from the last active connection: entries linger for 120 s', () => {
    const looks = [
      { at: 0, activeConnections: 2, inactiveConnections: 5 },
      { at: 10, inactiveConnections: 7 },
      { at: 40, inactiveConnections: 7 },
    ];
    expect(drain(looks).map((progress) => progress.etaMs)).toEqual([null, 110_000, 80_000]);
    expect(last(looks).why).toBe('7 closed connections whose entries the kernel keeps for up to 120 s');
  });

  test('a bound that has passed is no bound: then nothing is promised', () => {
    expect(
      last([
        { at: 0, inactiveConnections: 7 },
        { at: 121, inactiveConnections: 1 },
      ]).etaMs,
    ).toBeNull();
  });

  test('takes the connection table’s word where it is read', () => {
    expect(last([{ at: 0, inactiveConnections: 7, longestExpiry: seconds(33) }]).etaMs).toBe(33_000);
    expect(last([{ at: 0, activeConnections: 1, longestExpiry: seconds(900) }]).etaMs).toBeNull();
  });

  test('new connections are counted, and make every estimate void', () => {
    const looks = [
      { at: 0, inactiveConnections: 1, connections: 100 },
      { at: 2, inactiveConnections: 1, connections: 105 },
    ];
    expect(last(looks)).toMatchObject({ arrivingCps: 2.5, etaMs: null, done: false });
    expect(last(looks).why).toMatch(/^5 new connections since the last look: they were scheduled before weight 0/);
  });

  test('persistent clients come back whatever the weight', () => {
    const looks = [
      { at: 0, persistentConnections: 2, connections: 100 },
      { at: 5, persistentConnections: 2, inactiveConnections: 1, connections: 101 },
    ];
    expect(last(looks, 'tcp', seconds(300)).why).toMatch(
      /persistence template come back whatever the weight \(2 templates\)/,
    );
  });

  test('a template lasts its time from the last arrival, and a minute more while entries hold it', () => {
    const looks = [
      { at: 0, persistentConnections: 1 },
      { at: 20, persistentConnections: 1 },
    ];
    expect(last(looks, 'tcp', seconds(50)).etaMs).toBe(30_000);
    const held = looks.map((look) => ({ ...look, inactiveConnections: 1 }));
    expect(last(held, 'tcp', seconds(50)).etaMs).toBe(160_000);
  });

  test('a weight set by somebody else is the first thing said', () => {
    const progress = last([{ at: 0, weight: 3 }]);
    expect(progress).toMatchObject({ done: false, etaMs: null });
    expect(progress.why).toMatch(/weight is 3, not 0/);
  });

  test('a UDP flow on fixed ports never leaves', () => {
    expect(last([{ at: 0, inactiveConnections: 1 }], 'udp').why).toMatch(/never leaves while its client sends/);
  });
});
