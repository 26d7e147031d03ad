import { describe, expect, test } from 'vitest';
import { effectivePriority } from '../../src/vrrp/instance.ts';
import { adverts, backup, type Driver, master } from './driver.ts';

const term = (value: number, source = 'script chk') => ({ type: 'priority-term', source, value }) as const;
const effective = (router: Driver) => effectivePriority(router.config, router.state);

describe('base and terms', () => {
  test('are added up', () => {
    const router = backup();
    router.give(term(-30));
    router.give(term(20, 'interface eth1'));
    expect(effective(router)).toBe(90);
  });

  test('a term of the same source takes the place of the former; 0 takes it away', () => {
    const router = backup();
    router.give(term(-30));
    router.give(term(-10));
    expect(effective(router)).toBe(90);
    router.give(term(0));
    expect(effective(router)).toBe(100);
    expect(router.state.terms.size).toBe(0);
  });

  test('stay within 1…254', () => {
    const low = backup();
    low.give(term(-253));
    expect(effective(low)).toBe(1);
    const high = backup({ priority: 250 });
    high.give(term(253));
    expect(effective(high)).toBe(254);
  });

  test('do not touch an owner', () => {
    const owner = backup({ priority: 255 });
    expect(owner.give(term(-253))).toEqual([]);
    expect(effective(owner)).toBe(255);
  });
});

describe('a change', () => {
  test('is said, with its reason', () => {
    expect(master().give(term(-30))).toEqual([
      { type: 'priority-changed', from: 100, to: 70, reason: 'script chk counts -30' },
    ]);
  });

  test('before the start is not said, and counts', () => {
    const router = backup();
    router.give({ type: 'shutdown' });
    expect(router.give(term(-30))).toEqual([]);
    router.give({ type: 'startup' });
    expect(router.deadline('master-down')).toBe(3000 + ((256 - 70) / 256) * 1000);
  });

  test('shows in the next advert of a master', () => {
    const router = master();
    router.give(term(-30));
    expect(adverts(router.until(10_700))).toEqual([70]);
  });

  test('moves the skew in the running master-down deadline', () => {
    const router = backup();
    router.until(1000);
    router.give(term(-64));
    expect(router.deadline('master-down')).toBe(3609.375 + 250);
    router.give(term(0));
    expect(router.deadline('master-down')).toBe(3609.375);
  });

  test('never moves it into the past', () => {
    const router = backup({ priority: 1 });
    router.until(3900);
    router.give(term(250));
    expect(router.deadline('master-down')).toBe(3900);
  });
});
