import { describe, expect, test } from 'vitest';
import { instant, milliseconds, seconds } from '../../src/base/time.ts';
import type { RouterEffect } from '../../src/vrrp/effect.ts';
import { adverts, backup, HIGHER_PEER, kinds, master, notes, OURS, PEER } from './driver.ts';

describe('becoming master', () => {
  test('advert, addresses, gratuitous ARP, timers, and then the transition', () => {
    expect(backup().until(3609.375)).toEqual([
      { type: 'send-advert', priority: 100 },
      { type: 'add-addresses' },
      { type: 'gratuitous-arp', rounds: 5 },
      { type: 'set-timer', timer: 'adver', deadline: 4609.375 },
      { type: 'set-timer', timer: 'garp-delay', deadline: 8609.375 },
      {
        type: 'transition',
        from: 'backup',
        to: 'master',
        reason: 'no advertisement heard for 3.61 s',
      },
    ]);
  });

  test('the second burst comes garp.delay later, once', () => {
    const router = master({}, 8000);
    expect(router.until(8609.375).filter((e) => e.type === 'gratuitous-arp')).toEqual([
      { type: 'gratuitous-arp', rounds: 5 },
    ]);
    expect(router.deadline('garp-delay')).toBeUndefined();
  });

  test.each([0, 5000])('repeat 0, delay %d: no burst, no timer for a second one', (delay) => {
    const none = { delay: milliseconds(delay), repeat: 0, refresh: milliseconds(0), refreshRepeat: 1 };
    const router = backup({ garp: none });
    expect(kinds(router.until(20_000))).not.toContain('gratuitous-arp');
    expect([...router.state.timers.keys()]).toEqual(['adver']);
  });

  test('periodic refresh, with its own number of rounds', () => {
    const garp = { delay: milliseconds(0), repeat: 5, refresh: seconds(60), refreshRepeat: 2 };
    const router = master({ garp });
    const effects = router.until(130_000).filter((e) => e.type === 'gratuitous-arp');
    expect(effects).toEqual([
      { type: 'gratuitous-arp', rounds: 2 },
      { type: 'gratuitous-arp', rounds: 2 },
    ]);
    expect(router.deadline('garp-refresh')).toBe(3609.375 + 180_000);
  });

  test.each([
    ['silence of a known master', 150, 5609.375, 'no advertisement from 10.0.0.1 for 3.61 s'],
    ['a master that resigned', 0, 2609.375, '10.0.0.1 resigned (priority 0)'],
    ['a lower master', 50, 3609.375, 'preempts 10.0.0.1, which advertises priority 50, ours 100'],
  ])('the reason names %s', (_, priority, at, reason) => {
    const router = backup();
    router.until(2000);
    router.hear(priority);
    expect(router.until(at)).toContainEqual({ type: 'transition', from: 'backup', to: 'master', reason });
  });
});

test('the reason names a lower master that we let be, and that fell silent, as one that fell silent', () => {
  const router = backup({ preempt: false });
  router.hear(50);
  expect(router.until(4000)).toContainEqual(
    expect.objectContaining({ type: 'transition', reason: 'no advertisement from 10.0.0.1 for 3.61 s' }),
  );
});

describe('advertising', () => {
  test('does not drift: each deadline is one interval after the one before', () => {
    const router = master();
    router.late(10_613, 'adver');
    expect(router.deadline('adver')).toBe(11_609.375);
  });

  test('does not make up for missed adverts with a burst', () => {
    const router = master();
    const effects = router.late(13_700, 'adver');
    expect(adverts(effects)).toEqual([100]);
    expect(router.deadline('adver')).toBe(14_700);
    expect(kinds(effects)).not.toContain('gratuitous-arp');
  });

  test('having stood still for longer than master-down: advert and gratuitous ARP at once, now and later', () => {
    const router = master();
    const effects = router.late(14_300, 'adver');
    expect(kinds(effects)).toEqual(['send-advert', 'set-timer', 'gratuitous-arp', 'set-timer', 'note']);
    expect(router.deadline('garp-delay')).toBe(19_300);
    expect(notes(effects)).toEqual(['stood still for 3.69 s, longer than the master-down time; still master']);
  });

  test('a timer that rings before its deadline, or that is not set, does nothing', () => {
    const router = master();
    expect(router.give({ type: 'timer', timer: 'adver' })).toEqual([]);
    expect(router.give({ type: 'timer', timer: 'master-down' })).toEqual([]);
    expect(router.deadline('adver')).toBe(10_609.375);
  });
});

