/** Moving about, and what is shown of data that grows old. */
import { describe, expect, test } from 'vitest';
import { currentItem, itemsOf } from '../../src/console/items.ts';
import { BINDINGS, chord } from '../../src/console/keys.ts';
import { plainFrame } from '../frames/render.ts';
import { advert, busySnapshot, event, instance, realServer, service, snapshot } from './fixtures.ts';
import { busyRobot, type Robot, robot } from './robot.ts';

const current = (it: Robot): string | undefined => currentItem(it.model)?.id;
const frame = (it: Robot): string => plainFrame(it.model);

describe('the cursor', () => {
  test('moves by line, page and end, and stays within', () => {
    const it = robot();
    expect(current(it)).toBe('i VI_1');
    it.press('jj');
    expect(current(it)).toBe('i VI_STORAGE');
    it.press('k\x1b[A\x1b[A\x1b[A');
    expect(current(it)).toBe('i VI_1');
    it.press('G');
    expect(current(it)).toBe('i VI_6');
    it.press('g\x1b[6~');
    expect(current(it)).toBe('i VI_6');
  });

  test('stays on its row while others come and go', () => {
    const base = busySnapshot();
    const it = robot({ snapshot: base });
    it.press('jj');
    it.tell({ kind: 'snapshot', snapshot: { ...base, instances: base.instances.slice(1) } });
    expect(current(it)).toBe('i VI_STORAGE');
  });

  test('is in an empty pane nowhere, and no key breaks on it', () => {
    const it = robot({ snapshot: snapshot({ instances: [], services: [] }) });
    it.press('jkgG \r x3jkgG \rx\x1b[5~');
    expect(current(it)).toBeUndefined();
  });

  test('follows a log until it is moved, and again from G on', () => {
    const it = busyRobot();
    it.press('6');
    const newest = current(it);
    it.press('k');
    const held = current(it);
    expect(held).not.toBe(newest);
    it.tell({ kind: 'event', event: event({ seq: 70, text: 'one more', at: '2026-03-14T03:00:00.000Z' }) });
    expect(current(it)).toBe(held);
    it.press('G');
    it.tell({ kind: 'event', event: event({ seq: 71, text: 'and one', at: '2026-03-14T03:00:01.000Z' }) });
    expect(frame(it)).toMatch(/▶.*and one/);
  });

  test('is always on the screen, in a list of a thousand', () => {
    const servers = Array.from({ length: 1000 }, (_, i) => realServer({ address: `10.1.${i >> 8}.${i & 255}` }));
    const it = robot({ snapshot: snapshot({ services: [service({ realServers: servers })] }) });
    it.press('3');
    for (const keys of ['\x1b[6~'.repeat(7), 'j'.repeat(13), 'k'.repeat(40), 'G', 'k', 'g', 'j']) {
      it.press(keys);
      const item = currentItem(it.model);
      const address = item?.kind === 'server' ? item.server.address : '10.0.0.100';
      expect(frame(it)).toMatch(new RegExp(`▶.*${address.replaceAll('.', '\\.')}:`));
    }
  });
});

describe('panes', () => {
  test('Tab goes from one to the next, around', () => {
    const it = robot();
    it.press('\t\t');
    expect(it.model.focus).toBe('adverts');
    it.press('\t\t');
    expect(it.model.focus).toBe('instances');
    it.press('\x1b[Z');
    expect(it.model.focus).toBe('events');
  });

  test('z shows one of them alone', () => {
    const it = busyRobot();
    it.press('\x1b[Zz');
    expect(frame(it)).toMatch(/^ {2}Events/m);
    expect(frame(it)).not.toMatch('Instances');
    it.press('z');
    expect(frame(it)).toMatch('Instances');
  });
});

