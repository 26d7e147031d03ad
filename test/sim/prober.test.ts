import { beforeEach, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant, milliseconds, wallTime } from '../../src/base/time.ts';
import { createTimeline, type Timeline } from '../../src/sim/clock.ts';
import { createSimProber, type SimProber } from '../../src/sim/prober.ts';

let time: Timeline;
let prober: SimProber;
let heard: unknown[];
beforeEach(() => {
  time = createTimeline(wallTime(0));
  prober = createSimProber({ at: (deadline, ring) => time.schedule(deadline, 'alarm', ring) }, time.clock);
  heard = [];
});
const target = { address: ip('10.0.0.21'), port: 80, timeout: milliseconds(3000) };
const tcp = () => prober.ask({ kind: 'tcp', ...target }, (result) => heard.push(result));
const http = (path = '/') => prober.ask({ kind: 'http', ...target, path }, (result) => heard.push(result));

test('answers after the latency, not before', () => {
  prober.setServer('10.0.0.21', 80, { kind: 'up', latency: milliseconds(7) });
  tcp();
  time.advanceTo(instant(6));
  expect(heard).toEqual([]);
  time.advanceTo(instant(7));
  expect(heard).toEqual([{ kind: 'connected', took: 7 }]);
});

test('status and body, a page’s own before the server’s, with the MD5 of the body', () => {
  prober.setServer('10.0.0.21', 80, { kind: 'up', body: 'hello', pages: { '/ping': { status: 503 } } });
  http('/any');
  http('/ping');
  time.advanceTo(instant(1));
  expect(heard).toMatchObject([
    { kind: 'response', status: 200, body: Buffer.from('hello'), md5: '5d41402abc4b2a76b9719d911017c592', took: 1 },
    { kind: 'response', status: 503, body: Buffer.from('') },
  ]);
});

test('nobody there, or down in a way', () => {
  tcp();
  prober.setServer('10.0.0.21', 80, { kind: 'down', how: 'unreachable' });
  http();
  time.advanceTo(instant(1));
  expect(heard).toEqual([{ kind: 'refused' }, { kind: 'unreachable' }]);
});

test('silence, and an answer that comes too late, end at the timeout', () => {
  prober.setServer('10.0.0.21', 80, { kind: 'down', how: 'timeout' });
  tcp();
  prober.setServer('10.0.0.21', 80, { kind: 'up', latency: milliseconds(3001) });
  tcp();
  time.advanceTo(instant(2999));
  expect(heard).toEqual([]);
  time.advanceTo(instant(3000));
  expect(heard).toEqual([{ kind: 'timeout' }, { kind: 'timeout' }]);
});

test('a cancelled probe stays silent', () => {
  tcp()();
  time.advanceTo(instant(5000));
  expect(heard).toEqual([]);
});
