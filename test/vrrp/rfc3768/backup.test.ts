import { describe, expect, test } from 'vitest';
import { adverts, backup, kinds, master, PEER } from '../driver.ts';

describe('RFC 3768 §6.4.2 Backup', () => {
  // "MUST NOT respond to ARP requests for the address(es)" and "MUST NOT accept packets addressed to [them]": with the
  // addresses absent the kernel does neither. Frames to the virtual MAC: there is no virtual MAC without use_vmac.
  test('6.4.2.1 does not answer ARP for the addresses nor accept packets to them: it does not have them', () => {
    const router = backup();
    const effects = [router.hear(150), router.hear(50), router.hear(0)].flat();
    expect(kinds(effects)).not.toContain('add-addresses');
    const yielding = master();
    expect(kinds(yielding.hear(150))).toContain('remove-addresses');
  });

  test('6.4.2.2 Shutdown: cancels the Master_Down_Timer, transitions to Initialize, sends nothing', () => {
    const router = backup();
    const effects = router.give({ type: 'shutdown' });
    expect(effects).toContainEqual({ type: 'stop-timer', timer: 'master-down' });
    expect(router.state.state).toBe('initialize');
    expect(adverts(effects)).toEqual([]);
  });

  test('6.4.2.3 Master_Down_Timer fires: sends an ADVERTISEMENT', () => {
    expect(adverts(backup().until(3609.375))).toEqual([100]);
  });

  test('6.4.2.4 Master_Down_Timer fires: broadcasts gratuitous ARP', () => {
    expect(backup().until(3609.375)).toContainEqual({ type: 'gratuitous-arp', rounds: 5 });
  });

  test('6.4.2.5 Master_Down_Timer fires: sets the Adver_Timer to Advertisement_Interval', () => {
    const router = backup();
    router.until(3609.375);
    expect(router.deadline('adver')).toBe(4609.375);
  });

  test('6.4.2.6 Master_Down_Timer fires: transitions to Master, and not a moment before', () => {
    const router = backup();
    router.until(3609.374);
    expect(router.state.state).toBe('backup');
    router.until(3609.375);
    expect(router.state.state).toBe('master');
  });

  test('6.4.2.7 priority zero: sets the Master_Down_Timer to Skew_Time', () => {
    const router = backup();
    router.hear(150);
    router.until(500);
    router.hear(0);
    expect(router.deadline('master-down')).toBe(500 + 609.375);
  });

  test('6.4.2.8 priority greater than ours: resets the Master_Down_Timer to Master_Down_Interval', () => {
    const router = backup();
    router.until(2000);
    router.hear(101);
    expect(router.deadline('master-down')).toBe(2000 + 3609.375);
  });

  test('6.4.2.9 priority equal to ours: resets the Master_Down_Timer, whatever the address', () => {
    const router = backup();
    router.until(2000);
    router.hear(100, PEER);
    expect(router.deadline('master-down')).toBe(5609.375);
  });

  test('6.4.2.10 Preempt_Mode False, lower priority: resets the Master_Down_Timer', () => {
    const router = backup({ preempt: false });
    router.until(2000);
    router.hear(1);
    expect(router.deadline('master-down')).toBe(5609.375);
  });

  test('6.4.2.11 Preempt_Mode True, lower priority: discards; the timer runs on and preemption comes by its end', () => {
    const router = backup();
    router.until(2000);
    expect(router.hear(99)).toEqual([]);
    expect(router.deadline('master-down')).toBe(3609.375);
  });
});
