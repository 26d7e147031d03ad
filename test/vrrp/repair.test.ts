import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { backup, type Driver, kinds, master, notes, VIP } from './driver.ts';

const REMOVED = { type: 'address-removed', address: VIP } as const;

function removedAt(router: Driver, ms: number) {
  router.until(ms);
  return router.give(REMOVED);
}

describe('an address that somebody else removed', () => {
  test('is put back and announced at once, named, without an election', () => {
    const router = master();
    expect(router.give(REMOVED)).toEqual([
      { type: 'note', severity: 'warning', text: '10.0.0.100 was removed by somebody else; put back' },
      { type: 'add-addresses' },
      { type: 'gratuitous-arp', rounds: 5 },
      { type: 'set-timer', timer: 'garp-delay', deadline: 15_000 },
    ]);
    expect(router.state.state).toBe('master');
  });

  test('is nothing to a backup', () => {
    expect(backup().give(REMOVED)).toEqual([]);
  });

  test('three times in 10 s: backs off, names the usual culprits, keeps mastership', () => {
    const router = master();
    removedAt(router, 10_000);
    removedAt(router, 15_000);
    const third = removedAt(router, 20_000);
    expect(kinds(third)).toEqual(['set-timer', 'note']);
    expect(notes(third)[0]).toMatch(/10\.0\.0\.100 .* 3 times in 10 s; .*NetworkManager or systemd-networkd .* eth0/);
    expect(router.deadline('repair')).toBe(30_000);
    expect(router.state.state).toBe('master');
    expect(removedAt(router, 21_000)).toEqual([]);
  });

  test('after backing off it is put back, and the count starts afresh', () => {
    const router = master();
    for (const at of [10_000, 10_001, 10_002]) removedAt(router, at);
    router.until(20_001);
    expect(kinds(router.until(20_002))).toEqual(['add-addresses', 'gratuitous-arp', 'set-timer']);
    expect(kinds(removedAt(router, 20_003))).toContain('add-addresses');
  });

  test('three times in more than 10 s is repaired every time', () => {
    const router = master();
    for (const at of [10_000, 15_001, 20_001, 25_002]) {
      expect(kinds(removedAt(router, at))).toContain('add-addresses');
    }
  });

  test('several addresses at once are one removal of each', () => {
    const router = master();
    for (const last of [100, 101, 102, 103]) {
      const effects = router.give({ type: 'address-removed', address: ip(`10.0.0.${last}`) });
      expect(kinds(effects)).toContain('add-addresses');
    }
  });

  test('yielding forgets it', () => {
    const router = master();
    for (const at of [10_000, 10_001, 10_002]) removedAt(router, at);
    router.hear(200);
    expect(router.deadline('repair')).toBeUndefined();
    expect(router.state.removals).toEqual([]);
  });
});

describe('an effect that the kernel refused', () => {
  test('addresses: noted, tried again in 10 s, mastership kept', () => {
    const router = master();
    const failed = { type: 'effect-failed', effect: 'add-addresses', reason: 'add 10.0.0.100/24: EPERM' } as const;
    expect(router.give(failed)).toEqual([
      { type: 'set-timer', timer: 'repair', deadline: 20_000 },
      {
        type: 'note',
        severity: 'warning',
        text: 'cannot add the virtual addresses, next try in 10 s: add 10.0.0.100/24: EPERM',
      },
    ]);
    expect(kinds(router.until(20_000))).toContain('add-addresses');
  });

  test.each([
    ['send-advert', /cannot send advertisements: EPERM/],
    ['remove-addresses', /cannot remove the virtual addresses: EPERM/],
    ['gratuitous-arp', /cannot send gratuitous ARP: EPERM/],
  ])('%s: noted once a minute, nothing else', (effect, text) => {
    const router = master();
    const failed = { type: 'effect-failed', effect, reason: 'EPERM' } as const;
    expect(router.give(failed)).toEqual([{ type: 'note', severity: 'warning', text: expect.stringMatching(text) }]);
    expect(router.give(failed)).toEqual([]);
  });

  test('as backup there is nothing to try again', () => {
    const router = backup();
    router.give({ type: 'effect-failed', effect: 'add-addresses', reason: 'EPERM' });
    expect([...router.state.timers.keys()]).toEqual(['master-down']);
  });
});
