/** The safety of changes: nothing acts on one stroke, nothing unseen is confirmed. */
import { describe, expect, test } from 'vitest';
import { BINDINGS } from '../../src/console/keys.ts';
import { blockedPlan, busySnapshot, instance, plan, result, snapshot } from './fixtures.ts';
import { busyRobot, operated, type Robot, robot } from './robot.ts';

const kind = (it: Robot): string | undefined => it.model.dialog?.kind;

/** `F` pressed, its plan on the screen since now. */
function withPlan(given = plan(), it = robot({ snapshot: snapshot() })): Robot {
  it.press('F');
  it.answer(given);
  expect(kind(it)).toBe('plan');
  return it;
}

describe('y', () => {
  test('counts 300 ms after the plan was drawn', () => {
    const it = withPlan();
    it.wait(300);
    it.press('y');
    expect(operated(it)).toEqual([
      {
        type: 'operate',
        link: 0,
        token: expect.any(Number),
        requests: [{ verb: 'failover', target: 'VI_1', yes: true }],
      },
    ]);
    expect(kind(it)).toBeUndefined();
  });

  test('does not count 299 ms after, and says so', () => {
    const it = withPlan();
    it.wait(299);
    it.press('y');
    expect(operated(it)).toEqual([]);
    expect(kind(it)).toBe('plan');
    expect(it.model.notice?.text).toMatch('too quick');
  });

  test('does not count while the frame is not on the screen yet, however long that takes', () => {
    const it = robot({ snapshot: snapshot() });
    it.press('F');
    const token = it.model.dialog?.kind === 'planning' ? it.model.dialog.token : -1;
    it.say({ type: 'plans', token, plans: [plan()] });
    it.wait(5000);
    it.press('y');
    expect(operated(it)).toEqual([]);
    it.say({ type: 'painted' });
    it.wait(300);
    it.press('y');
    expect(operated(it)).toHaveLength(1);
  });

  test('does not count in the same breath as F: batched keys confirm nothing', () => {
    const it = robot({ snapshot: snapshot() });
    it.press('Fyyyy\ry');
    it.answer();
    expect(operated(it)).toEqual([]);
    it.press('y');
    expect(operated(it)).toEqual([]);
  });

  test('does not count from a paste, at any time', () => {
    const it = withPlan();
    it.wait(5000);
    it.press('\x1b[200~y\r\x1b[201~');
    expect(operated(it)).toEqual([]);
    expect(it.model.notice?.text).toMatch('a paste confirms nothing');
  });

  test.each(['\x1by', '\x19', '\x1b[121;5u', 'Y', 'o', ' ', '\t'])('is not %j', (bytes) => {
    const it = withPlan();
    it.wait(1000);
    it.press(bytes);
    expect(operated(it)).toEqual([]);
    expect(kind(it)).toBe('plan');
  });

  test('cannot confirm a BLOCK', () => {
    const it = withPlan(blockedPlan());
    it.wait(5000);
    it.press('y');
    expect(operated(it)).toEqual([]);
    expect(it.model.notice?.text).toMatch('blocked');
  });

  test('counts only when a plan that is longer than the screen has been read to its end', () => {
    const it = withPlan(plan({ steps: Array.from({ length: 40 }, (_, i) => `step ${i}`) }));
    it.wait(1000);
    it.press('y');
    expect(operated(it)).toEqual([]);
    expect(it.model.notice?.text).toMatch('scroll down');
    it.press('\x1b[6~'.repeat(5));
    it.say({ type: 'painted' });
    it.wait(299);
    it.press('y');
    expect(operated(it)).toEqual([]);
    it.wait(1);
    it.press('y');
    expect(operated(it)).toHaveLength(1);
  });

  test('has to wait anew when the screen was resized: the plan is another picture', () => {
    const it = withPlan();
    it.wait(1000);
    it.say({ type: 'resize', columns: 100, rows: 30 });
    it.press('y');
    expect(operated(it)).toEqual([]);
    it.say({ type: 'painted' });
    it.wait(300);
    it.press('y');
    expect(operated(it)).toHaveLength(1);
  });

  test('does not count on a terminal that has become too small to show the plan', () => {
    const it = withPlan();
    it.say({ type: 'resize', columns: 60, rows: 10 });
    it.say({ type: 'painted' });
    it.wait(1000);
    it.press('y');
    expect(operated(it)).toEqual([]);
  });

  test('does not count for a plan that is minutes old', () => {
    const it = withPlan();
    it.tell({ kind: 'snapshot', snapshot: snapshot() });
    it.wait(120_001);
    it.tell({ kind: 'snapshot', snapshot: snapshot() });
    it.press('y');
    expect(operated(it)).toEqual([]);
    expect(it.model.notice?.text).toMatch('minutes old');
  });

  test('does not count when the engine has gone meanwhile', () => {
    const it = withPlan();
    it.tell({ kind: 'gone', reason: 'gone' });
    it.wait(1000);
    it.press('y');
    expect(operated(it)).toEqual([]);
  });
});

