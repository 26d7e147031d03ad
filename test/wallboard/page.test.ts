import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { createWallboard } from '../../src/wallboard/page.ts';
import type { Observed } from '../../src/wallboard/view.ts';
import {
  advert,
  busyAdverts,
  busyEvents,
  busySnapshot,
  event,
  instance,
  snapshot,
  TAKEN_AT,
} from '../console/fixtures.ts';

const NOW = Date.parse(TAKEN_AT);
const UNICODE = { colour: false, ascii: false };
const busy = (given: Partial<Observed> = {}): Observed => ({
  snapshot: busySnapshot(),
  adverts: busyAdverts(),
  events: busyEvents(),
  now: NOW,
  ...given,
});

describe('the wallboard', () => {
  test.each([
    [80, 21],
    [120, 37],
    [200, 57],
    [300, 97],
    [81, 4],
  ])('fills %i cells by %i lines exactly, with colour and without, in ASCII too', (width, height) => {
    for (const style of [UNICODE, { colour: true, ascii: false }, { colour: false, ascii: true }]) {
      const lines = createWallboard().lines(busy(), { width, height }, style);
      expect(lines).toHaveLength(height);
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
      if (style.ascii) expect(lines.join('')).toMatch(/^[ -~]*$/);
    }
  });

  test('has all six panes, with the figures in words', () => {
    const events = [
      event({
        at: new Date(NOW - 100_000).toISOString(),
        kind: 'transition',
        subject: 'VI_1',
        text: 'initialize → backup: up',
      }),
      event({
        at: new Date(NOW - 50_000).toISOString(),
        kind: 'transition',
        subject: 'VI_1',
        text: 'backup → fault: down',
      }),
      event({
        at: new Date(NOW - 40_000).toISOString(),
        kind: 'transition',
        subject: 'VI_1',
        text: 'fault → master: up',
      }),
    ];
    const text = createWallboard().lines(busy({ events }), { width: 160, height: 50 }, UNICODE).join('\n');
    for (const title of [
      'time between advertisements',
      'able to serve',
      'connections of each',
      'servers up',
      'mastership',
      'journal',
    ]) {
      expect(text).toContain(title);
    }
    expect(text).toContain('VI_1 90 %, nines: 1');
    expect(text).toContain('1 failures, MTTF 1m, MTTR 10s');
    expect(text).toMatch(/▒+×+█+/);
  });

  test('a real curve is drawn: a late advertisement stands out', () => {
    const gaps = [1000, 1000, 1000, 3000, 1000, 1000];
    const adverts = gaps.map((gapMs, i) => advert({ gapMs, at: new Date(NOW + i * 1000).toISOString() }));
    const draw = (some: typeof adverts): string =>
      createWallboard()
        .lines(busy({ adverts: some }), { width: 120, height: 40 }, UNICODE)
        .slice(0, 17)
        .join('\n');
    expect(draw(adverts)).toMatch(/[⠁-⣿]/);
    expect(draw(adverts)).toContain('02:26:53');
    expect(draw(adverts)).not.toBe(draw(adverts.map((one) => ({ ...one, gapMs: 1000 }))));
  });

  test('an engine that is gone leaves no present figure', () => {
    const text = createWallboard()
      .lines(busy({ snapshot: null }), { width: 120, height: 40 }, UNICODE)
      .join('\n');
    expect(text.match(/UNKNOWN/g)?.length).toBe(3);
    expect(text).not.toContain('%');
  });

  test('nothing at all is drawn as nothing, whatever the size', () => {
    const nothing = { snapshot: snapshot({ instances: [], services: [] }), adverts: [], events: [], now: NOW };
    const text = createWallboard().lines(nothing, { width: 80, height: 21 }, UNICODE).join('\n');
    expect(text).toContain('no advertisement has passed yet');
    expect(text).toContain('nothing has happened yet');
  });

  test('one page after another of changing size keeps working, and a hostile name stays text', () => {
    const board = createWallboard();
    const evil = snapshot({ instances: [instance({ name: 'VI\x1b[2J{bold}' })] });
    for (const [width, height] of [
      [80, 21],
      [200, 57],
      [80, 21],
      [120, 30],
    ] as const) {
      const lines = board.lines(busy({ snapshot: evil }), { width, height }, { colour: true, ascii: false });
      expect(lines.join('\n')).not.toContain('\x1b[2J');
      expect(stripVTControlCharacters(lines.join('\n'))).toContain('connections of each real server');
    }
  });
});
