/** What the operator sees. The golden files are for reading: see that a change in one is meant before keeping it (vitest -u). */

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/console/fit.ts';
import type { Model } from '../../src/console/model.ts';
import { brokenGlyphs } from '../../src/console/theme.ts';
import { heightOf, viewOf } from '../../src/console/view.ts';
import { VIEWS } from '../../src/console/views.ts';
import { blockedPlan, busySnapshot, plan, result, snapshot } from '../console/fixtures.ts';
import { busyRobot, type Robot, type RobotOptions, robot } from '../console/robot.ts';
import { ASCII, blocksOf, COLOUR, frameOf, MONO, overflows, plainFrame } from './render.ts';

const SIZES = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

/** Every picture, by name: how the robot gets there. */
const PICTURES: Record<string, (options: RobotOptions) => Robot> = {
  overview: busyRobot,
  ...Object.fromEntries(
    VIEWS.slice(1).map(({ key, name }) => [
      `view-${name}`,
      (options: RobotOptions) => {
        const it = busyRobot(options);
        it.press(`jj${key}`);
        return it;
      },
    ]),
  ),
  'plan-failover': (options) => {
    const it = busyRobot(options);
    it.press('F');
    it.answer(plan());
    return it;
  },
  'plan-blocked': (options) => {
    const it = busyRobot(options);
    it.press('B');
    it.answer(blockedPlan());
    return it;
  },
  'details-server': (options) => {
    const it = busyRobot(options);
    it.press('3jj\r');
    it.say({
      type: 'why',
      token: 1,
      text: '10.0.0.12:80 is in drain: no new connections until it is enabled (hatop enable 10.0.0.12:80).',
    });
    return it;
  },
  help: (options) => {
    const it = busyRobot(options);
    it.press('?');
    return it;
  },
  gone: (options) => {
    const it = busyRobot(options);
    it.tell({ kind: 'gone', reason: 'the engine at /run/hatop/hatop.sock has gone away' });
    it.wait(12_000);
    return it;
  },
  result: (options) => {
    const it = busyRobot(options);
    it.press('F');
    it.answer(plan());
    it.wait(400);
    it.press('y');
    it.wait(650);
    const token = it.model.running?.token ?? -1;
    it.say({ type: 'result', token, index: 0, result: result() });
    return it;
  },
};

describe.each(Object.entries(PICTURES))('%s', (name, draw) => {
  test.each(SIZES)('at %ix%i', async (columns, rows) => {
    const { model } = draw({ columns, rows });
    const frame = plainFrame(model);
    expect(overflows(frame.trimEnd(), columns, rows)).toEqual([]);
    await expect(frame).toMatchFileSnapshot(`golden/${name}.${columns}x${rows}.txt`);
  });
});

describe('without what a terminal may lack', () => {
  test('ASCII: no other character, and the same places', async () => {
    const { model } = busyRobot();
    const frame = plainFrame(model, ASCII);
    expect(frame).toMatch(/^[\x20-\x7e\n]*$/);
    await expect(frame).toMatchFileSnapshot('golden/overview.80x24.ascii.txt');
  });

  test('no colours: the words are the same, and no sequence sets one', async () => {
    const { model } = busyRobot();
    expect(plainFrame(model, MONO)).toBe(plainFrame(model, COLOUR));
    // Bold, underline, inverse and their ends; 30 to 49 and above would be colours.
    const codes = [...frameOf(model, MONO).matchAll(/\x1b\[([0-9;]*)m/g)].map(([, code]) => code);
    expect(new Set(codes)).toEqual(new Set(['1', '22', '4', '24', '7', '27']));
  });

  test('colour is never alone: state, mark and cursor are characters', () => {
    const { model } = busyRobot();
    const frame = plainFrame(model);
    for (const word of ['● MASTER', '○ BACKUP', '✗ FAULT', '● UP', '✗ DOWN', '▽ DRAIN', '▶'])
      expect(frame).toContain(word);
  });

  test('every glyph is one cell wide', () => {
    expect([...brokenGlyphs(COLOUR), ...brokenGlyphs(ASCII)]).toEqual([]);
  });
});

test('the frame in colour', async () => {
  const { model } = busyRobot();
  const readable = frameOf(model).replaceAll('\x1b', '␛');
  await expect(`${readable}\n`).toMatchFileSnapshot('golden/overview.80x24.colour.txt');
});

test.each([
  [60, 20],
  [79, 60],
  [200, 23],
])('on a terminal of %ix%i there is one line in the middle', (columns, rows) => {
  const { model } = busyRobot({ columns, rows });
  const lines = plainFrame(model).trimEnd().split('\n');
  const text = `hatop needs 80x24, this is ${columns}x${rows}`;
  expect(lines.filter((line) => line.trim() !== '')).toEqual([
    ' '.repeat(Math.floor((columns - text.length) / 2)) + text,
  ]);
  expect(lines.length).toBeLessThanOrEqual(rows);
});

describe('hostile names', () => {
  const hostile = '\x1b[2J\x1b]52;c;eA==\x07\u202e東東東東東東東東東東東東東東東東東東東東東東東東';
  const evil = (): Model => {
    const base = busySnapshot();
    const it = busyRobot({
      snapshot: {
        ...base,
        host: hostile,
        dataPlaneReason: hostile,
        engine: { ...base.engine, version: hostile, config: hostile },
        instances: base.instances.map((i) => ({
          ...i,
          name: hostile,
          interface: hostile,
          reason: hostile,
          faults: [hostile],
        })),
        services: base.services.map((s) => ({
          ...s,
          scheduler: hostile,
          realServers: s.realServers.map((r) => ({
            ...r,
            reason: hostile,
            address: hostile,
            checks: r.checks.map((c) => ({ ...c, what: hostile, last: c.last && { ...c.last, reason: hostile } })),
          })),
        })),
        operations: base.operations.map((o) => ({ ...o, target: hostile, by: hostile, step: hostile })),
        splitBrain: [{ vrid: 1, interface: hostile, senders: [hostile], cause: hostile }],
      },
    });
    it.tell({
      kind: 'event',
      event: { at: hostile, seq: 9, severity: 'error', kind: 'engine', subject: hostile, text: hostile },
    });
    return it.model;
  };

  test.each(SIZES)('neither leave their place nor act, at %ix%i', (columns, rows) => {
    const model = evil();
    for (const { name } of VIEWS) {
      const frame = frameOf({ ...model, columns, rows, view: name });
      expect(overflows(frame, columns, rows)).toEqual([]);
      expect(frame.replace(/\x1b\[[0-9;]*m/g, '')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
  });
});

test('at any size every block is exactly as wide as its place, and together they are as high as the screen', () => {
  for (let columns = 80; columns <= 210; columns += 13) {
    for (let rows = 24; rows <= 64; rows += 5) {
      const size = { columns, rows };
      for (const it of [
        busyRobot(size),
        robot({ ...size, snapshot: snapshot() }),
        robot({ ...size, snapshot: null }),
      ]) {
        it.press(VIEWS[(columns + rows) % VIEWS.length]?.key ?? '1');
        const { body } = viewOf(it.model, COLOUR);
        for (const { width, lines } of blocksOf(body)) {
          for (const line of lines) expect(widthOf(stripVTControlCharacters(line))).toBe(width);
        }
        expect(heightOf(body)).toBe(rows);
      }
    }
  }
}, 60_000);