describe('cancelling', () => {
  test.each(['\r', '\x1b', 'n', 'q', '\x7f', '\x03', '\x07'])('%j closes the plan and does nothing', (bytes) => {
    const it = withPlan();
    it.wait(1000);
    it.press(bytes);
    expect(kind(it)).toBeUndefined();
    expect(it.commands.map(({ type }) => type)).toEqual(['plan']);
    expect(it.model.notice?.text).toBe('cancelled: nothing was changed');
  });

  test('a plan that comes after its question was cancelled opens nothing', () => {
    const it = robot({ snapshot: snapshot() });
    it.press('F');
    it.press('\x1b');
    it.answer();
    expect(kind(it)).toBeUndefined();
  });

  test('the answer to an earlier question is not taken for that to a later one', () => {
    const it = robot({ snapshot: snapshot() });
    it.press('F');
    const first = it.model.dialog?.kind === 'planning' ? it.model.dialog.token : -1;
    it.press('\x1b');
    it.press('B');
    it.say({ type: 'plans', token: first, plans: [plan()] });
    expect(kind(it)).toBe('planning');
  });
});

describe('tier 3', () => {
  const dangerous = () => withPlan(plan({ tier: 3 }));

  test('wants the name and a reason typed; y is only a letter', () => {
    const it = dangerous();
    it.wait(1000);
    it.press('y\r');
    expect(operated(it)).toEqual([]);
    it.press('\x15VI_1\r');
    expect(operated(it)).toEqual([]);
    it.press(' disk dying\r');
    expect(operated(it)).toMatchObject([{ requests: [{ target: 'VI_1', reason: 'disk dying', yes: true }] }]);
  });

  test('does not take another name, nor a paste', () => {
    const it = dangerous();
    it.wait(1000);
    it.press('VI_2 wrong one\r');
    expect(operated(it)).toEqual([]);
    it.press('\x15');
    it.press('\x1b[200~VI_1 pasted\x1b[201~');
    it.press('\r');
    expect(operated(it)).toEqual([]);
  });

  test('Esc cancels', () => {
    const it = dangerous();
    it.press('VI_1 x\x1b');
    expect(kind(it)).toBeUndefined();
    expect(operated(it)).toEqual([]);
  });
});

describe('what is asked for', () => {
  test.each([
    ['F', { verb: 'failover', target: 'VI_1' }],
    ['B', { verb: 'failback', target: 'VI_1' }],
    ['S', { verb: 'standby', target: 'VI_1' }],
    ['E', { verb: 'activate', target: 'VI_1' }],
    ['M', { verb: 'maintenance', target: 'VI_1' }],
    ['R', { verb: 'reload', target: 'configuration' }],
    ['3jD', { verb: 'drain', target: '10.0.0.11:80', service: '10.0.0.100:80/tcp' }],
    ['3jE', { verb: 'enable', target: '10.0.0.11:80', service: '10.0.0.100:80/tcp' }],
    ['3jW50%\r', { verb: 'weight', target: '10.0.0.11:80', service: '10.0.0.100:80/tcp', value: '50%' }],
    ['2F', { verb: 'failover', target: 'VI_1' }],
  ])('%j', (keys, request) => {
    const it = robot({ snapshot: snapshot() });
    it.press(keys);
    expect(it.commands).toEqual([{ type: 'plan', link: 0, token: expect.any(Number), requests: [request] }]);
    expect(operated(it)).toEqual([]);
  });

  test('the row under the cursor, by its name, also after the rows have moved', () => {
    const base = busySnapshot();
    const it = robot({ snapshot: base });
    it.press('j');
    it.tell({ kind: 'snapshot', snapshot: { ...base, instances: [...base.instances].reverse() } });
    it.press('F');
    expect(it.commands).toMatchObject([{ requests: [{ target: 'VI_2' }] }]);
  });

  test('all marked servers, and only those; the marks go when it is confirmed', () => {
    const it = robot();
    it.press('3j j D');
    expect(it.commands).toMatchObject([
      {
        requests: [
          { verb: 'drain', target: '10.0.0.11:80' },
          { verb: 'drain', target: '10.0.0.13:80' },
        ],
      },
    ]);
    it.answer(plan({ tier: 1, target: '10.0.0.11:80' }), plan({ tier: 1, target: '10.0.0.13:80' }));
    it.press('\x1b[6~'.repeat(5));
    it.say({ type: 'painted' });
    it.wait(400);
    it.press('y');
    expect(operated(it)).toMatchObject([{ requests: [{ target: '10.0.0.11:80' }, { target: '10.0.0.13:80' }] }]);
    expect(it.model.marked.size).toBe(0);
  });

  test('an IPv6 server in brackets, as the command line writes it', () => {
    const it = robot();
    it.press('3GD');
    expect(it.commands).toMatchObject([
      { requests: [{ target: '[2001:db8::11]:443', service: '[2001:db8::100]:443/tcp' }] },
    ]);
  });
});

