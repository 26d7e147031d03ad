import { describe, expect, test } from 'vitest';
import type { AdminMode } from '../../src/vrrp/event.ts';
import { effectivePriority } from '../../src/vrrp/instance.ts';
import { adverts, backup, type Driver, kinds, master, outcomes, PEER } from './driver.ts';

const admin = (mode: AdminMode, holdPreempt = false) => ({ type: 'admin', mode, holdPreempt }) as const;
const effective = (router: Driver) => effectivePriority(router.config, router.state);
const TAKE = { type: 'take-over', id: 'op1', pinned: false } as const;
const PIN = { type: 'take-over', id: 'op1', pinned: true } as const;

describe('standby', () => {
  test('is priority 1, whatever is tracked', () => {
    const router = backup();
    expect(router.give(admin('standby'))).toContainEqual({
      type: 'priority-changed',
      from: 100,
      to: 1,
      reason: 'admin mode standby',
    });
    router.give({ type: 'priority-term', source: 'script chk', value: 50 });
    expect(effective(router)).toBe(1);
  });

  test('never preempts, yet rescues by the master-down time of priority 1, and stays standby', () => {
    const router = backup();
    router.give(admin('standby'));
    router.hear(1);
    expect(router.deadline('master-down')).toBe(3000 + (255 / 256) * 1000);
    expect(adverts(router.until(3997))).toEqual([1]);
    expect(router.state).toMatchObject({ state: 'master', admin: 'standby' });
  });

  test('does not rescue while somebody claims to serve, believed or not', () => {
    const claim = { type: 'claim', source: PEER, priority: 50 } as const;
    const router = backup();
    router.give(admin('standby'));
    router.until(3000);
    router.give(claim);
    expect(router.deadline('master-down')).toBe(6000 + (255 / 256) * 1000);
    router.give({ ...claim, priority: 0 });
    expect(router.deadline('master-down')).toBe(6000 + (255 / 256) * 1000);
  });

  test('a rescuer yields to any other', () => {
    const router = backup();
    router.give(admin('standby'));
    router.until(10_000);
    router.hear(2);
    expect(router.state.state).toBe('backup');
  });
});

describe('active after a lease', () => {
  test('with held preemption: lets a lower master live', () => {
    const router = backup();
    router.give(admin('standby'));
    router.hear(50);
    router.give(admin('active', true));
    router.until(2000);
    router.hear(50);
    expect(router.deadline('master-down')).toBe(5609.375);
    expect(router.state.preemptHeld).toBe(true);
  });

  test('the hold ends with mastership', () => {
    const router = backup();
    router.give(admin('active', true));
    router.until(4000);
    expect(router.state).toMatchObject({ state: 'master', preemptHeld: false });
  });

  test('and with a take-over', () => {
    const router = backup();
    router.give(admin('active', true));
    router.hear(50);
    expect(outcomes(router.give(TAKE))).toEqual([{ kind: 'took-over' }]);
    expect(router.state.preemptHeld).toBe(false);
  });

  test('without it: preempts as configured', () => {
    const router = backup();
    router.give(admin('standby'));
    router.give(admin('active'));
    router.until(2000);
    router.hear(50);
    expect(router.deadline('master-down')).toBe(3609.375);
  });

  test('as master there is nothing to hold', () => {
    const router = master();
    router.give(admin('active', true));
    expect(router.state.preemptHeld).toBe(false);
  });
});

describe('maintenance', () => {
  test('as master: priority 0, addresses off, out of the election', () => {
    const router = master();
    const effects = router.give(admin('maintenance'));
    expect(kinds(effects).slice(0, 2)).toEqual(['send-advert', 'remove-addresses']);
    expect(adverts(effects)).toEqual([0]);
    expect(router.state.state).toBe('initialize');
    expect([router.hear(0), router.until(60_000)].flat()).toEqual([]);
  });

  test('a fault in it is remembered and does not show until it ends', () => {
    const router = backup();
    router.give(admin('maintenance'));
    expect(router.give({ type: 'fault', source: 'x', reason: 'x is down' })).toEqual([]);
    router.give(admin('active'));
    expect(router.state).toMatchObject({ state: 'fault', reason: 'x is down' });
  });

  test('ends like a start: backup with a whole master-down time', () => {
    const router = master();
    router.give(admin('maintenance'));
    router.until(20_000);
    router.give(admin('active'));
    expect(router.state.state).toBe('backup');
    expect(router.deadline('master-down')).toBe(23_609.375);
  });

  test('survives a restart: nothing happens at startup', () => {
    const router = backup();
    router.give({ type: 'shutdown' });
    router.give(admin('maintenance'));
    expect(router.give({ type: 'startup' })).toEqual([]);
    expect(router.state.timers.size).toBe(0);
  });
});

describe('take over', () => {
  test('from a lower master: advert, addresses, gratuitous ARP, took over', () => {
    const router = backup({ preempt: false });
    router.hear(50);
    router.until(500);
    const effects = router.give(TAKE);
    expect(kinds(effects)).toEqual([
      'stop-timer',
      'send-advert',
      'add-addresses',
      'gratuitous-arp',
      'set-timer',
      'set-timer',
      'transition',
      'operation',
    ]);
    expect(adverts(effects)).toEqual([100]);
  });

  test('pinned: with 254, and keeps at it', () => {
    const router = backup();
    router.hear(200);
    expect(adverts(router.give(PIN))).toEqual([254]);
    expect(router.state).toMatchObject({ state: 'master', admin: 'pinned' });
    expect(adverts(router.until(1000))).toEqual([254]);
  });

  test('leaves standby first', () => {
    const router = backup();
    router.give(admin('standby'));
    router.hear(50);
    expect(adverts(router.give(TAKE))).toEqual([100]);
    expect(router.state.admin).toBe('active');
  });

  test('refused where the master would not yield: higher, or equal from a higher address', () => {
    const router = backup();
    router.hear(200);
    expect(outcomes(router.give(TAKE))).toEqual([
      {
        kind: 'refused',
        reason: '10.0.0.1 advertises priority 200 and would not yield to our 100: fail over there, or pin this node',
      },
    ]);
    expect(router.state).toMatchObject({ state: 'backup', admin: 'active' });
  });

  test.each([
    [
      'fault',
      (r: Driver) => r.give({ type: 'fault', source: 'x', reason: 'x is down' }),
      'VI_1 is in fault: x is down',
    ],
    ['maintenance', (r: Driver) => r.give(admin('maintenance')), 'VI_1 is in maintenance: set it active first'],
    ['a stop', (r: Driver) => r.give({ type: 'shutdown' }), 'VI_1 is not started'],
    ['mastership', (r: Driver) => r.until(10_000), 'VI_1 is master already'],
  ])('refused in %s', (_, happen, reason) => {
    const router = backup();
    happen(router);
    expect(router.give(TAKE)).toEqual([{ type: 'operation', id: 'op1', outcome: { kind: 'refused', reason } }]);
  });

  test('a master that is to be pinned is pinned, without a new election', () => {
    const router = master();
    expect(kinds(router.give(PIN))).toEqual(['priority-changed', 'operation']);
    expect(adverts(router.until(10_700))).toEqual([254]);
  });
});

test('pinned preempts in spite of nopreempt', () => {
  const router = backup({ preempt: false });
  router.give(admin('pinned'));
  router.until(1000);
  router.hear(200);
  expect(router.deadline('master-down')).toBe(3000 + (2 / 256) * 1000);
});
