import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Instant, instant, seconds } from '../../src/base/time.ts';
import { influenceOf } from '../../src/vrrp/influence.ts';
import {
  initialScriptTracker,
  type ScriptEnd,
  type ScriptTrackerConfig,
  type ScriptTrackerEffect,
  type ScriptTrackerEvent,
  stepScriptTracker,
} from '../../src/vrrp/script-tracker.ts';

const GOOD: ScriptEnd = { kind: 'exited', code: 0 };
const BAD: ScriptEnd = { kind: 'exited', code: 1 };

function tracker(changes: Partial<ScriptTrackerConfig> = {}) {
  const config = { name: 'chk', interval: seconds(2), rise: 2, fall: 3, initFail: false, ...changes };
  let state = initialScriptTracker(config);
  const give = (event: ScriptTrackerEvent): readonly ScriptTrackerEffect[] => {
    const result = stepScriptTracker(config, state, event);
    state = result.state;
    return result.effects;
  };
  let now: Instant = instant(0);
  give({ type: 'start', at: now });
  /** One run with this end; what changed by it. */
  const run = (end: ScriptEnd) => {
    const effects = give({ type: 'result', at: now, end });
    now = instant(now + 2000);
    give({ type: 'timer', at: now });
    return effects.flatMap((effect) => (effect.type === 'changed' ? [effect.ok] : []));
  };
  return { give, run, state: () => state };
}

describe('rise and fall', () => {
  test('the first success is enough', () => {
    expect(tracker({ rise: 5 }).run(GOOD)).toEqual([true]);
  });

  test('the first failure is immediate', () => {
    expect(tracker({ fall: 5 }).run(BAD)).toEqual([false]);
  });

  test('fall failures in a row', () => {
    const { run } = tracker();
    expect([GOOD, BAD, BAD, BAD, BAD].map(run)).toEqual([[true], [], [], [false], []]);
  });

  test('a success between starts the fall afresh', () => {
    const { run } = tracker();
    expect([GOOD, BAD, BAD, GOOD, BAD, BAD, BAD].map(run)).toEqual([[true], [], [], [], [], [], [false]]);
  });

  test('rise successes in a row, a failure between starts afresh', () => {
    const { run } = tracker();
    expect([BAD, GOOD, BAD, GOOD, GOOD].map(run)).toEqual([[false], [], [], [], [true]]);
  });

  test('rise 1, fall 1: every result counts', () => {
    const { run } = tracker({ rise: 1, fall: 1 });
    expect([GOOD, BAD, GOOD, BAD].map(run)).toEqual([[true], [false], [true], [false]]);
  });

  test('init_fail: failed from the start, needs rise successes', () => {
    const { run, state } = tracker({ initFail: true });
    expect(state().ok).toBe(false);
    expect([GOOD, GOOD].map(run)).toEqual([[], [true]]);
  });

  test('init_fail: its failure is told at the start, and once more with the first result', () => {
    const config = { name: 'chk', interval: seconds(2), rise: 2, fall: 3, initFail: true };
    const first = stepScriptTracker(config, initialScriptTracker(config), { type: 'start', at: instant(0) });
    expect(first.effects).toContainEqual({ type: 'changed', ok: false, reason: expect.stringContaining('init_fail') });
    const end = stepScriptTracker(config, first.state, { type: 'result', at: instant(9), end: BAD });
    expect(end.effects).toEqual([{ type: 'changed', ok: false, reason: 'script chk failed with exit code 1' }]);
    const { run } = tracker({ initFail: true });
    expect([BAD, BAD, GOOD, GOOD].map(run)).toEqual([[false], [], [], [true]]);
  });

  test.each<[ScriptEnd, RegExp]>([
    [BAD, /^script chk failed with exit code 1$/],
    [{ kind: 'timed-out' }, /timed out/],
    [{ kind: 'killed', signal: 'SIGKILL' }, /killed by SIGKILL/],
    [{ kind: 'not-started', detail: 'ENOENT' }, /could not be started: ENOENT/],
  ])('%j is a failure, and says so', (end, words) => {
    const effects = tracker().give({ type: 'result', at: instant(1), end });
    expect(effects).toEqual([{ type: 'changed', ok: false, reason: expect.stringMatching(words) }]);
  });

  test('the counter agrees with the last results, whatever they were', () => {
    const sizes = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(sizes, sizes, fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (rise, fall, results) => {
        const { run, state } = tracker({ rise, fall });
        let expected: boolean | undefined;
        let streak = 0;
        let last: boolean | undefined;
        for (const good of results) {
          run(good ? GOOD : BAD);
          streak = good === last ? streak + 1 : 1;
          last = good;
          if (expected === undefined || streak >= (good ? rise : fall)) expected = good;
          expect(state().ok).toBe(expected);
          expect(state().counter).toBeGreaterThanOrEqual(0);
          expect(state().counter).toBeLessThan(rise + fall);
        }
      }),
    );
  });
});