describe('refusals are notices', () => {
  test.each([
    ['read-only', robot({ readOnly: true }), 'F', 'read-only'],
    ['a service is no real server', robot(), '2D', 'acts on a real server'],
    ['several instances, none chosen', robot(), '6F', 'press 2 and choose one'],
    ['no instance', robot({ snapshot: snapshot({ instances: [] }) }), 'F', 'no instance'],
    ['no word from the engine yet', robot({ snapshot: null }), 'F', 'not said anything'],
  ])('%s', (_, it, keys, words) => {
    it.press(keys);
    expect(it.commands).toEqual([]);
    expect(it.model.notice?.text).toMatch(words);
  });

  test('the engine is gone', () => {
    const it = robot();
    it.tell({ kind: 'gone', reason: 'x' });
    it.press('F');
    expect(it.commands).toEqual([]);
  });

  test('the engine has been silent for too long', () => {
    const it = robot();
    it.wait(10_001);
    it.press('F');
    expect(it.commands).toEqual([]);
    expect(it.model.notice?.text).toMatch('gone');
  });

  test('the engine refuses the plan', () => {
    const it = robot();
    it.press('3jW7x\r');
    const token = it.model.dialog?.kind === 'planning' ? it.model.dialog.token : -1;
    it.say({ type: 'plans-failed', token, reason: 'weight "7x" is not understood' });
    expect(kind(it)).toBeUndefined();
    expect(it.model.notice?.text).toBe('weight "7x" is not understood');
  });

  test('unknown keys and foreign sequences do nothing at all', () => {
    const it = busyRobot();
    const before = it.model;
    const bound = new Set(BINDINGS.flatMap(({ keys }) => keys));
    const unbound = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((key) => !bound.has(key));
    it.press(`${unbound.join('')}\x1b[15~\x1b[<0;1;1M\x02\x04`);
    expect(it.model).toEqual(before);
    expect(it.commands).toEqual([]);
  });
});

describe('while it runs and after', () => {
  function running(): { it: Robot; token: number } {
    const it = withPlan();
    it.wait(400);
    it.press('y');
    return { it, token: it.model.running?.token ?? -1 };
  }

  test('no other change can be asked for', () => {
    const { it } = running();
    it.press('S');
    expect(it.model.notice?.text).toMatch('under way');
    expect(operated(it)).toHaveLength(1);
  });

  test('the result stays until the next one', () => {
    const { it, token } = running();
    it.say({ type: 'result', token, index: 0, result: result() });
    expect(it.model.running).toBeNull();
    expect(it.model.outcomes).toMatchObject([{ result: { result: 'OK' } }]);
  });

  test('a failure has its reason', () => {
    const { it, token } = running();
    it.say({ type: 'result-failed', token, index: 0, reason: 'the engine went away in the middle of the request' });
    expect(it.model.outcomes).toMatchObject([{ result: null, error: expect.stringContaining('went away') }]);
  });

  test('a result that belongs to nothing changes nothing', () => {
    const { it, token } = running();
    it.say({ type: 'result', token: token + 7, index: 0, result: result() });
    expect(it.model.running).not.toBeNull();
    expect(it.model.outcomes).toEqual([]);
  });

  test('leaving is possible: the engine goes on', () => {
    const { it } = running();
    it.press('q');
    expect(it.commands.at(-1)).toEqual({ type: 'quit', code: 0 });
  });
});

test('an operation asked for on a frozen picture thaws it first', () => {
  const it = robot({ snapshot: snapshot() });
  it.press('p');
  it.tell({ kind: 'snapshot', snapshot: snapshot({ instances: [instance({ name: 'VI_9' })] }) });
  it.press('F');
  expect(it.model.frozen).toBeNull();
  expect(it.commands).toMatchObject([{ requests: [{ target: 'VI_9' }] }]);
});