describe('the filter', () => {
  test('keeps what matches while it is typed; Enter keeps it, Esc clears it', () => {
    const it = robot();
    it.press('/stor');
    expect(itemsOf(it.model, 'instances').map(({ id }) => id)).toEqual(['i VI_STORAGE']);
    it.press('\r');
    expect(it.model.dialog).toBeNull();
    expect(frame(it)).toMatch('filter /stor');
    it.press('\x1b');
    expect(itemsOf(it.model, 'instances')).toHaveLength(4);
  });

  test('Esc while typing brings the earlier one back', () => {
    const it = robot();
    it.press('/backup\r/xyz');
    it.press('\x1b');
    expect(it.model.panes.instances.filter).toBe('backup');
  });

  test('! inverts', () => {
    const it = robot();
    it.press('/!backup\r');
    expect(itemsOf(it.model, 'instances').map(({ id }) => id)).toEqual(['i VI_1', 'i VI_STORAGE']);
  });

  test('keeps the service of a server that matches', () => {
    const it = robot();
    it.press('3/down\r');
    expect(itemsOf(it.model, 'services').map(({ id }) => id)).toEqual([
      's 10.0.0.100:80/tcp',
      'r 10.0.0.100:80/tcp 10.0.0.13:80',
    ]);
  });

  test('takes letters that are keys elsewhere, and the first line of a paste', () => {
    const it = robot();
    it.press('/qF\x1b[200~D\ny\x1b[201~');
    expect(it.model.panes.instances.filter).toBe('qFD');
    expect(it.commands).toEqual([]);
  });
});

describe('old data', () => {
  test('shows its age after two seconds', () => {
    const it = robot();
    it.wait(2000);
    expect(frame(it)).not.toMatch('old');
    it.wait(500);
    expect(frame(it)).toMatch('data 2.5s old');
    expect(frame(it)).toMatch('● MASTER');
  });

  test('is UNKNOWN after ten', () => {
    const it = robot();
    it.wait(10_500);
    expect(frame(it)).toMatch('ENGINE GONE 11s');
    expect(frame(it)).toMatch('connected but silent');
    expect(frame(it)).not.toMatch(/MASTER|BACKUP|FAULT|● UP|DRAIN/);
  });

  test('is UNKNOWN at once when the engine is gone, and known again only with the next snapshot', () => {
    const it = robot();
    it.tell({ kind: 'gone', reason: 'closed' });
    expect(frame(it)).not.toMatch(/● MASTER|150\/150|✓10/);
    expect(frame(it)).toMatch(/UNKNOWN +VI_1/);
    it.wait(3000);
    it.tell({ kind: 'back' });
    expect(frame(it)).toMatch('ENGINE GONE 3.0s');
    expect(it.commands).toEqual([{ type: 'history', link: 0 }]);
    it.tell({ kind: 'snapshot', snapshot: busySnapshot() });
    expect(frame(it)).toMatch('● MASTER');
  });

  test('times go on between snapshots: lease, last advert, drain', () => {
    const it = robot();
    expect(frame(it)).toMatch('standby 29:41');
    it.wait(1500);
    expect(frame(it)).toMatch('standby 29:40');
    expect(frame(it)).toMatch(/VI_2 .* 1\.8s/);
  });

  test('frozen it says so, and its age goes on', () => {
    const it = robot();
    it.press('p');
    it.wait(5000);
    it.tell({ kind: 'snapshot', snapshot: snapshot({ instances: [instance({ state: 'fault' })] }) });
    expect(frame(it)).toMatch('FROZEN 5.0s');
    expect(frame(it)).toMatch('● MASTER');
    it.press('p');
    expect(frame(it)).toMatch('✗ FAULT');
    expect(frame(it)).not.toMatch('FROZEN');
  });
});

describe('the header', () => {
  test('says split brain, and who', () => {
    const it = robot({
      snapshot: snapshot({
        splitBrain: [{ vrid: 51, interface: 'eth0', senders: ['10.0.0.3'], cause: 'it does not hear us' }],
      }),
    });
    expect(frame(it)).toMatch('SPLIT BRAIN vrid 51 on eth0: 10.0.0.3: it does not hear us');
  });

  test('says read-only, and then no key that changes', () => {
    const it = robot({ readOnly: true });
    expect(frame(it)).toMatch('READ-ONLY');
    expect(frame(it)).not.toMatch(/F failover|D drain/);
  });

  test('says which of two nodes; o goes to the other', () => {
    const it = robot({ links: ['alpha', 'beta'] });
    it.tell({ kind: 'snapshot', snapshot: snapshot({ host: 'beta' }) }, 1);
    expect(frame(it)).toMatch(/hatop alpha .*node 1 of 2 \(o\)/);
    it.press('o');
    expect(frame(it)).toMatch(/hatop beta .*node 2 of 2 \(o\)/);
    it.press('F');
    expect(it.commands).toMatchObject([{ type: 'plan', link: 1 }]);
  });

  test('waits for an engine that has said nothing', () => {
    expect(frame(robot({ snapshot: null }))).toMatch('waiting for the engine');
  });
});

