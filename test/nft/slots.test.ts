import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { hashSlots, type Share, SLOTS_MAX, turns } from '../../src/nft/slots.ts';

const share = (id: number, weight: number): Share => ({
  id,
  spec: { address: ip(`10.0.0.${id}`), port: 80, weight, method: 'DR' },
});
const count = (slots: readonly number[], id: number): number => slots.filter((slot) => slot === id).length;

describe('turns', () => {
  test('the shares are the weights, and the turns of one lie apart', () => {
    expect(turns([share(1, 3), share(2, 1)], false)).toEqual([1, 1, 2, 1]);
    expect(turns([share(1, 5), share(2, 1), share(3, 1)], false)).toEqual([1, 1, 2, 1, 3, 1, 1]);
  });

  test('a common divisor makes the cycle no longer', () => {
    expect(turns([share(1, 300), share(2, 100)], false)).toEqual([1, 1, 2, 1]);
  });

  test('weight 0 has no turn; without weight there is none at all', () => {
    expect(turns([share(1, 0), share(2, 7)], false)).toEqual([2]);
    expect(turns([share(1, 0)], false)).toEqual([]);
    expect(turns([], false)).toEqual([]);
  });

  test('round robin knows weight and no weight only', () => {
    expect(turns([share(1, 9), share(2, 1), share(3, 0)], true)).toEqual([1, 2]);
  });

  test('a cycle that is too long is rounded, and nobody with weight goes without', () => {
    const slots = turns([share(1, 65535), share(2, 1), share(3, 32767)], false);
    expect(slots.length).toBeLessThanOrEqual(SLOTS_MAX + 3);
    expect(count(slots, 2)).toBe(1);
    expect(count(slots, 1) / count(slots, 3)).toBeCloseTo(2, 1);
  });
});

describe('hash slots', () => {
  const all = [share(1, 1), share(2, 1), share(3, 2)];

  test('shares follow the weights', () => {
    const slots = hashSlots(all);
    expect(count(slots, 3) / slots.length).toBeCloseTo(0.5, 1);
    expect(count(slots, 1) / slots.length).toBeCloseTo(0.25, 1);
  });

  test('the order of configuration does not matter: every director gives the same answer', () => {
    const addressOf = (shares: readonly Share[]) => (id: number) => shares.find((s) => s.id === id)?.spec.address;
    // Another director numbers them otherwise.
    const others = [...all].reverse().map((s, i) => ({ ...s, id: 40 + i }));
    expect(hashSlots(others).map(addressOf(others))).toEqual(hashSlots(all).map(addressOf(all)));
  });

  test('where one leaves, only its own slots change hands', () => {
    const before = hashSlots(all);
    const after = hashSlots([share(1, 1), share(2, 0), share(3, 2)]);
    expect(after).toHaveLength(before.length);
    expect(before.filter((id, slot) => id !== 2 && after[slot] !== id)).toEqual([]);
    expect(after).not.toContain(2);
  });

  test('nobody with weight: no slots', () => {
    expect(hashSlots([share(1, 0)])).toEqual([]);
  });
});
