import { describe, expect, test } from 'vitest';
import { adverts, backup, HIGHER_PEER, kinds, master, PEER } from '../driver.ts';

// Master since 3609.375 ms; adverts every 1000 ms from then, so the next after 10 s is due at 10609.375 ms.
const NEXT = 10_609.375;

describe('RFC 3768 §6.4.3 Master', () => {
  test('6.4.3.1 answers ARP for the addresses: it has them before it announces them', () => {
    const effects = kinds(backup().until(3609.375));
    expect(effects.indexOf('add-addresses')).toBeGreaterThanOrEqual(0);
    expect(effects.indexOf('add-addresses')).toBeLessThan(effects.indexOf('gratuitous-arp'));
  });

  test('6.4.3.2 Shutdown: cancels the Adver_Timer', () => {
    const router = master();
    expect(router.give({ type: 'shutdown' })).toContainEqual({ type: 'stop-timer', timer: 'adver' });
    expect(router.state.timers.size).toBe(0);
  });

  test('6.4.3.3 Shutdown: sends an ADVERTISEMENT with priority 0, before the addresses go', () => {
    const effects = master().give({ type: 'shutdown' });
    expect(adverts(effects)).toEqual([0]);
    expect(kinds(effects).slice(0, 2)).toEqual(['send-advert', 'remove-addresses']);
  });

  test('6.4.3.4 Shutdown: transitions to Initialize', () => {
    const router = master();
    router.give({ type: 'shutdown' });
    expect(router.state.state).toBe('initialize');
  });

  test('6.4.3.5 Adver_Timer fires: sends an ADVERTISEMENT and resets the timer to Advertisement_Interval', () => {
    const router = master();
    expect(router.until(NEXT)).toEqual([
      { type: 'send-advert', priority: 100 },
      { type: 'set-timer', timer: 'adver', deadline: NEXT + 1000 },
    ]);
  });

  test('6.4.3.6 priority zero: sends an ADVERTISEMENT at once and resets the Adver_Timer', () => {
    const router = master();
    expect(router.hear(0)).toEqual([
      { type: 'send-advert', priority: 100 },
      { type: 'set-timer', timer: 'adver', deadline: 11_000 },
    ]);
    expect(router.state.state).toBe('master');
  });

  test('6.4.3.7 greater priority: cancels the Adver_Timer, sets the Master_Down_Timer, transitions to Backup', () => {
    const router = master();
    expect(router.hear(101)).toContainEqual({ type: 'stop-timer', timer: 'adver' });
    expect([...router.state.timers]).toEqual([['master-down', 13_609.375]]);
    expect(router.state.state).toBe('backup');
  });

  test('6.4.3.8 greater priority: yields even with Preempt_Mode False, and sends no priority 0', () => {
    const router = master({ preempt: false });
    expect(adverts(router.hear(101))).toEqual([]);
    expect(router.state.state).toBe('backup');
  });

  test('6.4.3.9 equal priority from a greater primary address: yields', () => {
    const router = master();
    router.hear(100, HIGHER_PEER);
    expect(router.state.state).toBe('backup');
  });

  test('6.4.3.10 equal priority from a smaller primary address: stays', () => {
    const router = master();
    router.hear(100, PEER);
    expect(router.state.state).toBe('master');
    expect(router.deadline('adver')).toBe(NEXT);
  });

  test('6.4.3.11 lower priority: stays; answers with an ADVERTISEMENT at once (RFC 9568 §6.4.3)', () => {
    const router = master();
    expect(adverts(router.hear(99))).toEqual([100]);
    expect(router.state.state).toBe('master');
    expect(router.deadline('adver')).toBe(NEXT);
  });
});
