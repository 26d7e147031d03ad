/** Operations, checks and the wire: their rows, made of what the engine sends. */
import { describe, expect, test } from 'vitest';
import { probesOf } from '../../src/console/checks.ts';
import { currentItem, itemsOf } from '../../src/console/items.ts';
import { operationsOf } from '../../src/console/past-operations.ts';
import type { CheckSnapshot } from '../../src/control/snapshot.ts';
import { plainFrame } from '../frames/render.ts';
import {
  advert,
  ago,
  ahead,
  busySnapshot,
  check,
  event,
  operation,
  realServer,
  service,
  snapshot,
} from './fixtures.ts';
import { busyRobot, type Robot, robot } from './robot.ts';

const frame = (it: Robot): string => plainFrame(it.model);
const facts = (it: Robot): [string, string][] =>
  itemsOf(it.model, 'facts').flatMap((item) =>
    item.kind === 'fact' ? [[item.name, item.text] as [string, string]] : [],
  );

describe('4 Operations', () => {
  const ended = operation({ id: '2', result: 'OK', startedAt: ago(5000), endedAt: ago(4388) });

  test('are the list of the engine, and of the time before it what the journal says', () => {
    const events = [
      event({
        seq: 1,
        kind: 'operation',
        at: ago(90_000),
        subject: '10.0.0.12:80',
        text: 'drain OK: weight 3 → 0; by root (kernel)',
      }),
      event({ seq: 2, kind: 'operation', at: ago(80_000), subject: 'VI_1', text: 'Fail over VI_1: started by root' }),
      event({ seq: 3, kind: 'operation', at: ago(4388), subject: 'VI_1', text: 'failover OK: gone; by root' }),
      event({ seq: 4, kind: 'transition', at: ago(95_000), subject: 'VI_1', text: 'failover OK: no operation' }),
    ].map((value, id) => ({ id, value }));
    const rows = operationsOf(snapshot({ operations: [ended] }), events);
    expect(rows).toMatchObject([
      { verb: 'drain', target: '10.0.0.12:80', result: 'OK', by: 'root (kernel)', text: 'weight 3 → 0' },
      { verb: 'failover', id: '2' },
    ]);
    expect(operationsOf(null, events)).toHaveLength(2);
  });

  test('measured stands beside predicted, and who asked for it', () => {
    const it = robot({ columns: 200, snapshot: snapshot({ operations: [ended] }) });
    it.press('4');
    expect(frame(it)).toMatch(/OK +failover +VI_1 +0\.6s +612 ms \(609 ms\) +4\.2 ms \(5 ms\) +root/);
    expect(facts(it)).toContainEqual(['gap', '4.2 ms measured, 5 ms predicted']);
  });

  test('one that is under way says its step and goes on counting; when the engine is gone nobody knows', () => {
    const it = robot({ columns: 200, snapshot: snapshot({ operations: [operation({ startedAt: ago(1000) })] }) });
    it.press('4');
    expect(frame(it)).toMatch(/RUNNING +failover +VI_1 +1\.0s .*priority 0 sent/);
    it.wait(1500);
    expect(frame(it)).toMatch(/RUNNING +failover +VI_1 +2\.5s/);
    it.tell({ kind: 'gone', reason: 'closed' });
    expect(frame(it)).toMatch(/UNKNOWN +failover/);
  });

  test('the youngest is followed, as in every log', () => {
    const it = robot({ snapshot: snapshot({ operations: [ended] }) });
    it.press('4');
    it.tell({ kind: 'snapshot', snapshot: snapshot({ operations: [ended, operation({ id: '3' })] }) });
    expect(currentItem(it.model)?.id).toBe('o 3');
  });
});

