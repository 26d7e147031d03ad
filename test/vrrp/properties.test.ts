import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant, milliseconds, seconds } from '../../src/base/time.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import type { RouterEffect } from '../../src/vrrp/effect.ts';
import type { TimerName } from '../../src/vrrp/event.ts';
import { describeWhy, effectivePriority } from '../../src/vrrp/instance.ts';
import { Driver, type Happening, OURS, VIP } from './driver.ts';

// Whatever happens in whatever order, between two events as well as over the effects, what is below stays true.

const source = fc.constantFrom(ip('10.0.0.1'), OURS, ip('10.0.0.3'));
const priority = fc.oneof(fc.constantFrom(0, 1, 100, 254, 255), fc.integer({ min: 0, max: 255 }));
const timer = fc.constantFrom<TimerName>(
  'adver',
  'master-down',
  'garp-delay',
  'garp-refresh',
  'push-repeat',
  'push-deadline',
  'repair',
);
const faults = fc.constantFrom('script chk', 'interface eth0');
const id = fc.constantFrom('op1', 'op2');

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant<Happening>({ type: 'startup' }),
  fc.record({ type: fc.constant('advert' as const), source, priority }),
  fc.record({ type: fc.constant('claim' as const), source, priority }),
  fc.record({ type: fc.constant('timer' as const), timer }),
  fc.record({ type: fc.constant('fault' as const), source: faults, reason: fc.constant('broken') }),
  fc.record({ type: fc.constant('fault-cleared' as const), source: faults }),
  fc.record({
    type: fc.constant('priority-term' as const),
    source: faults,
    value: fc.integer({ min: -253, max: 253 }),
  }),
  fc.record({ type: fc.constant('primary-address' as const), address: fc.constantFrom(OURS, OURS, undefined) }),
  fc.constant<Happening>({ type: 'address-removed', address: VIP }),
  fc.record({ type: fc.constant('push' as const), id }),
  fc.record({ type: fc.constant('take-over' as const), id, pinned: fc.boolean() }),
  fc.record({
    type: fc.constant('admin' as const),
    mode: fc.constantFrom('active' as const, 'standby' as const, 'maintenance' as const, 'pinned' as const),
    holdPreempt: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('effect-failed' as const),
    effect: fc.constantFrom('send-advert', 'add-addresses', 'remove-addresses', 'gratuitous-arp'),
    reason: fc.constant('EPERM'),
  }),
  fc.constant<Happening>({ type: 'shutdown' }),
);

/** Either something happens, or time goes by and what is due fires; sometimes so late as after a long pause. */
const act = fc.oneof(
  { weight: 3, arbitrary: happening.map((what) => ({ kind: 'happening' as const, what })) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6000 }).map((ms) => ({ kind: 'wait' as const, ms })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60_000 }).map((ms) => ({ kind: 'pause' as const, ms })) },
);

const config: fc.Arbitrary<Partial<RouterConfig>> = fc.record({
  priority: fc.constantFrom(1, 100, 254, 255),
  preempt: fc.boolean(),
  adverInterval: fc.constantFrom(seconds(1), seconds(2)),
  garp: fc.constantFrom(
    { delay: seconds(5), repeat: 5, refresh: milliseconds(0), refreshRepeat: 1 },
    { delay: milliseconds(0), repeat: 1, refresh: seconds(3), refreshRepeat: 2 },
  ),
});

/** What a driver would know: whether the addresses are up, which alarms are set, which operations are open. */
class World {
  held = false;
  readonly alarms = new Map<TimerName, number>();
  readonly open = new Set<string>();

  perform(effects: readonly RouterEffect[], before: string): void {
    let at = before;
    for (const effect of effects) {
      if (effect.type === 'add-addresses') this.held = true;
      if (effect.type === 'remove-addresses') this.held = false;
      if (effect.type === 'set-timer') this.alarms.set(effect.timer, effect.deadline);
      if (effect.type === 'stop-timer') expect(this.alarms.delete(effect.timer)).toBe(true);
      if (effect.type === 'transition') {
        expect(effect.from).toBe(at);
        at = effect.to;
      }
    }
  }
}

function check(driver: Driver, world: World): void {
  const { state, timers, push, admin, faults: reasons, started } = driver.state;
  expect([...timers].sort()).toEqual([...world.alarms].sort());
  expect(world.held).toBe(state === 'master');
  expect(timers.has('adver')).toBe(state === 'master' && !push);
  expect(timers.has('push-deadline')).toBe(push !== undefined);
  expect(timers.has('master-down')).toBe(state === 'backup');
  if (push) expect(state).toBe('master');
  if (state !== 'master') expect([...timers.keys()].filter((name) => name !== 'master-down')).toEqual([]);
  expect(state === 'initialize').toBe(!started || admin === 'maintenance');
  if (started && admin !== 'maintenance') expect(state === 'fault').toBe(reasons.size > 0);
  const ours = effectivePriority(driver.config, driver.state);
  expect(ours).toBeGreaterThanOrEqual(1);
  expect(ours === 255).toBe(driver.config.priority === 255 && admin !== 'standby');
  const sentence = describeWhy(driver.config, driver.state, driver.now);
  expect(sentence).toMatch(/^VI_1 is .*\.$/);
  expect(sentence).not.toMatch(/undefined|NaN/);
}

test('random lives keep the invariants', () => {
  fc.assert(
    fc.property(config, fc.array(act, { maxLength: 60 }), (changes, acts) => {
      const driver = new Driver(changes);
      const world = new World();
      const give = (what: Happening): void => {
        const before = driver.state;
        // An alarm that rings is no longer set; one that rings without being due is ignored.
        if (what.type === 'timer' && (before.timers.get(what.timer) ?? Infinity) <= driver.now) {
          world.alarms.delete(what.timer);
        }
        const effects = driver.give(what);
        for (const effect of effects) {
          if (effect.type === 'set-timer') expect(effect.deadline).toBeGreaterThanOrEqual(driver.now);
        }
        if (what.type === 'push' && driver.state.push?.id === what.id && !before.push) world.open.add(what.id);
        for (const effect of effects) if (effect.type === 'operation') world.open.delete(effect.id);
        world.perform(effects, before.state);
        check(driver, world);
      };
      give({ type: 'primary-address', address: OURS });
      for (const step of acts) {
        if (step.kind === 'happening') give(step.what);
        else if (step.kind === 'pause') driver.now = instant(driver.now + step.ms);
        else {
          const end = driver.now + step.ms;
          for (let rings = 0; rings < 1000; rings++) {
            const next = [...driver.state.timers].sort((a, b) => a[1] - b[1])[0];
            if (!next || next[1] > end) break;
            driver.now = instant(Math.max(driver.now, next[1]));
            give({ type: 'timer', timer: next[0] });
          }
          driver.now = instant(end);
        }
      }
      // Every push ends by its deadline, whatever else happened.
      if (driver.state.push) expect(driver.state.timers.has('push-deadline')).toBe(true);
      else expect([...world.open]).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('the state that a step starts from is never written to', () => {
  fc.assert(
    fc.property(config, fc.array(happening, { maxLength: 30 }), (changes, happenings) => {
      const driver = new Driver(changes);
      driver.start();
      for (const what of happenings) {
        const before = structuredClone(driver.state);
        const kept = driver.state;
        driver.give(what);
        expect(kept).toEqual(before);
      }
    }),
  );
});