describe('details and why', () => {
  test('ask the engine, and show its answer in the words it has', () => {
    const it = robot();
    it.press('jx');
    expect(it.commands).toEqual([{ type: 'why', link: 0, token: 1, target: 'VI_2' }]);
    expect(frame(it)).toMatch('asking the engine');
    it.say({ type: 'why', token: 1, text: 'VI_2 is backup: 10.0.1.2 has priority 150.' });
    expect(frame(it)).toMatch('VI_2 is backup: 10.0.1.2 has priority 150.');
    it.press('q');
    expect(it.model.dialog).toBeNull();
  });

  test('of an advert there is nothing to ask', () => {
    const it = busyRobot();
    it.press('\t\tkkkk\r');
    expect(it.commands).toEqual([]);
    expect(frame(it)).toMatch('TTL 64 instead of 255');
  });

  test('a row that has gone says so', () => {
    const it = robot();
    it.press('\r');
    it.tell({ kind: 'snapshot', snapshot: snapshot({ instances: [] }) });
    expect(frame(it)).toMatch('not there any more');
  });

  test('a page scrolls to its end and not beyond: one k is enough to come back', () => {
    const it = robot();
    it.press('?');
    it.press('j'.repeat(200));
    const end = frame(it);
    it.press('k');
    expect(frame(it)).not.toBe(end);
    expect(frame(it)).toMatch('1 more: j scrolls');
  });
});

describe('the logs are bounded', () => {
  test('300 adverts and 500 events are kept', () => {
    const it = robot();
    for (let i = 0; i < 700; i++) {
      it.tell({ kind: 'advert', advert: advert({ priority: i % 255 }) });
      it.tell({ kind: 'event', event: event({ seq: i }) });
    }
    expect(it.model.feeds[0]?.adverts).toHaveLength(300);
    expect(it.model.feeds[0]?.events).toHaveLength(500);
    expect(it.model.feeds[0]?.events.at(-1)?.value.seq).toBe(699);
  });

  test('history and live events overlap without doubles', () => {
    const it = robot();
    it.tell({ kind: 'event', event: event({ seq: 2, at: '2026-03-14T02:00:02.000Z' }) });
    const at = (seq: number): string => `2026-03-14T02:00:0${seq}.000Z`;
    it.say({ type: 'history', link: 0, events: [1, 2].map((seq) => event({ seq, at: at(seq) })) });
    expect(it.model.feeds[0]?.events.map(({ value }) => value.seq)).toEqual([1, 2]);
  });
});

describe('the key table', () => {
  test('no key means two things', () => {
    const keys = BINDINGS.flatMap((binding) => binding.keys);
    expect(keys).toHaveLength(new Set(keys).size);
  });

  test('upper case changes, lower case never does', () => {
    for (const { keys, group } of BINDINGS) {
      for (const key of keys) if (/^[A-Z]$/.test(key) && key !== 'G') expect(group, key).toBe('change');
      if (group === 'change') for (const key of keys) expect(key).toMatch(/^[A-Z]$/);
    }
  });

  test('never what a shell, a screen or another tool means by it', () => {
    const keys = BINDINGS.flatMap((binding) => binding.keys);
    for (const key of ['f9', 'f10', 'C-s', 'C-q', 'C-a', 'C-b', 'C-d', 'C-k']) expect(keys).not.toContain(key);
    expect(keys.filter((key) => key.startsWith('A-'))).toEqual([]);
  });

  test('names a key as it comes from the parser', () => {
    expect(chord({ name: 'tab', ctrl: false, alt: false, shift: true })).toBe('S-tab');
    expect(chord({ name: 'F', ctrl: false, alt: false, shift: true })).toBe('F');
  });
});
