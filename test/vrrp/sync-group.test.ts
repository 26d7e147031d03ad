import { describe, expect, test } from 'vitest';
import { instant } from '../../src/base/time.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import type { RouterEffect } from '../../src/vrrp/effect.ts';
import { beginGroup, GROUP_FAULT, settleAlone, settleGroup } from '../../src/vrrp/sync-group.ts';
import { Driver, type Happening, OURS, PEER } from './driver.ts';

/** Two instances of one node in a group, with one clock. The second's master-down time is 20 ms longer. */
class Group {
  readonly members: Driver[];
  state = beginGroup([]);
  wakeAt: number | undefined;
  effects: [string, RouterEffect][] = [];

  constructor(changes: Partial<RouterConfig> = {}) {
    this.members = [
      new Driver({ name: 'VI_1', priority: 100, syncGroup: 'G', ...changes }),
      new Driver({ name: 'VI_2', vrid: 52, priority: 95, syncGroup: 'G', ...changes }),
    ];
  }

  member(name: string): Driver {
    return this.members.find(({ config }) => config.name === name)!;
  }

  /** One thing that happens to `names` at once. */
  give(happening: Happening, ...names: string[]): [string, RouterEffect][] {
    this.effects = [];
    for (const name of names) this.#tell(name, () => this.member(name).give(happening));
    this.#settle();
    return this.effects;
  }

  start(): void {
    this.effects = [];
    for (const { config } of this.members) this.#tell(config.name, () => this.member(config.name).start());
    this.#settle();
  }

  /** Everybody's timers until `ms`, in order; what came of it. */
  until(ms: number): [string, RouterEffect][] {
    this.effects = [];
    for (;;) {
      const dues = this.members.flatMap((member) => [...member.state.timers.values()]);
      const next = Math.min(...dues, this.wakeAt ?? Number.POSITIVE_INFINITY);
      if (next > ms) break;
      if (next === this.wakeAt) this.wakeAt = undefined;
      for (const member of this.members) this.#tell(member.config.name, () => member.until(next));
      this.#settle();
    }
    for (const member of this.members) member.now = instant(ms);
    return this.effects;
  }

  states(): string[] {
    return this.members.map(({ state }) => state.state);
  }

  #tell(name: string, act: () => readonly RouterEffect[]): void {
    for (const effect of act()) this.effects.push([name, effect]);
  }

  #settle(): void {
    for (let round = 0; round < 10; round++) {
      const views = this.members.map(({ config, state }) => ({ name: config.name, state }));
      const { state, effects } = settleGroup('G', this.state, views, this.members[0]!.now);
      this.state = state;
      for (const effect of effects) {
        if (effect.type === 'wake') this.wakeAt = effect.deadline;
        else {
          const { at: _, ...happening } = effect.event;
          this.#tell(effect.member, () => this.member(effect.member).give(happening as Happening));
        }
      }
      if (!effects.some(({ type }) => type === 'tell')) return;
    }
    throw new Error('the group does not come to rest');
  }
}

function grouped(at = 10_000, changes: Partial<RouterConfig> = {}): Group {
  const group = new Group(changes);
  group.start();
  group.until(at);
  return group;
}

const sent = (effects: [string, RouterEffect][]): string[] =>
  effects.flatMap(([name, e]) => (e.type === 'send-advert' ? [`${name} ${e.priority}`] : []));
const reasons = (effects: [string, RouterEffect][]): string[] =>
  effects.flatMap(([name, e]) => (e.type === 'transition' ? [`${name} ${e.to}: ${e.reason}`] : []));
const outcomes = (effects: [string, RouterEffect][]) =>
  effects.flatMap(([name, e]) => (e.type === 'operation' ? [{ name, ...e.outcome }] : []));

