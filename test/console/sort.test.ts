/** The order of rows, a row as JSON, and the events of a row. */
import { describe, expect, test } from 'vitest';
import { currentItem, itemsOf } from '../../src/console/items.ts';
import { nextSort, SORT_KEYS } from '../../src/console/sort.ts';
import { plainFrame } from '../frames/render.ts';
import { busyEvents, event, instance, realServer, service, snapshot } from './fixtures.ts';
import { type Robot, robot } from './robot.ts';

const ids = (it: Robot): string[] => itemsOf(it.model, it.model.focus).map(({ id }) => id);
const names = (it: Robot): string[] => ids(it).map((id) => id.split(' ').at(-1) ?? '');

const three = () =>
  robot({
    columns: 120,
    snapshot: snapshot({
      instances: [
        instance({ name: 'b', vrid: 2, priority: { base: 100, effective: 100, terms: [] }, state: 'backup' }),
        instance({ name: 'a', vrid: 10, priority: { base: 150, effective: 90, terms: [] }, state: 'master' }),
        instance({ name: 'c', vrid: 3, priority: { base: 200, effective: 200, terms: [] }, state: 'fault' }),
      ],
      services: [
        service({
          port: 80,
          realServers: [
            realServer({ address: '10.0.0.9', connections: { active: 3, inactive: 0, persistent: 0 } }),
            realServer({ address: '10.0.0.10', connections: null }),
            realServer({ address: '10.0.0.11', connections: { active: 40, inactive: 0, persistent: 0 } }),
          ],
        }),
        service({ port: 443, realServers: [realServer({ address: '10.0.0.12', port: 443 })] }),
      ],
    }),
  });

describe('sorting', () => {
  test('> and < walk through the columns and come back to the configured order; i inverts', () => {
    const it = three();
    expect(names(it)).toEqual(['b', 'a', 'c']);
    it.press('>');
    expect(names(it)).toEqual(['c', 'b', 'a']); // by state: what is wrong first
    it.press('>');
    expect(names(it)).toEqual(['a', 'b', 'c']);
    it.press('i');
    expect(names(it)).toEqual(['c', 'b', 'a']);
    expect(plainFrame(it.model)).toContain('by name, inverted');
    it.press('<<');
    expect(names(it)).toEqual(['b', 'a', 'c']);
    it.press('<');
    expect(it.model.panes.instances.sort).toEqual({ by: SORT_KEYS.instances.at(-1)?.name, inverted: false });
  });

  test('the figure in force counts, the highest first', () => {
    const it = three();
    it.press('>>>>');
    expect(it.model.panes.instances.sort?.by).toBe('prio');
    expect(names(it)).toEqual(['c', 'b', 'a']);
  });

  test('servers stay below their service, addresses go by their numbers, and the unknown stands last either way', () => {
    const it = three();
    it.press('3>>');
    expect(it.model.panes.services.sort?.by).toBe('real server');
    expect(names(it)[0]).toContain(':80/');
    expect(names(it).slice(1, 4)).toEqual(['10.0.0.9:80', '10.0.0.10:80', '10.0.0.11:80']);
    expect(names(it).at(-1)).toBe('10.0.0.12:443');
    it.press('>>');
    expect(it.model.panes.services.sort?.by).toBe('act');
    expect(names(it).slice(1, 4)).toEqual(['10.0.0.11:80', '10.0.0.9:80', '10.0.0.10:80']);
    it.press('i');
    expect(names(it).slice(1, 4)).toEqual(['10.0.0.9:80', '10.0.0.11:80', '10.0.0.10:80']);
  });

  test('the cursor stays on its row, and what is done is done to that row', () => {
    const it = three();
    it.press('3j>>>>i');
    expect(currentItem(it.model)?.id).toContain('10.0.0.9:80');
    it.press('D');
    const asked = it.commands.at(-1);
    expect(asked?.type === 'plan' && asked.requests).toMatchObject([{ verb: 'drain', target: '10.0.0.9:80' }]);
  });

  test('a log is in the order of time, and says so', () => {
    const it = three();
    it.say({ type: 'history', link: 0, events: busyEvents() });
    it.press('6');
    const before = ids(it);
    it.press('>i<');
    expect(ids(it)).toEqual(before);
    expect(it.model.notice?.text).toContain('order of time');
  });

  test('the columns are a ring', () => {
    const steps = SORT_KEYS.services.length + 1;
    let sort = nextSort('services', null, 1);
    for (let i = 1; i < steps; i++) sort = nextSort('services', sort, 1);
    expect(sort).toBeNull();
  });
});

describe('a row in other words', () => {
  test('y shows the JSON of the row, whole and indented', () => {
    const it = three();
    it.press('jy');
    const frame = plainFrame(it.model);
    expect(frame).toContain('"name": "a"');
    expect(frame).toMatch(/ {2}"priority": \{/);
    it.press('y');
    expect(it.model.dialog).toBeNull();
  });

  test('it says that it is the last word of an engine that has gone', () => {
    const it = three();
    it.tell({ kind: 'gone', reason: 'the engine has gone away' });
    it.press('y');
    expect(plainFrame(it.model)).toContain('UNKNOWN by now');
  });

  test('l shows the events of the row alone, until Esc', () => {
    const it = three();
    it.say({
      type: 'history',
      link: 0,
      events: [event({ seq: 1, subject: 'a', text: 'to master' }), event({ seq: 2, subject: 'b', text: 'a backup' })],
    });
    it.press('jl');
    expect(it.model.focus).toBe('events');
    expect(itemsOf(it.model, 'events').map((item) => item.kind === 'event' && item.event.text)).toEqual(['to master']);
    it.press('\x1b');
    expect(itemsOf(it.model, 'events')).toHaveLength(2);
  });
});
