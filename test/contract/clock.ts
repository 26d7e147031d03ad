import assert from 'node:assert/strict';
import { after, instant, milliseconds } from '../../src/base/time.ts';
import { A_WHILE, type ContractItem } from './suite.ts';

export const clockContract: readonly ContractItem[] = [
  {
    name: 'now and wall advance together',
    async run({ one: { host }, settle }) {
      const now = host.clock.now();
      const wall = host.clock.wall();
      await settle(50);
      const passed = host.clock.now() - now;
      assert.ok(passed >= 50, `50 ms were to pass, ${passed} did`);
      const drift = host.clock.wall() - wall - passed;
      assert.ok(Math.abs(drift) < 20, `the wall clock went ${drift} ms beside the monotonic one`);
    },
  },
  {
    name: 'an alarm rings once, never early',
    async run({ one: { host }, settle }) {
      const deadlines = [0.2, 3.7, 10, 49.9].map((ms) => after(host.clock.now(), milliseconds(ms)));
      const early: number[] = [];
      let rings = 0;
      for (const deadline of deadlines) {
        host.alarms.at(deadline, () => {
          rings++;
          if (host.clock.now() < deadline) early.push(deadline - host.clock.now());
        });
      }
      await settle(A_WHILE);
      await settle(A_WHILE);
      assert.equal(rings, deadlines.length);
      assert.deepEqual(early, []);
    },
  },
  {
    name: 'alarms ring in the order of their deadlines, and of their setting where these are equal',
    async run({ one: { host }, settle }) {
      const rung: string[] = [];
      const base = host.clock.now();
      const set = (name: string, ms: number) => host.alarms.at(after(base, milliseconds(ms)), () => rung.push(name));
      set('late', 40);
      set('first of two', 20);
      set('early', 10);
      set('second of two', 20);
      await settle(A_WHILE);
      assert.deepEqual(rung, ['early', 'first of two', 'second of two', 'late']);
    },
  },
  {
    name: 'a cancelled alarm stays silent, and cancelling again does no harm',
    async run({ one: { host }, settle }) {
      const rung: string[] = [];
      const at = after(host.clock.now(), milliseconds(20));
      const cancel = host.alarms.at(at, () => rung.push('cancelled'));
      host.alarms.at(at, () => rung.push('kept'));
      cancel();
      cancel();
      await settle(A_WHILE);
      assert.deepEqual(rung, ['kept']);
      cancel();
    },
  },
  {
    name: 'an alarm may cancel another one that is due at the same instant',
    async run({ one: { host }, settle }) {
      const rung: string[] = [];
      const at = after(host.clock.now(), milliseconds(20));
      host.alarms.at(at, () => {
        rung.push('first');
        cancel();
      });
      const cancel = host.alarms.at(at, () => rung.push('second'));
      await settle(A_WHILE);
      assert.deepEqual(rung, ['first']);
    },
  },
  {
    name: 'an alarm may set the next one, which rings in its turn',
    async run({ one: { host }, settle }) {
      const rung: number[] = [];
      const again = (): void => {
        rung.push(host.clock.now());
        if (rung.length < 5) host.alarms.at(after(host.clock.now(), milliseconds(10)), again);
      };
      host.alarms.at(after(host.clock.now(), milliseconds(10)), again);
      await settle(2 * A_WHILE);
      assert.equal(rung.length, 5);
      for (const [i, at] of rung.entries()) if (i > 0) assert.ok(at - (rung[i - 1] ?? 0) >= 10);
    },
  },
  {
    name: 'a deadline that has passed rings soon, but never from within `at`',
    async run({ one: { host }, settle }) {
      let inside = true;
      const rung: string[] = [];
      const ring = (name: string) => (): void => {
        rung.push(inside ? `${name}, from within at` : name);
      };
      host.alarms.at(host.clock.now(), ring('now'));
      host.alarms.at(instant(host.clock.now() - 1000), ring('a second ago'));
      host.alarms.at(host.clock.now(), () => {
        let nested = true;
        host.alarms.at(host.clock.now(), () => {
          rung.push(nested ? 'from an alarm, from within at' : 'from an alarm');
        });
        nested = false;
      });
      inside = false;
      await settle(A_WHILE);
      assert.deepEqual(rung.toSorted(), ['a second ago', 'from an alarm', 'now']);
    },
  },
];
