import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { describeWhy } from '../../src/vrrp/instance.ts';
import { adverts, backup, type Driver, kinds, master, outcomes } from './driver.ts';

const BOOST = { type: 'boost', id: 'op1', patience: seconds(6) } as const;

/** Backup of priority 100 (or as `changes` has it) under a master of 254, chosen as successor 500 ms after its advert. */
function boosted(changes: ConstructorParameters<typeof Driver>[0] = {}, heard = 254): Driver {
  const router = backup(changes);
  router.hear(heard);
  router.until(router.now + 500);
  router.give(BOOST);
  return router;
}

describe('the chosen successor of an aimed push', () => {
  test('takes part with priority 254, says so, and waits by the skew of that', () => {
    const router = backup();
    router.hear(254);
    const heardAt = router.now;
    expect(router.give(BOOST)).toEqual([
      { type: 'priority-changed', from: 100, to: 254, reason: 'chosen as successor' },
      { type: 'set-timer', timer: 'boost-deadline', deadline: heardAt + 6000 },
      { type: 'set-timer', timer: 'master-down', deadline: heardAt + 3000 + (2 / 256) * 1000 },
    ]);
    expect(describeWhy(router.config, router.state, router.now)).toMatch(/^VI_1 is backup \(chosen as successor\)/);
  });

  test('is master 7.8 ms after the priority 0, pinned there, and the operation has ended well', () => {
    const router = boosted({ preempt: false });
    router.hear(0);
    const resigned = router.now;
    const effects = router.until(resigned + 8);
    expect(adverts(effects)).toEqual([254]);
    expect(outcomes(effects)).toEqual([{ kind: 'took-over' }]);
    expect(router.state).toMatchObject({ state: 'master', admin: 'pinned', boost: undefined });
    expect(router.state.since - resigned).toBeCloseTo(7.8125);
    expect(router.state.timers.has('boost-deadline')).toBe(false);
  });

  test('lets a living master of lower priority be, though it preempts', () => {
    const router = boosted({}, 120);
    for (let i = 0; i < 5; i++) {
      expect(kinds(router.hear(120))).not.toContain('transition');
      expect(kinds(router.until(router.now + 900))).not.toContain('transition');
    }
    expect(router.state.state).toBe('backup');
  });

  test('leaves standby with it', () => {
    const router = backup();
    router.hear(254);
    router.give({ type: 'admin', mode: 'standby', holdPreempt: false });
    router.give(BOOST);
    router.hear(0);
    router.until(router.now + 8);
    expect(router.state).toMatchObject({ state: 'master', admin: 'pinned' });
  });
});

describe('without a push it is what it was', () => {
  test('when its time is over', () => {
    const router = boosted();
    const end = router.now + 6000;
    for (let at = Number(router.now); at < end - 1000; at += 1000) {
      router.until(at);
      router.hear(254);
    }
    const effects = router.until(end);
    expect(effects).toContainEqual({ type: 'priority-changed', from: 254, to: 100, reason: 'not needed as successor' });
    expect(outcomes(effects)).toEqual([{ kind: 'rolled-back', waited: milliseconds(6000) }]);
    expect(router.state).toMatchObject({ state: 'backup', admin: 'active', boost: undefined });
  });

  test('when it is released, with the skew of its own priority again; by no other operation', () => {
    const router = boosted();
    const deadline = router.state.timers.get('master-down') ?? 0;
    expect(router.give({ type: 'boost-release', id: 'another' })).toEqual([]);
    const effects = router.give({ type: 'boost-release', id: 'op1' });
    expect(outcomes(effects)).toMatchObject([{ kind: 'rolled-back' }]);
    expect((router.state.timers.get('master-down') ?? 0) - deadline).toBeCloseTo((154 / 256) * 1000);
    expect(router.state.boost).toBeUndefined();
    expect(router.give({ type: 'boost-release', id: 'op1' })).toEqual([]);
  });

  test('a fault ends it', () => {
    const router = boosted();
    const effects = router.give({ type: 'fault', source: 'x', reason: 'x failed' });
    expect(outcomes(effects)).toEqual([{ kind: 'aborted', reason: 'x failed' }]);
    router.give({ type: 'fault-cleared', source: 'x' });
    expect(router.state).toMatchObject({ state: 'backup', admin: 'active', boost: undefined });
  });
});

describe('is refused', () => {
  const inFault = (): Driver => {
    const router = backup();
    router.give({ type: 'fault', source: 'x', reason: 'x failed' });
    return router;
  };
  const inMaintenance = (): Driver => {
    const router = backup();
    router.give({ type: 'admin', mode: 'maintenance', holdPreempt: false });
    return router;
  };
  test.each<[string, () => Driver, string]>([
    ['a master', () => master(), 'VI_1 is master, not backup'],
    ['one that is chosen already', () => boosted(), 'VI_1 is the chosen successor already (operation op1)'],
    ['one in fault', inFault, 'VI_1 is in fault: x failed'],
    ['one in maintenance', inMaintenance, 'VI_1 is in maintenance'],
    ['one that hears no master', () => backup(), 'VI_1 hears no master'],
    ['the address owner', () => master({ priority: 255 }), 'VI_1 is the address owner (priority 255)'],
  ])('%s', (_, make, reason) => {
    const router = make();
    const before = router.state;
    expect(outcomes(router.give({ ...BOOST, id: 'op2' }))).toEqual([{ kind: 'refused', reason }]);
    expect(router.state).toEqual(before);
  });

  test('and while it waits nobody else takes over here', () => {
    const router = boosted({}, 50);
    const effects = router.give({ type: 'take-over', id: 'op2', pinned: true });
    expect(outcomes(effects)).toEqual([{ kind: 'refused', reason: 'VI_1 is about to take over (operation op1)' }]);
  });
});
