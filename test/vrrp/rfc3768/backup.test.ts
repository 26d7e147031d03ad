import { describe, expect, test } from 'vitest';
import { adverts, backup, kinds, master, PEER } from '../driver.ts';
import { instanceConf, type OnTheLan, onTheLan, vipsOf } from '../on-the-lan.ts';

/** A master of priority 200 speaks once a second. */
async function backupOnTheLan(): Promise<OnTheLan> {
  const lan = await onTheLan(instanceConf({ version: 2 }));
  for (let second = 0; second < 5; second++) {
    lan.say({ version: 2, priority: 200 });
    lan.run(999);
  }
  expect(lan.instance().state).toBe('backup');
  return lan;
}

describe('RFC 3768 §6.4.2 Backup', () => {
  test('RFC 3768 6.4.2 (1): does not answer ARP for the addresses', async () => {
    const lan = await backupOnTheLan();
    for (const address of vipsOf(4)) expect(lan.whoAnswersFor(address)).toEqual([]);
  });

  test('RFC 3768 6.4.2 (3): does not accept packets to the addresses: it does not have them', async () => {
    const lan = await backupOnTheLan();
    for (const address of vipsOf(4)) expect(lan.router.node.holds(address)).toBe(false);
    const yielding = master();
    expect(kinds(yielding.hear(150))).toContain('remove-addresses');
  });

  test('RFC 3768 6.4.2 (4): Shutdown: cancels the Master_Down_Timer, sends nothing', () => {
    const router = backup();
    const effects = router.give({ type: 'shutdown' });
    expect(effects).toContainEqual({ type: 'stop-timer', timer: 'master-down' });
    expect(router.state.timers.size).toBe(0);
    expect(adverts(effects)).toEqual([]);
  });

  test('RFC 3768 6.4.2 (5): Shutdown: transitions to Initialize', () => {
    const router = backup();
    router.give({ type: 'shutdown' });
    expect(router.state.state).toBe('initialize');
  });

  test('RFC 3768 6.4.2 (6): Master_Down_Timer fires: sends an ADVERTISEMENT', () => {
    expect(adverts(backup().until(3609.375))).toEqual([100]);
  });

  test('RFC 3768 6.4.2 (7): Master_Down_Timer fires: broadcasts gratuitous ARP', () => {
    expect(backup().until(3609.375)).toContainEqual({ type: 'gratuitous-arp', rounds: 5 });
  });

  test('RFC 3768 6.4.2 (8): Master_Down_Timer fires: sets the Adver_Timer to Advertisement_Interval', () => {
    const router = backup();
    router.until(3609.375);
    expect(router.deadline('adver')).toBe(4609.375);
  });

  test('RFC 3768 6.4.2 (9): Master_Down_Timer fires: transitions to Master, and not a moment before', () => {
    const router = backup();
    router.until(3609.374);
    expect(router.state.state).toBe('backup');
    router.until(3609.375);
    expect(router.state.state).toBe('master');
  });

  test('RFC 3768 6.4.2 (10): priority zero: sets the Master_Down_Timer to Skew_Time', () => {
    const router = backup();
    router.hear(150);
    router.until(500);
    router.hear(0);
    expect(router.deadline('master-down')).toBe(500 + 609.375);
  });

  test('RFC 3768 6.4.2 (11): priority greater than ours: resets the Master_Down_Timer to Master_Down_Interval', () => {
    const router = backup();
    router.until(2000);
    router.hear(101);
    expect(router.deadline('master-down')).toBe(2000 + 3609.375);
  });

  test('RFC 3768 6.4.2 (11): priority equal to ours: resets the Master_Down_Timer, whatever the address', () => {
    const router = backup();
    router.until(2000);
    router.hear(100, PEER);
    expect(router.deadline('master-down')).toBe(5609.375);
  });

  test('RFC 3768 6.4.2 (12): Preempt_Mode False, lower priority: resets the Master_Down_Timer', () => {
    const router = backup({ preempt: false });
    router.until(2000);
    router.hear(1);
    expect(router.deadline('master-down')).toBe(5609.375);
  });

  test('RFC 3768 6.4.2 (13): Preempt_Mode True, lower priority: discards; the timer runs on and preemption comes by its end', () => {
    const router = backup();
    router.until(2000);
    expect(router.hear(99)).toEqual([]);
    expect(router.deadline('master-down')).toBe(3609.375);
  });
});
