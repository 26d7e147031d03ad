import { describe, expect, test } from 'vitest';
import { ip } from '../../../src/base/ip.ts';
import { milliseconds } from '../../../src/base/time.ts';
import { SIM_LAN } from '../../../src/lab/sim-cluster.ts';
import { adverts, backup, HIGHER_PEER, kinds, master, PEER } from '../driver.ts';
import { instanceConf, onTheLan, ROUTER_MAC, vipsOf } from '../on-the-lan.ts';

// Master since 3609.375 ms; adverts every 1000 ms from then, so the next after 10 s is due at 10609.375 ms.
const NEXT = 10_609.375;

async function masterOnTheLan(priority: number) {
  const lan = await onTheLan(instanceConf({ version: 2, priority }));
  lan.run(5000);
  const [vip] = vipsOf(4);
  const every = milliseconds(10);
  const client = lan.world.addClient({ name: 'client', lan: SIM_LAN, address: ip('10.77.0.9'), vip: vip!, every });
  return { lan, client };
}

describe('RFC 3768 §6.4.3 Master', () => {
  test('RFC 3768 6.4.3 (1): answers ARP for the addresses', async () => {
    const { lan } = await masterOnTheLan(100);
    for (const address of vipsOf(4)) expect(lan.whoAnswersFor(address)).toEqual([ROUTER_MAC]);
    const effects = kinds(backup().until(3609.375));
    expect(effects.indexOf('add-addresses')).toBeLessThan(effects.indexOf('gratuitous-arp'));
  });

  test('RFC 3768 6.4.3 (3): accepts packets to the addresses where it does not own them, as keepalived does', async () => {
    const { lan, client } = await masterOnTheLan(100);
    lan.run(1000);
    expect(client.answered()).toBeGreaterThan(90);
  });

  test('RFC 3768 6.4.3 (4): accepts packets to the addresses where it owns them', async () => {
    const { lan, client } = await masterOnTheLan(255);
    lan.run(1000);
    expect(client.answered()).toBeGreaterThan(90);
    expect(client.servedBy()).toBe(ROUTER_MAC);
  });

  test('RFC 3768 6.4.3 (5): Shutdown: cancels the Adver_Timer', () => {
    const router = master();
    expect(router.give({ type: 'shutdown' })).toContainEqual({ type: 'stop-timer', timer: 'adver' });
    expect(router.state.timers.size).toBe(0);
  });

  test('RFC 3768 6.4.3 (6): Shutdown: sends an ADVERTISEMENT with priority 0, before the addresses go', () => {
    const effects = master().give({ type: 'shutdown' });
    expect(adverts(effects)).toEqual([0]);
    expect(kinds(effects).slice(0, 2)).toEqual(['send-advert', 'remove-addresses']);
  });

  test('RFC 3768 6.4.3 (7): Shutdown: transitions to Initialize', () => {
    const router = master();
    router.give({ type: 'shutdown' });
    expect(router.state.state).toBe('initialize');
  });

  test('RFC 3768 6.4.3 (8): Adver_Timer fires: sends an ADVERTISEMENT', () => {
    const router = master();
    expect(adverts(router.until(NEXT - 0.001))).toEqual([]);
    expect(adverts(router.until(NEXT))).toEqual([100]);
  });

  test('RFC 3768 6.4.3 (9): Adver_Timer fires: resets it to Advertisement_Interval', () => {
    const router = master();
    expect(router.until(NEXT)).toContainEqual({ type: 'set-timer', timer: 'adver', deadline: NEXT + 1000 });
  });

  test('RFC 3768 6.4.3 (10): priority zero: sends an ADVERTISEMENT at once', () => {
    const router = master();
    expect(adverts(router.hear(0))).toEqual([100]);
    expect(router.state.state).toBe('master');
  });

  test('RFC 3768 6.4.3 (11): priority zero: resets the Adver_Timer', () => {
    const router = master();
    router.hear(0);
    expect(router.deadline('adver')).toBe(11_000);
  });

  test('RFC 3768 6.4.3 (12): greater priority: cancels the Adver_Timer, and sends no priority 0', () => {
    const router = master();
    const effects = router.hear(101);
    expect(effects).toContainEqual({ type: 'stop-timer', timer: 'adver' });
    expect(adverts(effects)).toEqual([]);
  });

  test('RFC 3768 6.4.3 (13): greater priority: sets the Master_Down_Timer to Master_Down_Interval', () => {
    const router = master();
    router.hear(101);
    expect([...router.state.timers]).toEqual([['master-down', 13_609.375]]);
  });

  test('RFC 3768 6.4.3 (14): greater priority: transitions to Backup, also with Preempt_Mode False', () => {
    for (const preempt of [true, false]) {
      const router = master({ preempt });
      router.hear(101);
      expect(router.state.state).toBe('backup');
    }
  });

  test('RFC 3768 6.4.3 (15): equal priority from a greater primary address: the same', () => {
    const router = master();
    router.hear(100, HIGHER_PEER);
    expect(router.state.state).toBe('backup');
  });

  test('RFC 3768 6.4.3 (16): equal priority from a smaller primary address: discarded', () => {
    const router = master();
    router.hear(100, PEER);
    expect(router.state.state).toBe('master');
    expect(router.deadline('adver')).toBe(NEXT);
  });

  test('RFC 3768 6.4.3 (16): lower priority: stays; answers with an ADVERTISEMENT at once (RFC 9568 §6.4.3)', () => {
    const router = master();
    expect(adverts(router.hear(99))).toEqual([100]);
    expect(router.state.state).toBe('master');
    expect(router.deadline('adver')).toBe(NEXT);
    expect(adverts(master({ lowerPrioNoAdvert: true }).hear(99))).toEqual([]);
  });
});
