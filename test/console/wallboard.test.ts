import { describe, expect, test } from 'vitest';
import { initialModel } from '../../src/console/model.ts';
import { update } from '../../src/console/update.ts';
import { viewOf } from '../../src/console/view.ts';
import { MONO, plainFrame } from '../frames/render.ts';
import { busyRobot } from './robot.ts';

describe('t opens the wallboard', () => {
  test('q, t and Esc come back to where one was; Ctrl-C leaves the console', () => {
    for (const key of ['q', 't', '\x1b']) {
      const it = busyRobot();
      it.press('3jt');
      expect(it.model.wallboard).toBe('open');
      it.press(key);
      expect(it.model.wallboard).toBe('closed');
      expect(it.model.focus).toBe('services');
      expect(it.commands.filter(({ type }) => type === 'quit')).toEqual([]);
    }
  });

  test('nothing is changed from there, and nothing hidden moves', () => {
    const it = busyRobot();
    it.press('t');
    const { panes, marked } = it.model;
    it.press('FBSDEWjkG 2/');
    expect(it.model.panes).toEqual(panes);
    expect(it.model.marked).toEqual(marked);
    expect(it.model.dialog).toBeNull();
    expect(it.commands.filter(({ type }) => type === 'plan')).toEqual([]);
    expect(it.model.notice?.text).toContain('only shows');
  });

  test('header and footer stay; the charts get the room between, and until they are there it is said', () => {
    const it = busyRobot({ columns: 100, rows: 30 });
    it.press('t');
    expect(plainFrame(it.model)).toContain('the charts are being loaded');
    expect(plainFrame(it.model)).toContain('q back to the console');
    expect(plainFrame(it.model)).not.toContain('F failover');
    let room: number[] = [];
    const view = viewOf(it.model, MONO, (_model, width, height) => {
      room = [width, height];
      return ['first line'.padEnd(width)];
    });
    expect(room[0]).toBe(100);
    expect(room[1]).toBeGreaterThan(20);
    const body = 'parts' in view.body ? view.body.parts[1] : undefined;
    expect(body && 'lines' in body && body.lines).toHaveLength(room[1] ?? 0);
  });

  test('hatop wallboard has nothing to come back to: q leaves', () => {
    const it = busyRobot();
    it.press('t');
    const alone = { ...it.model, wallboard: 'alone' as const };
    const key = { name: 'q', ctrl: false, alt: false, shift: false };
    const [, commands] = update(alone, { type: 'key', key, at: 2000 });
    expect(commands).toEqual([{ type: 'quit', code: 0 }]);
    const start = {
      at: 0,
      columns: 80,
      rows: 24,
      ascii: false,
      title: { mode: '', why: '' },
      readOnly: false,
      links: [],
    };
    expect(initialModel({ ...start, wallboardAlone: true }).wallboard).toBe('alone');
  });
});
