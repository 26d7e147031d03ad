import { closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { after, elapsed, milliseconds } from '../../src/base/time.ts';
import { linuxClock } from '../../src/linux/clock.ts';
import { createDoorbell, ring } from '../../src/linux/doorbell.ts';
import { peerCredentials } from '../../src/linux/peer-credentials.ts';
import { createReactor } from '../../src/linux/reactor.ts';
import { type Harness, startHarness } from './linux-support.ts';
import { createPair, type Netns } from './support.ts';

describe('the reactor in its worker thread', () => {
  let world: Netns;
  let script: string;
  let a: Harness;

  beforeAll(async () => {
    world = createPair();
    script = await world.bundle('linux-harness.ts');
    a = await startHarness(world, 'a', script);
  });
  afterAll(() => world.close());

  test('alarms ring on time', async () => {
    const late: number[] = (await a.call('alarms', 100, 10)).toSorted((x: number, y: number) => x - y);
    const [median, p99] = [late[50]!, late[98]!];
    console.log(`alarms of 10 ms ring ${median.toFixed(3)} ms late (median), ${p99.toFixed(3)} ms (p99)`);
    expect(late[0]).toBeGreaterThanOrEqual(0);
    expect(median).toBeLessThan(5);
  });

  test('a message wakes it out of a long sleep', async () => {
    const took: number[] = [];
    for (let i = 0; i < 20; i++) {
      const start = performance.now();
      await a.call('now');
      took.push(performance.now() - start);
    }
    took.sort((x, y) => x - y);
    console.log(`a message there and back through two processes' pipes takes ${took[10]!.toFixed(2)} ms (median)`);
    expect(took[10]).toBeLessThan(50);
  });

  test('a process that was stopped says so, and for how long', async () => {
    a.mark();
    process.kill(a.lines.pid, 'SIGSTOP');
    await new Promise((done) => setTimeout(done, 1700));
    process.kill(a.lines.pid, 'SIGCONT');
    const { gap } = await a.event('pause');
    // A sleep without alarms ends after 1 s: what was stopped beyond that is the gap.
    expect(gap).toBeGreaterThan(600);
    expect(gap).toBeLessThan(3000);
  });

  test('packets that came while it was stopped are served before the alarms that became due', async () => {
    const b = await startHarness(world, 'b', script);
    await a.call('open', 'eth0', '224.0.0.18');
    await b.call('open', 'eth0', '224.0.0.18');
    a.mark();
    a.lines.write(JSON.stringify({ id: 1e6, call: 'alarms', args: [1, 200] }));
    a.lines.write(JSON.stringify({ id: 1e6 + 1, call: 'block', args: [600] }));
    await new Promise((done) => setTimeout(done, 100));
    for (let i = 0; i < 5; i++) await b.call('send', 0, [i], '10.9.0.2');
    await a.lines.find((line) => line.includes('"id":1000000,'));
    const order = a.lines.seen.filter((line) => line.includes('datagram') || line.includes('"id":1000000,'));
    expect(order.map((line) => (line.includes('datagram') ? 'datagram' : 'alarm'))).toEqual([
      ...Array(5).fill('datagram'),
      'alarm',
    ]);
  });

  test('the doorbell stops it: run returns, the thread ends by itself', async () => {
    const c = await startHarness(world, 'a', script);
    c.lines.write('stop');
    await c.event('stopped');
    expect(await c.lines.exited()).toBe(0);
  });

  test('the end of the main thread ends it, though it sleeps', async () => {
    const c = await startHarness(world, 'a', script);
    const start = performance.now();
    c.lines.write('exit');
    expect(await c.lines.exited()).toBe(7);
    expect(performance.now() - start).toBeLessThan(900);
  });

  test('conflicts: our own protocol-112 socket is counted, and a keepalived in this namespace only', async () => {
    expect(await a.call('conflicts')).toEqual({ vrrpSockets: 1, keepalived: [] });
    const folder = mkdtempSync(join(tmpdir(), 'hatop-conflicts-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const instance = 'state BACKUP\n interface eth0\n virtual_router_id 77\n virtual_ipaddress {\n 10.9.0.77\n }';
    writeFileSync(join(folder, 'keepalived.conf'), `vrrp_instance test {\n ${instance}\n}\n`);
    const start = (short: string) => {
      const files = ['p', 'r', 'c'].flatMap((option) => [`-${option}`, join(folder, `${short}-${option}.pid`)]);
      return world.start(short, 'keepalived', '-n', '-l', '-P', '-f', join(folder, 'keepalived.conf'), ...files);
    };
    const [here, elsewhere] = [start('a'), start('b')];
    for (const started of [here, elsewhere]) await started.find((line) => line.includes('Entering BACKUP STATE'));
    const { keepalived, vrrpSockets } = await a.call('conflicts');
    expect(keepalived).toContain(here.pid);
    expect(keepalived).not.toContain(elsewhere.pid);
    expect(vrrpSockets).toBeGreaterThan(1);
    for (const started of [here, elsewhere]) {
      process.kill(started.pid, 'SIGTERM');
      await started.exited();
    }
  });
});

test('a flood keeps neither the alarms from ringing nor the other sockets from being heard', () => {
  const reactor = createReactor();
  const heard = [0, 0];
  for (const i of [0, 1]) {
    const bell = createDoorbell();
    if (!bell.ok) throw new Error(bell.error.code);
    ring(bell.value); // and nobody answers: it is readable for ever
    const unwatch = reactor.watch(bell.value, (budget) => {
      heard[i]! += budget;
      return budget;
    });
    onTestFinished(() => {
      unwatch();
      closeSync(bell.value);
    });
  }
  const start = linuxClock.now();
  reactor.alarms.at(after(start, milliseconds(20)), () => reactor.stop());
  reactor.run();
  expect(elapsed(start, linuxClock.now())).toBeLessThan(2000);
  expect(heard[0]).toBeGreaterThan(256);
  expect(Math.abs(heard[0]! - heard[1]!)).toBeLessThanOrEqual(256);
});

test('the kernel knows who is at the other end of a unix socket', async () => {
  const path = `\0hatop-test-${process.pid}`;
  const accepted = new Promise<Socket>((done) => {
    const server = createServer((socket) => {
      server.close();
      done(socket);
    }).listen(path);
  });
  const client = connect(path);
  const socket = await accepted;
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  expect(peerCredentials(fd)).toEqual({
    ok: true,
    value: { pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() },
  });
  expect(peerCredentials(99_999)).toMatchObject({ ok: false, error: { code: 'EBADF' } });
  client.destroy();
  socket.destroy();
});