describe('5 Checks', () => {
  const shared = check({ sharedBy: 2 });
  const two = snapshot({
    services: [
      service({ realServers: [realServer({ checks: [shared] })] }),
      service({
        port: 443,
        realServers: [realServer({ port: 443, checks: [shared, check({ what: 'tcp 10.0.0.11:443' })] })],
      }),
    ],
  });

  test('a probe that serves two stands once, with both', () => {
    const probes = probesOf(two);
    expect(probes.map(({ check: { what }, users }) => [what, users.length])).toEqual([
      ['http://10.0.0.11:80/health', 2],
      ['tcp 10.0.0.11:443', 1],
    ]);
  });

  test('those that ask the same and are not shared stand for themselves', () => {
    const alone = check({ sharedBy: 1 });
    const servers = [realServer({ checks: [alone, alone] }), realServer({ checks: [alone] })];
    expect(probesOf(snapshot({ services: [service({ realServers: servers })] }))).toHaveLength(3);
  });

  test('say what came of them last, when they run again, and whom they serve', () => {
    const it = robot({ columns: 200, snapshot: two });
    it.press('5');
    expect(frame(it)).toMatch(
      /● UP +10\.0\.0\.11:80 +http:\/\/10\.0\.0\.11:80\/health +4 ms +2\.0s +4\.0s +3 +10\.0\.0\.100:80\/tcp 10\.0\.0\.100:443\/tcp +200 OK/,
    );
    expect(facts(it).filter(([, text]) => /\bin /.test(text))).toEqual([
      ['next run', 'in 4.0s'],
      ['serves', '10.0.0.11:80 in 10.0.0.100:80/tcp'],
      ['', '10.0.0.11:443 in 10.0.0.100:443/tcp'],
    ]);
  });

  test('sorted by state what fails stands first; undecided before what works', () => {
    const state = (up: CheckSnapshot['up']) => realServer({ checks: [check({ what: String(up), up })] });
    const it = robot({ snapshot: snapshot({ services: [service({ realServers: [true, null, false].map(state) })] }) });
    it.press('5>');
    expect(itemsOf(it.model, 'checks').map((item) => item.kind === 'check' && item.probe.check.what)).toEqual([
      'false',
      'null',
      'true',
    ]);
  });

  test('x explains their server, l shows its events', () => {
    const it = robot({ snapshot: two });
    it.press('5x');
    expect(it.commands).toMatchObject([{ type: 'why', target: '10.0.0.11:80' }]);
    it.press('ql');
    expect(it.model.panes.events.filter).toBe('about:10.0.0.11:80');
  });
});

describe('8 Wire', () => {
  test('has every sender, why some were not believed, and the adverts', () => {
    const it = busyRobot({ columns: 120, rows: 40 });
    it.press('8');
    expect(itemsOf(it.model, 'senders').map(({ id }) => id)).toEqual([
      'w eth0 51 10.0.0.1',
      'w eth1 52 10.0.1.2',
      'w eth1 52 10.0.1.77',
      'w eth0 66 fe80::5054:ff:fe12:3456',
      'w eth0 70 10.0.0.7',
    ]);
    expect(frame(it)).toMatch(/ttl +3 VI_2 .*10\.0\.1\.77: TTL 64/);
    expect(frame(it)).toMatch(/auth +1 VI_2/);
  });

  test('senders are sorted by what is odd about them', () => {
    const it = busyRobot();
    it.press('8<');
    expect(itemsOf(it.model, 'senders')[0]?.id).toBe('w eth1 52 10.0.1.77');
  });

  test('a change of state is marked between the adverts, at its time', () => {
    const it = busyRobot({ columns: 120, rows: 40 });
    it.tell({ kind: 'event', event: event({ seq: 50, at: ago(2000), text: 'backup → master: tried' }) });
    it.press('8');
    const kinds = itemsOf(it.model, 'adverts').map(({ kind }) => kind);
    expect(kinds.indexOf('event')).toBe(5);
    expect(frame(it)).toMatch(/VI_1 backup → master: tried/);
  });

  test('held back it stands still while more pass; followed again from G on', () => {
    const it = busyRobot();
    it.press('8\t\tk');
    const held = currentItem(it.model)?.id;
    for (let i = 0; i < 30; i++) it.tell({ kind: 'advert', advert: advert({ at: ahead(i * 100) }) });
    expect(currentItem(it.model)?.id).toBe(held);
    it.press('G');
    expect(currentItem(it.model)?.id).toBe(itemsOf(it.model, 'adverts').at(-1)?.id);
  });
});

test('a list of ten thousand probes is drawn by its window', () => {
  const servers = Array.from({ length: 10_000 }, (_, i) => {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    return realServer({ address, checks: [check({ what: `tcp ${address}:80` })] });
  });
  const it = robot({ snapshot: { ...busySnapshot(), services: [service({ realServers: servers })] } });
  it.press('5G');
  expect(frame(it)).toMatch(/▶.*10\.0\.39\.15:80/);
});

test('a key measures no row that is not drawn', () => {
  let looked = 0;
  const servers = Array.from({ length: 1000 }, (_, i) => ({
    ...realServer({ address: `10.1.${i >> 8}.${i & 255}` }),
    get weight() {
      looked++;
      return { configured: 1, effective: 1, kernel: 1 };
    },
  }));
  const it = robot({ snapshot: snapshot({ services: [service({ realServers: servers })] }) });
  it.press('3');
  frame(it);
  looked = 0;
  it.press('j');
  expect(frame(it)).toMatch(/▶.*10\.1\.0\.0:80/);
  expect(looked).toBeLessThan(100);
});