describe('another master', () => {
  test('higher: the addresses go first, no priority 0, and the reason says who and what', () => {
    expect(master().hear(150)).toEqual([
      { type: 'remove-addresses' },
      { type: 'stop-timer', timer: 'adver' },
      { type: 'set-timer', timer: 'master-down', deadline: 13_609.375 },
      {
        type: 'transition',
        from: 'master',
        to: 'backup',
        reason: '10.0.0.1 advertises priority 150, ours 100',
      },
    ]);
  });

  test('higher: it is remembered as the master', () => {
    const router = master();
    router.hear(150);
    expect(router.state.master).toEqual({ address: PEER, priority: 150, heardAt: 10_000 });
  });

  test('equal from a higher address: the reason says so', () => {
    expect(master().hear(100, HIGHER_PEER)).toContainEqual(
      expect.objectContaining({
        type: 'transition',
        reason: '10.0.0.3 advertises the same priority 100 from a higher address than ours 10.0.0.2',
      }),
    );
  });

  test('lower: advert and gratuitous ARP at once, and again later', () => {
    const router = master();
    expect(router.hear(50)).toEqual([
      { type: 'send-advert', priority: 100 },
      { type: 'gratuitous-arp', rounds: 5 },
      { type: 'set-timer', timer: 'garp-delay', deadline: 15_000 },
      { type: 'note', severity: 'warning', text: '10.0.0.1 advertises priority 50 while we are master with 100' },
    ]);
  });

  test('lower, again and again: answered each time, noted once a minute', () => {
    const router = master();
    router.hear(50);
    router.until(11_000);
    const again = router.hear(50);
    expect(adverts(again)).toEqual([100]);
    expect(notes(again)).toEqual([]);
    router.until(71_000);
    expect(notes(router.hear(50))).toHaveLength(1);
  });

  test('lower, read after a long pause: not each is answered, the overdue adver timer does it for all', () => {
    const router = master();
    router.now = instant(10_609.375 + 3609.375);
    expect(adverts(router.hear(50))).toEqual([100]);
    router.now = instant(router.now + 1);
    expect(router.hear(50)).toEqual([]);
    // The first has brought a burst about already: the next is due at the end of its second.
    expect(router.give({ type: 'timer', timer: 'adver' })).toContainEqual({
      type: 'set-timer',
      timer: 'garp-delay',
      deadline: 10_609.375 + 3609.375 + 1000,
    });
  });

  test('after a long pause in which nobody was heard, gratuitous ARP comes at once', () => {
    const router = master();
    router.now = instant(10_609.375 + 3609.375 + 1001);
    expect(kinds(router.give({ type: 'timer', timer: 'adver' }))).toContain('gratuitous-arp');
  });

  test('lower, ten times a second: one burst of gratuitous ARP a second, what was left out at its end', () => {
    const router = master();
    const bursts = [0, 100, 200, 900].map((ms) => {
      router.now = instant(10_000 + ms);
      return router.hear(50);
    });
    expect(bursts.map((effects) => kinds(effects).includes('gratuitous-arp'))).toEqual([true, false, false, false]);
    expect(bursts.every((effects) => adverts(effects).length === 1)).toBe(true);
    expect(bursts[3]).toContainEqual({ type: 'set-timer', timer: 'garp-delay', deadline: 11_000 });
    router.now = instant(11_000);
    expect(router.give({ type: 'timer', timer: 'garp-delay' })).toEqual([
      { type: 'gratuitous-arp', rounds: 5 },
      { type: 'set-timer', timer: 'garp-delay', deadline: 16_000 },
    ]);
    // No two side by side.
    expect(kinds(router.hear(50))).not.toContain('gratuitous-arp');
    expect(router.deadline('garp-delay')).toBe(12_000);
  });

  test('lower, three adverts in a tenth of a second: bursts at once, a second later, and after the delay; no more', () => {
    const router = master({ version: 3, adverInterval: milliseconds(100) });
    const start = router.now;
    const burstsAt: number[] = [];
    const look = (effects: readonly RouterEffect[]) => {
      if (kinds(effects).includes('gratuitous-arp')) burstsAt.push(router.now - start);
    };
    for (const ms of [0, 50, 100]) {
      router.now = instant(start + ms);
      look(router.hear(50));
    }
    for (let due = router.deadline('garp-delay'); due !== undefined; due = router.deadline('garp-delay')) {
      router.now = instant(due);
      look(router.give({ type: 'timer', timer: 'garp-delay' }));
    }
    expect(burstsAt).toEqual([0, 1000, 6000]);
  });

  test('same priority from our own address: a note, and nothing else', () => {
    const effects = master().hear(100, OURS);
    expect(effects).toEqual([
      { type: 'note', severity: 'warning', text: 'another host advertises priority 100 from our address 10.0.0.2' },
    ]);
  });
});

describe('a claim: somebody whose adverts are not believed', () => {
  const claim = { type: 'claim', source: PEER, priority: 200 } as const;

  test('changes nothing for a master or a backup', () => {
    expect(master().give(claim)).toEqual([]);
    const router = backup();
    router.until(1000);
    expect(router.give(claim)).toEqual([]);
    expect(router.deadline('master-down')).toBe(3609.375);
  });

  test('the address owner calls the hosts back', () => {
    const owner = master({ priority: 255 });
    expect(kinds(owner.give(claim))).toEqual(['gratuitous-arp', 'set-timer', 'note']);
    expect(owner.state.state).toBe('master');
  });
});

test('two owners: the higher address stays, the lower becomes backup and waits', () => {
  const lower = master({ priority: 255 });
  lower.hear(255, HIGHER_PEER);
  expect(lower.state.state).toBe('backup');
  const higher = master({ priority: 255 });
  higher.hear(255, PEER);
  expect(higher.state.state).toBe('master');
});