describe('runs', () => {
  test('at once at the start, then on the interval without drift', () => {
    const config = { name: 'chk', interval: seconds(2), rise: 1, fall: 1, initFail: false };
    const first = stepScriptTracker(config, initialScriptTracker(config), { type: 'start', at: instant(100) });
    expect(first.effects).toEqual([{ type: 'run-script' }, { type: 'set-timer', deadline: 2100 }]);
    const done = stepScriptTracker(config, first.state, { type: 'result', at: instant(150), end: GOOD });
    const next = stepScriptTracker(config, done.state, { type: 'timer', at: instant(2103) });
    expect(next.effects).toEqual([{ type: 'run-script' }, { type: 'set-timer', deadline: 4100 }]);
  });

  test('never two at once: a run that is due while one is under way is left out, with a note', () => {
    const { give } = tracker();
    expect(give({ type: 'timer', at: instant(2000) })).toEqual([
      { type: 'note', severity: 'warning', text: 'script chk is still running, this run is left out' },
      { type: 'set-timer', deadline: 4000 },
    ]);
    give({ type: 'result', at: instant(2500), end: GOOD });
    expect(give({ type: 'timer', at: instant(4000) })).toContainEqual({ type: 'run-script' });
  });

  test('a timer that rings too early or after the stop does nothing', () => {
    const { give } = tracker();
    expect(give({ type: 'timer', at: instant(1999) })).toEqual([]);
    expect(give({ type: 'stop', at: instant(1999) })).toEqual([{ type: 'stop-timer' }]);
    expect(give({ type: 'timer', at: instant(2000) })).toEqual([]);
  });

  test('a result that comes after the stop changes nothing outside', () => {
    const { give, state } = tracker();
    give({ type: 'stop', at: instant(1) });
    expect(give({ type: 'result', at: instant(2), end: BAD })).toEqual([]);
    expect(state().running).toBe(false);
  });
});

describe('what it does to an instance', () => {
  test.each([
    [0, false, true, { kind: 'fault', failed: false }],
    [0, false, false, { kind: 'fault', failed: true }],
    [0, true, true, { kind: 'fault', failed: true }],
    [20, false, true, { kind: 'priority-term', value: 20 }],
    [20, false, false, { kind: 'priority-term', value: 0 }],
    [-20, false, true, { kind: 'priority-term', value: 0 }],
    [-20, false, false, { kind: 'priority-term', value: -20 }],
    [0, true, false, { kind: 'fault', failed: false }],
    // As keepalived 2.2.7 does it: reverse turns the sign, not the answer.
    [20, true, true, { kind: 'priority-term', value: -20 }],
    [20, true, false, { kind: 'priority-term', value: 0 }],
    [-20, true, true, { kind: 'priority-term', value: 0 }],
    [-20, true, false, { kind: 'priority-term', value: 20 }],
  ])('weight %d, reverse %s, ok %s → %j', (weight, reverse, ok, influence) => {
    expect(influenceOf({ weight, reverse }, ok)).toEqual(influence);
  });
});
