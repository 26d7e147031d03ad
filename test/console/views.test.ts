/** The views: how one goes from one to another, and what is in each. */
import { describe, expect, test } from 'vitest';
import { currentItem, itemsOf } from '../../src/console/items.ts';
import { panesOf, VIEWS } from '../../src/console/views.ts';
import { plainFrame } from '../frames/render.ts';
import { advert, ago, busySnapshot, event } from './fixtures.ts';
import { busyRobot, type Robot, robot } from './robot.ts';

const frame = (it: Robot): string => plainFrame(it.model);
const facts = (it: Robot): Record<string, string> =>
  Object.fromEntries(
    itemsOf(it.model, 'facts').flatMap((item) => (item.kind === 'fact' ? [[item.name, item.text]] : [])),
  );

describe('going about', () => {
  test.each(VIEWS)('$key opens $title, which the header marks; Tab goes through its panes', ({ key, name, title }) => {
    const it = busyRobot();
    it.press(key);
    expect(frame(it)).toContain(`[${key} ${title}]`);
    for (const pane of [...panesOf(name), panesOf(name)[0]]) {
      expect(it.model.focus).toBe(pane);
      it.press('\t');
    }
  });

  test('one comes back to the pane where one was', () => {
    const it = busyRobot();
    it.press('\t\t36');
    expect(it.model.focus).toBe('events');
    it.press('1');
    expect(it.model.focus).toBe('adverts');
  });

  test('the same row is under the cursor in every view', () => {
    const it = busyRobot();
    it.press('jj2');
    expect(currentItem(it.model)?.id).toBe('i VI_STORAGE');
  });

  test('Esc clears, then leads back to the overview', () => {
    const it = busyRobot();
    it.press('3/10\rz');
    it.press('\x1b');
    expect(it.model.panes.services.filter).toBe('');
    it.press('\x1b');
    expect(it.model.zoom).toBe(false);
    it.press('\x1b');
    expect(it.model.view).toBe('overview');
  });

  test('a view is never zoomed because another one was', () => {
    const it = busyRobot();
    it.press('z2');
    expect(it.model.zoom).toBe(false);
  });

  test('l leads to the events of the row, from whatever view', () => {
    const it = busyRobot();
    it.press('2jjl');
    expect([it.model.view, it.model.focus]).toEqual(['events', 'events']);
    expect(frame(it)).toMatch(/bond0.30 is down/);
  });
});

describe('2 VRRP', () => {
  test('says of the instance all that is known', () => {
    const it = busyRobot({ columns: 120, rows: 40 });
    it.press('2j');
    expect(facts(it)).toMatchObject({
      priority: '80 = 100 (configured) - 20 (chk_haproxy)',
      'master down': 'after 3.41 s = 3 × 1.00 s + skew 414 ms',
      adverts: 'sent 12, received 8100, discarded: ttl 3, auth 1',
    });
    expect(frame(it)).toContain('Instance VI_2');
  });

  test('its peers are who advertises its virtual router, with rate and jitter', () => {
    const it = busyRobot({ columns: 120, rows: 40 });
    it.press('2j');
    expect(itemsOf(it.model, 'peers').map(({ id }) => id)).toEqual(['w eth1 52 10.0.1.2', 'w eth1 52 10.0.1.77']);
    it.press('g');
    expect(itemsOf(it.model, 'peers').map(({ id }) => id)).toEqual(['w eth0 51 10.0.0.1']);
    expect(frame(it)).toMatch(/10\.0\.0\.1 .*1\.0\/s/);
  });

  test('all of it reads UNKNOWN when the engine has gone', () => {
    const it = busyRobot({ columns: 120, rows: 40 });
    it.press('2j');
    it.tell({ kind: 'gone', reason: 'closed' });
    expect(facts(it)).toMatchObject({ priority: 'UNKNOWN', master: 'UNKNOWN' });
    expect(frame(it)).not.toMatch(/1\.0\/s|silent/);
  });

  test('a key on a fact or a peer acts on the instance that they are of', () => {
    for (const way of ['\t', '\t\t']) {
      const it = busyRobot();
      it.press(`2j${way}jF`);
      expect(it.commands).toMatchObject([{ requests: [{ verb: 'failover', target: 'VI_2' }] }]);
    }
  });

  test('Enter on a fact opens the instance; on a peer, what is known of the sender', () => {
    const it = busyRobot();
    it.press('2j\tj\r');
    expect(it.model.dialog).toMatchObject({ kind: 'details', pane: 'instances', id: 'i VI_2' });
    it.press('q\t\r');
    expect(frame(it)).toMatch('10.0.1.2 on VRID 52');
  });

  test('a sender that goes quiet is silent, and one that comes back is not', () => {
    const it = busyRobot({ columns: 120 });
    it.press('2');
    it.wait(5000);
    expect(frame(it)).toMatch(/10\.0\.0\.1 .*silent 7\.2s/);
    it.tell({ kind: 'advert', advert: advert({ interface: 'eth0', source: '10.0.0.1', vrid: 51, at: ago(-5000) }) });
    expect(frame(it)).not.toMatch(/silent/);
  });
});

describe('3 Services', () => {
  test('shows the row under the cursor in full below the list', () => {
    const it = busyRobot({ columns: 120, rows: 40 });
    it.press('3jj');
    expect(facts(it)).toMatchObject({
      weight: "0 in force, 3 configured, in the kernel's table: there is no table here",
      connections: '9 active, 31 inactive, 2 persistent',
      'drains for': '30s',
      'drained in': '84s',
    });
  });

  test('marks that are not to be seen are not acted upon', () => {
    const it = busyRobot();
    it.press('3j  2D');
    expect(it.commands).toEqual([]);
    expect(it.model.notice?.text).toMatch('press 3');
    it.press('3D');
    expect(it.commands).toMatchObject([{ requests: [{ target: '10.0.0.11:80' }, { target: '10.0.0.12:80' }] }]);
  });
});

describe('6 Events', () => {
  test('have their day and their kind, and can be kept by severity', () => {
    const it = busyRobot({ columns: 120 });
    it.press('6');
    expect(frame(it)).toMatch(/\d\d-\d\d \d\d:\d\d:\d\d E transition VI_STORAGE/);
    it.press('/error\r');
    expect(itemsOf(it.model, 'events')).toHaveLength(1);
  });

  test('frozen they stand still; what came meanwhile is there afterwards', () => {
    const it = busyRobot();
    it.press('6p');
    it.tell({ kind: 'event', event: event({ seq: 99, text: 'meanwhile', at: ago(-1) }) });
    expect(frame(it)).not.toMatch('meanwhile');
    it.press('p');
    expect(frame(it)).toMatch('meanwhile');
  });
});

test('no key breaks on an engine that has said nothing, in any view', () => {
  for (const { key } of VIEWS) {
    const it = robot({ snapshot: null });
    it.press(`${key}jkgG \rqyqxq<>iz\t\tl/x\r`);
    expect(frame(it).split('\n').length).toBeGreaterThan(20);
  }
});

test('rows that go while one looks at them leave no key without an answer', () => {
  const it = busyRobot();
  it.press('2jj\t');
  it.tell({ kind: 'snapshot', snapshot: { ...busySnapshot(), instances: [] } });
  it.press('jk\rxyFD');
  expect(it.commands).toEqual([]);
});