describe('a sync group becomes master', () => {
  test('when the last member is ready, all in that tick', () => {
    const group = new Group();
    group.start();
    group.until(3620);
    expect(group.states()).toEqual(['backup', 'backup']);
    expect(sent(group.until(3630))).toEqual(['VI_1 100', 'VI_2 95']);
    expect(group.states()).toEqual(['master', 'master']);
    expect(group.members.map(({ state }) => state.since)).toEqual([3628.90625, 3628.90625]);
  });

  test('not while one of them hears a master that it may not preempt', () => {
    const group = new Group();
    group.start();
    for (let at = 1000; at <= 9000; at += 1000) {
      group.until(at);
      group.give({ type: 'advert', source: PEER, priority: 150 }, 'VI_2');
    }
    expect(group.states()).toEqual(['backup', 'backup']);
    group.until(13_000);
    expect(group.states()).toEqual(['master', 'master']);
  });

  test('an advertisement that counts ends a readiness', () => {
    const group = new Group();
    group.start();
    group.until(3615);
    expect(sent(group.give({ type: 'advert', source: PEER, priority: 150 }, 'VI_1'))).toEqual([]);
    group.until(3700);
    expect(group.states()).toEqual(['backup', 'backup']);
  });

  test('owners too wait for all', () => {
    const group = new Group({ priority: 255 });
    group.start();
    group.until(0);
    expect(group.states()).toEqual(['master', 'master']);
  });

  test('by a take-over of one: the others come along', () => {
    const group = new Group();
    group.start();
    group.until(1000);
    const effects = group.give({ type: 'take-over', id: 'op', pinned: false }, 'VI_2');
    expect(sent(effects)).toEqual(['VI_2 95', 'VI_1 100']);
    expect(reasons(effects)).toContain('VI_1 master: VI_2 of sync group G became master');
    expect(group.states()).toEqual(['master', 'master']);
  });
});

describe('a sync group is master no longer', () => {
  test('when one yields: the other resigns, for its peer may be in no group', () => {
    const group = grouped();
    const effects = group.give({ type: 'advert', source: PEER, priority: 150 }, 'VI_1');
    expect(group.states()).toEqual(['backup', 'backup']);
    expect(sent(effects)).toEqual(['VI_2 0']);
    expect(reasons(effects)).toEqual([
      'VI_1 backup: 10.0.0.1 advertises priority 150, ours 100',
      'VI_2 backup: VI_1 of sync group G is master no longer',
    ]);
  });

  test('when one goes into maintenance, and becomes no master without it', () => {
    const group = grouped();
    group.give({ type: 'admin', mode: 'maintenance', holdPreempt: false }, 'VI_2');
    expect(group.states()).toEqual(['backup', 'initialize']);
    group.until(30_000);
    expect(group.states()).toEqual(['backup', 'initialize']);
  });

  test('a member of two that cannot follow keeps the other from being master', () => {
    const group = new Group();
    group.start();
    group.give({ type: 'admin', mode: 'maintenance', holdPreempt: false }, 'VI_2');
    group.until(1000);
    group.give({ type: 'take-over', id: 'op', pinned: false }, 'VI_1');
    expect(group.states()).toEqual(['backup', 'initialize']);
  });
});

describe('a fault of a member', () => {
  const cut: Happening = { type: 'fault', source: 'interface eth1', reason: 'interface eth1 is down' };

  test('is a fault of all, in the same tick, with words of its own', () => {
    const group = grouped();
    const effects = group.give(cut, 'VI_2');
    expect(group.states()).toEqual(['fault', 'fault']);
    expect(sent(effects)).toEqual(['VI_2 0', 'VI_1 0']);
    expect(reasons(effects)).toContain('VI_1 fault: VI_2 of sync group G is in fault');
  });

  test('is left by all when the last member has none of its own', () => {
    const group = grouped();
    group.give(cut, 'VI_2');
    group.give({ type: 'fault', source: 'script chk', reason: 'script chk failed' }, 'VI_1');
    group.give({ type: 'fault-cleared', source: 'interface eth1' }, 'VI_2');
    expect(group.states()).toEqual(['fault', 'fault']);
    group.give({ type: 'fault-cleared', source: 'script chk' }, 'VI_1');
    expect(group.states()).toEqual(['backup', 'backup']);
    group.until(15_000);
    expect(group.states()).toEqual(['master', 'master']);
  });

  test('that the whole group has at once is not told round and round', () => {
    const group = grouped();
    group.give(cut, 'VI_1', 'VI_2');
    expect(group.members.map(({ state }) => [...state.faults.keys()])).toEqual([
      ['interface eth1'],
      ['interface eth1'],
    ]);
  });
});

