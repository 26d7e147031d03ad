import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { describeWhy } from '../../src/vrrp/instance.ts';
import { backup, type Driver, kinds, master } from './driver.ts';

/** Priority 100, master-down 3609 ms; a lower master that is heard every second from `from` to `to`. */
const hearing = (router: Driver, from: number, to: number, priority = 50): void => {
  for (let at = from; at <= to; at += 1000) {
    router.until(at);
    if (router.state.state === 'backup') router.hear(priority);
  }
};

describe('preempt_delay', () => {
  const patient = (): Driver => backup({ preemptDelay: seconds(5) });

  test('begins with the first lower advertisement; preemption takes its master-down time from its end on', () => {
    const router = patient();
    hearing(router, 1000, 20_000);
    // Held until 6 s: the last that counted came at 5 s.
    expect(router.state.since).toBe(5000 + 3609.375);
    expect(router.state).toMatchObject({ state: 'master', preemptAt: undefined });
  });

  test('without it the first lower one does not even count', () => {
    const router = backup();
    hearing(router, 1000, 20_000);
    expect(router.state.since).toBe(3609.375);
  });

  test('does not keep from taking over when the master dies', () => {
    const router = patient();
    hearing(router, 1000, 3000);
    router.until(3000 + 3609);
    expect(router.state.state).toBe('backup');
    router.until(3000 + 3610);
    expect(router.state.state).toBe('master');
  });

  test('begins anew after an advertisement that is not lower', () => {
    const router = patient();
    hearing(router, 1000, 4000);
    expect(router.state.preemptAt).toBe(6000);
    router.hear(100);
    expect(router.state.preemptAt).toBeUndefined();
    hearing(router, 5000, 5000);
    expect(router.state.preemptAt).toBe(10_000);
  });

  test('is told with the seconds', () => {
    const router = patient();
    hearing(router, 1000, 3000);
    expect(describeWhy(router.config, router.state, router.now)).toContain('preempt_delay lets it be for another 3 s');
  });
});

describe('gratuitous ARP after a lower advertisement', () => {
  const garps = (effects: ReturnType<Driver['until']>): number[] =>
    effects.flatMap((effect) => (effect.type === 'gratuitous-arp' ? [effect.rounds] : []));
  const garp = { delay: seconds(5), repeat: 5, refresh: seconds(0), refreshRepeat: 1 };

  test('has rounds and a delay of its own', () => {
    const router = master({ garp: { ...garp, lowerPriority: { delay: seconds(2), repeat: 3 } } });
    const now = router.now;
    expect(garps([...router.hear(50)])).toEqual([3]);
    expect(garps(router.until(now + 1999))).toEqual([]);
    expect(garps(router.until(now + 2001))).toEqual([3]);
  });

  test('is none where the rounds are 0', () => {
    const router = master({ garp: { ...garp, lowerPriority: { delay: seconds(2), repeat: 0 } } });
    expect(kinds(router.hear(50))).not.toContain('gratuitous-arp');
    expect(garps(router.until(router.now + 10_000))).toEqual([]);
  });

  test('is that of a new master unless said otherwise', () => {
    expect(garps([...master().hear(50)])).toEqual([5]);
  });
});
