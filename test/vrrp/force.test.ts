import { describe, expect, test } from 'vitest';
import { adverts, backup, Driver, kinds, master, outcomes, PEER } from './driver.ts';

const FORCE = { type: 'force-master', id: 'op1' } as const;
const AT_ONCE = { type: 'push', id: 'op1', immediate: true } as const;

describe('force-master', () => {
  test('is master at once, pinned, though a higher one is heard', () => {
    const router = backup();
    router.hear(254);
    const effects = router.give(FORCE);
    expect(kinds(effects).slice(0, 4)).toEqual(['priority-changed', 'stop-timer', 'send-advert', 'add-addresses']);
    expect(adverts(effects)).toEqual([254]);
    expect(outcomes(effects)).toEqual([{ kind: 'took-over' }]);
    expect(router.state).toMatchObject({ state: 'master', admin: 'pinned' });
    expect(router.hear(253, PEER).some(({ type }) => type === 'remove-addresses')).toBe(false);
  });

  test('as master it says so once more, pinned', () => {
    const router = master();
    expect(adverts(router.give(FORCE))).toEqual([254]);
    expect(router.state).toMatchObject({ state: 'master', admin: 'pinned' });
  });

  test.each<[string, (router: Driver) => void, RegExp]>([
    [
      'in fault',
      (router) => router.give({ type: 'fault', source: 's', reason: 'eth0 is down' }),
      /in fault: eth0 is down/,
    ],
    [
      'in maintenance',
      (router) => router.give({ type: 'admin', mode: 'maintenance', holdPreempt: false }),
      /in maintenance/,
    ],
  ])('is refused %s', (_, prepare, words) => {
    const router = backup();
    prepare(router);
    const effects = router.give(FORCE);
    expect(outcomes(effects)).toEqual([{ kind: 'refused', reason: expect.stringMatching(words) }]);
    expect(adverts(effects)).toEqual([]);
  });

  test('is refused before the start', () => {
    expect(outcomes(new Driver().give(FORCE))).toEqual([{ kind: 'refused', reason: 'VI_1 is not started' }]);
  });
});

describe('an immediate push', () => {
  test('priority 0, and the addresses go at once', () => {
    const router = master({}, 5000);
    expect(kinds(router.give(AT_ONCE)).slice(0, 2)).toEqual(['send-advert', 'remove-addresses']);
  });

  test('with a successor ends in standby', () => {
    const router = master({}, 5000);
    router.give(AT_ONCE);
    router.until(5600);
    expect(outcomes(router.hear(50))).toEqual([{ kind: 'handed-over', successor: PEER, took: 600 }]);
    expect(router.state).toMatchObject({ state: 'backup', admin: 'standby' });
  });

  test('with nobody there takes the addresses back after the master-down time and half a second', () => {
    const router = master({}, 5000);
    router.give(AT_ONCE);
    expect(kinds(router.until(9499))).toEqual(['send-advert']);
    const effects = router.until(9500);
    expect(kinds(effects).slice(0, 3)).toEqual(['send-advert', 'add-addresses', 'gratuitous-arp']);
    expect(outcomes(effects)).toEqual([{ kind: 'rolled-back', waited: 4500 }]);
    expect(router.state).toMatchObject({ state: 'master', admin: 'active', push: undefined });
  });
});
