import { describe, expect, test } from 'vitest';
import { adverts, backup, Driver, kinds, master, notes, OURS, outcomes, PEER } from './driver.ts';

const PUSH = { type: 'push', id: 'op1' } as const;

/** Pushing since 5 s; the second burst was still to come. */
function pushing(): Driver {
  const router = master({}, 5000);
  router.give(PUSH);
  return router;
}

describe('beginning', () => {
  test('priority 0, then silence: no advert, no gratuitous ARP, and the addresses stay', () => {
    const router = master({}, 5000);
    expect(router.give(PUSH)).toEqual([
      { type: 'send-advert', priority: 0 },
      { type: 'stop-timer', timer: 'adver' },
      { type: 'stop-timer', timer: 'garp-delay' },
      { type: 'set-timer', timer: 'push-repeat', deadline: 5010 },
      { type: 'set-timer', timer: 'push-deadline', deadline: 9500 },
    ]);
    expect(router.state.state).toBe('master');
  });

  test('priority 0 once more after 10 ms, and then nothing until the deadline', () => {
    const router = pushing();
    expect(router.state.push).toEqual({ id: 'op1', startedAt: 5000, repeated: false });
    expect(router.until(9499)).toEqual([{ type: 'send-advert', priority: 0 }]);
    expect(router.state.push).toEqual({ id: 'op1', startedAt: 5000, repeated: true });
  });

  test.each([
    ['a backup', () => backup(), 'VI_1 is backup, not master'],
    ['one that is not started', () => new Driver(), 'VI_1 is initialize, not master'],
    ['one that is at it', () => pushing(), 'VI_1 is handing over already (operation op1)'],
    [
      'the address owner',
      () => master({ priority: 255 }),
      'VI_1 is the address owner (priority 255): nobody else may keep its addresses',
    ],
  ])('%s refuses', (_, make, reason) => {
    const router = make();
    const before = router.state;
    const refusal = { type: 'operation', id: 'op2', outcome: { kind: 'refused', reason } };
    expect(router.give({ type: 'push', id: 'op2' })).toEqual([refusal]);
    expect(router.state).toEqual(before);
  });
});

describe('the successor', () => {
  test('of any priority: addresses off first, backup in standby, handed over', () => {
    const router = pushing();
    router.until(5600);
    expect(router.hear(50)).toEqual([
      { type: 'remove-addresses' },
      { type: 'stop-timer', timer: 'push-deadline' },
      { type: 'priority-changed', from: 100, to: 1, reason: 'handed over' },
      { type: 'set-timer', timer: 'master-down', deadline: 5600 + 3000 + (255 / 256) * 1000 },
      { type: 'transition', from: 'master', to: 'backup', reason: 'handed over to 10.0.0.1' },
      { type: 'operation', id: 'op1', outcome: { kind: 'handed-over', successor: PEER, took: 600 } },
    ]);
    expect(router.state).toMatchObject({ state: 'backup', admin: 'standby', push: undefined });
    expect(router.state.master).toEqual({ address: PEER, priority: 50, heardAt: 5600 });
  });

  test('one within 10 ms: priority 0 is not repeated', () => {
    const router = pushing();
    router.until(5004);
    expect(router.hear(254)).toContainEqual({ type: 'stop-timer', timer: 'push-repeat' });
    expect(adverts(router.until(6000))).toEqual([]);
  });

  test('whose adverts we do not believe is one as well', () => {
    const router = pushing();
    router.until(5600);
    const effects = router.give({ type: 'claim', source: PEER, priority: 50 });
    expect(kinds(effects)[0]).toBe('remove-addresses');
    expect(outcomes(effects)).toMatchObject([{ kind: 'handed-over' }]);
  });

  test('is nobody who leaves too: another priority 0 is not answered', () => {
    expect(pushing().hear(0)).toEqual([]);
  });

  test('is nobody whose advert came before our priority 0 and was only read after it', () => {
    const router = pushing();
    router.until(4999);
    expect(router.hear(50)).toEqual([]);
    expect(router.state.push).toBeDefined();
  });
});

describe('nobody comes', () => {
  test('adverts, gratuitous ARP and timers as before; rolled back; still active', () => {
    const router = pushing();
    router.until(9499);
    const effects = router.until(9500);
    expect(effects.filter((e) => e.type !== 'note')).toEqual([
      { type: 'send-advert', priority: 100 },
      { type: 'gratuitous-arp', rounds: 5 },
      { type: 'set-timer', timer: 'adver', deadline: 10_500 },
      { type: 'set-timer', timer: 'garp-delay', deadline: 14_500 },
      { type: 'operation', id: 'op1', outcome: { kind: 'rolled-back', waited: 4500 } },
    ]);
    expect(notes(effects)).toEqual(['no successor in 4.5 s: still master, advertising again']);
    expect(router.state).toMatchObject({ state: 'master', admin: 'active', push: undefined });
  });

  test('the addresses were never touched', () => {
    const router = master();
    const effects = [router.give(PUSH), router.until(20_000)].flat();
    expect(kinds(effects)).not.toContain('remove-addresses');
    expect(kinds(effects)).not.toContain('add-addresses');
  });

  test('nor after a pause in which the repetition was missed', () => {
    const router = pushing();
    expect(router.late(12_000, 'push-deadline')).toContainEqual({ type: 'stop-timer', timer: 'push-repeat' });
  });

  test('it can be tried again', () => {
    const router = pushing();
    router.until(12_000);
    expect(adverts(router.give({ type: 'push', id: 'op2' }))).toEqual([0]);
  });
});

describe('interrupted', () => {
  test.each([
    [
      'a fault',
      { type: 'fault', source: 'script chk', reason: 'script chk failed' } as const,
      'script chk failed',
      'fault',
    ],
    ['a stop', { type: 'shutdown' } as const, 'stopped', 'initialize'],
    ['maintenance', { type: 'admin', mode: 'maintenance', holdPreempt: false } as const, 'maintenance', 'initialize'],
  ])('by %s: the addresses go, priority 0 is not said again, aborted', (_, happening, reason, state) => {
    const router = pushing();
    router.until(5300);
    const effects = router.give(happening);
    expect(kinds(effects).slice(0, 1)).toEqual(['remove-addresses']);
    expect(adverts(effects)).toEqual([]);
    expect(outcomes(effects)).toEqual([{ kind: 'aborted', reason }]);
    expect(router.state).toMatchObject({ state, push: undefined });
    expect(router.state.timers.size).toBe(0);
  });

  test('a take-over is refused', () => {
    const effects = pushing().give({ type: 'take-over', id: 'op2', pinned: true });
    expect(outcomes(effects)).toEqual([{ kind: 'refused', reason: 'VI_1 is handing over (operation op1)' }]);
  });

  test('an address that is removed is put back: we serve until the successor comes', () => {
    const effects = pushing().give({ type: 'address-removed', address: OURS });
    expect(kinds(effects)).toContain('add-addresses');
  });
});