describe('a push of the whole group', () => {
  const pushed = (): Group => {
    const group = grouped();
    expect(sent(group.give({ type: 'push', id: 'op' }, 'VI_1', 'VI_2'))).toEqual(['VI_1 0', 'VI_2 0']);
    return group;
  };

  test('serves with each member until its own successor speaks', () => {
    const group = pushed();
    group.until(10_600);
    group.give({ type: 'advert', source: PEER, priority: 90 }, 'VI_1');
    expect(group.states()).toEqual(['backup', 'master']);
    group.until(10_650);
    const effects = group.give({ type: 'advert', source: PEER, priority: 90 }, 'VI_2');
    expect(group.states()).toEqual(['backup', 'backup']);
    expect(outcomes(effects)).toEqual([{ name: 'VI_2', kind: 'handed-over', successor: PEER, took: 650 }]);
    expect(group.members.map(({ state }) => state.admin)).toEqual(['standby', 'standby']);
  });

  test('gives away the rest 200 ms after the first, silently', () => {
    const group = pushed();
    group.until(10_600);
    group.give({ type: 'advert', source: PEER, priority: 90 }, 'VI_1');
    group.until(10_799);
    expect(group.states()).toEqual(['backup', 'master']);
    const effects = group.until(10_801);
    expect(group.states()).toEqual(['backup', 'backup']);
    expect(sent(effects)).toEqual([]);
    expect(outcomes(effects)).toEqual([
      { name: 'VI_2', kind: 'followed', reason: 'VI_1 of sync group G is master no longer', took: 800 },
    ]);
    expect(group.member('VI_2').state.admin).toBe('standby');
  });

  test('with nobody there is rolled back by all', () => {
    const group = pushed();
    const effects = group.until(16_000);
    expect(outcomes(effects).map(({ kind }) => kind)).toEqual(['rolled-back', 'rolled-back']);
    expect(group.states()).toEqual(['master', 'master']);
  });

  test('rescues as a group when the successor dies', () => {
    const group = pushed();
    group.until(10_600);
    group.give({ type: 'advert', source: PEER, priority: 90 }, 'VI_1');
    group.give({ type: 'advert', source: PEER, priority: 90 }, 'VI_2');
    expect(sent(group.until(15_000)).slice(0, 2)).toEqual(['VI_1 1', 'VI_2 1']);
    expect(group.states()).toEqual(['master', 'master']);
  });
});

describe('a reload', () => {
  test('that makes a group of a master and a backup seizes nothing: the group gives up', () => {
    const group = new Group();
    group.start();
    group.until(1000);
    group.member('VI_1').give({ type: 'take-over', id: 'op', pinned: false });
    group.state = beginGroup(group.members.map(({ config, state }) => ({ name: config.name, state })));
    group.give({ type: 'primary-address', address: OURS }, 'VI_1');
    expect(group.states()).toEqual(['backup', 'backup']);
  });

  test('that takes a member out of its group ends what the group did to it', () => {
    const group = grouped();
    group.give({ type: 'fault', source: 'script chk', reason: 'failed' }, 'VI_2');
    const [event] = settleAlone(group.member('VI_1').state, instant(0));
    expect(event).toMatchObject({ type: 'fault-cleared', source: GROUP_FAULT });
    const ready = new Driver({ syncGroup: 'G' });
    ready.start();
    ready.until(5000);
    expect(ready.state.state).toBe('backup');
    expect(settleAlone(ready.state, instant(0))).toMatchObject([{ type: 'sync', to: 'master' }]);
    expect(settleAlone(grouped(100).member('VI_1').state, instant(0))).toEqual([]);
  });
});
