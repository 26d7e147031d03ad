import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attainableQuorum, chooseFront, judgeQuorum } from '../../src/check/quorum.ts';

/** What becomes of the quorum while the live weight goes through `weights`: `weight+` gained, `weight-` lost. */
function walk(quorum: number, hysteresis: number, weights: readonly number[]): string {
  let up: boolean | undefined;
  return weights
    .map((weight) => {
      const decision = judgeQuorum({ quorum, hysteresis }, up, weight);
      up = decision.up;
      return `${weight}${decision.event === 'gained' ? '+' : decision.event === 'lost' ? '-' : ''}`;
    })
    .join(' ');
}

describe('quorum', () => {
  test('keepalived’s default, 1: lost with the last server, back with the first', () => {
    expect(walk(1, 0, [2, 1, 0, 1, 2])).toBe('2 1 0- 1+ 2');
  });

  test('quorum 3 without hysteresis', () => {
    expect(walk(3, 0, [4, 3, 2, 3])).toBe('4 3 2- 3+');
  });

  test('quorum 3, hysteresis 1: kept down to 2, regained at 4', () => {
    expect(walk(3, 1, [4, 3, 2, 1, 2, 3, 4, 2])).toBe('4 3 2 1- 2 3 4+ 2');
  });

  test('nothing alive is no quorum, however wide the hysteresis', () => {
    expect(walk(2, 1, [1, 0])).toBe('1 0-');
  });

  test('a service that starts without it has lost it', () => {
    expect(walk(2, 0, [0, 2])).toBe('0- 2+');
    expect(walk(2, 0, [2])).toBe('2');
  });

  test('the reason shows the sum', () => {
    const config = { quorum: 3, hysteresis: 1 };
    expect(judgeQuorum(config, true, 1).reason).toBe('live weight 1, 2 needed to keep the quorum');
    expect(judgeQuorum(config, false, 1).reason).toBe('live weight 1, 4 needed to regain the quorum');
  });

  test('a quorum out of reach of all servers together is lowered', () => {
    expect(attainableQuorum({ quorum: 5, hysteresis: 3 }, 2)).toEqual({ quorum: 2, hysteresis: 1 });
    expect(attainableQuorum({ quorum: 2, hysteresis: 1 }, 9)).toEqual({ quorum: 2, hysteresis: 1 });
    expect(attainableQuorum({ quorum: 2, hysteresis: 0 }, 0)).toEqual({ quorum: 1, hysteresis: 0 });
  });

  test('between the thresholds nothing ever changes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.nat(50),
        fc.boolean(),
        fc.nat(120),
        (quorum, wide, had, weight) => {
          const hysteresis = Math.min(wide, quorum - 1);
          const { up, event } = judgeQuorum({ quorum, hysteresis }, had, weight);
          const between = weight > 0 && weight >= quorum - hysteresis && weight < quorum + hysteresis;
          if (between) expect([up, event]).toEqual([had, undefined]);
          else expect(up).toBe(weight >= quorum + hysteresis);
        },
      ),
    );
  });
});

test('the sorry server answers when the quorum is lost, and only if there is one', () => {
  expect(chooseFront(true, true)).toBe('real-servers');
  expect(chooseFront(false, true)).toBe('sorry-server');
  expect(chooseFront(false, false)).toBe('real-servers');
});
