/** Every end of `hatop run`: what is on the wire, what is on the interface, the exit code, and how long it takes. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { HATOP } from '../interop/director.ts';
import { poll } from '../poll.ts';
import { CONF, type Machine, machine, REAL_SERVERS, SERVICE_CONF, SOON, timed } from './run-support.ts';

const FAULTS = { NODE_OPTIONS: `--import=${new URL('faults.mjs', import.meta.url).href}` };
/** Where nothing hangs. */
const AT_ONCE_MS = 1500;
const gone = (here: Machine) => expect(here.holdsVip(), 'the VIP is off').toBe(false);

describe.concurrent('a graceful end', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    '%s, also when it comes again and again',
    async (signal, { onTestFinished }) => {
      const here = await machine(onTestFinished);
      const adverts = await here.watchAdverts();
      const engine = await here.master();
      expect(here.holdsVip()).toBe(true);
      const end = timed(engine);
      for (let i = 0; i < 3; i++) {
        process.kill(engine.pid, signal);
        await sleep(3);
      }
      const { code, ms } = await end;
      expect(code, engine.output()).toBe(0);
      expect(ms).toBeLessThan(AT_ONCE_MS);
      gone(here);
      expect(existsSync(here.socket)).toBe(false);
      await poll(adverts, SOON).toContain(0);
      // Priority 0 once, after it nothing.
      await sleep(1200);
      expect(adverts().slice(adverts().indexOf(0))).toEqual([0]);
      expect(engine.output()).toContain('info: stopped');
    },
  );

  test('before it has started', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    for (const wait of [60, 120, 180, 240, 300, 360]) {
      const engine = here.run();
      await sleep(wait);
      process.kill(engine.pid, 'SIGTERM');
      const { code, ms } = await timed(engine);
      // Before it has installed its handlers, the signal ends it.
      expect([0, 'SIGTERM'], engine.output()).toContain(code);
      expect(ms).toBeLessThan(AT_ONCE_MS);
      gone(here);
    }
  });
});

test.concurrent('SIGHUP ends nothing, and reloads', async ({ onTestFinished }) => {
  const here = await machine(onTestFinished);
  const engine = await here.master();
  process.kill(engine.pid, 'SIGHUP');
  await engine.waitFor(/reloaded .*nothing: the file says what is running/);
  expect((await here.status()).instances[0]?.state).toBe('master');
});

/** Until a writer that does not wait is refused. */
function fill(pipe: number): void {
  for (const size of [4096, 1]) {
    try {
      while (writeSync(pipe, 'x'.repeat(size)) === size);
    } catch {
      // EAGAIN: nothing more goes in.
    }
  }
}

describe.concurrent('a log that', () => {
  test('nobody reads any more ends nothing', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    writeFileSync(join(here.folder, 'keepalived.conf'), CONF);
    const command = [...HATOP, 'run', '-f', 'keepalived.conf', '--socket', here.socket, '--state-dir', here.stateDir];
    const shell = spawn('ip', ['netns', 'exec', here.namespace, ...command], { cwd: here.folder });
    const exited = new Promise((resolve) => shell.once('exit', resolve));
    await new Promise((resolve) => shell.stderr.once('data', resolve));
    shell.stderr.destroy();
    shell.stdout.destroy();
    for (let i = 0; i < 5; i++) {
      shell.kill('SIGHUP');
      await sleep(20);
    }
    await poll(() => here.holdsVip(), { timeout: 10_000 }).toBe(true);
    shell.kill('SIGTERM');
    expect(await exited).toBe(0);
    gone(here);
  });

  test('stands still loses lines, says so when it is read on, and keeps nobody from working', async ({
    onTestFinished,
  }) => {
    const here = await machine(onTestFinished);
    writeFileSync(join(here.folder, 'keepalived.conf'), CONF);
    const fifo = join(here.folder, 'log');
    execFileSync('mkfifo', [fifo]);
    const log = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(log));
    const command = [...HATOP, 'run', '-f', 'keepalived.conf', '--socket', here.socket, '--state-dir', here.stateDir];
    const engine = spawn('ip', ['netns', 'exec', here.namespace, ...command], {
      cwd: here.folder,
      stdio: ['ignore', 'ignore', log],
    });
    const exited = new Promise((resolve) => engine.once('exit', resolve));
    await poll(() => here.holdsVip(), { timeout: 10_000 }).toBe(true);
    // The pipe holds 64 KiB, which nobody reads: it is full from here on, and each reload would be a line more.
    fill(log);
    for (let i = 0; i < 5; i++) {
      engine.kill('SIGHUP');
      await sleep(300);
    }
    expect((await here.status()).instances[0]?.state).toBe('master');
    const text = Buffer.alloc(1 << 20);
    const before = readSync(log, text);
    engine.kill('SIGTERM');
    expect(await exited).toBe(0);
    gone(here);
    expect(before).toBeGreaterThan(60_000);
    const rest = text.toString('utf8', before, before + readSync(log, text, { offset: before }));
    expect(rest).toMatch(/\(\d+ lines of this log were lost: nobody read it\)/);
    expect(rest).toContain('info: stopped');
  });
});

describe.concurrent('a fault of our own', () => {
  test('in the main thread: a graceful end, the stack, exit 1', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const adverts = await here.watchAdverts();
    const engine = await here.master({ environment: FAULTS });
    const end = timed(engine);
    process.kill(engine.pid, 'SIGUSR2');
    const { code, ms } = await end;
    expect(code, engine.output()).toBe(1);
    expect(ms).toBeLessThan(AT_ONCE_MS);
    expect(engine.output()).toMatch(
      /error: a fault of hatop itself, which ends it: Error: injected into the main thread\n +at /,
    );
    await poll(adverts, SOON).toContain(0);
    gone(here);
  });

  test('in the thread of the virtual routers: the addresses go, exit 1', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const fault = join(here.folder, 'fault');
    const engine = await here.master({ environment: { ...FAULTS, HATOP_TEST_FAULT: fault } });
    writeFileSync(fault, 'throw');
    const { code, ms } = await timed(engine);
    expect(code, engine.output()).toBe(1);
    // The next poll is at the next advertisement at the latest.
    expect(ms).toBeLessThan(1000 + AT_ONCE_MS);
    expect(engine.output()).toMatch(/the virtual routers failed: Error: injected into the worker/);
    gone(here);
    expect(existsSync(here.socket)).toBe(false);
  });

  test('that hangs that thread: the addresses go within seven seconds, exit 1', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const fault = join(here.folder, 'fault');
    const engine = await here.master({ environment: { ...FAULTS, HATOP_TEST_FAULT: fault } });
    writeFileSync(fault, 'hang');
    const { code, ms } = await timed(engine);
    expect(code, engine.output()).toBe(1);
    expect(ms).toBeLessThan(7000 + AT_ONCE_MS);
    expect(engine.output()).toContain('no word from the thread for 5 s: it hangs');
    gone(here);
  });

  test('that hangs it, and SIGTERM: three seconds, exit 1', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const fault = join(here.folder, 'fault');
    const engine = await here.master({ environment: { ...FAULTS, HATOP_TEST_FAULT: fault } });
    writeFileSync(fault, 'hang');
    await sleep(1100);
    process.kill(engine.pid, 'SIGTERM');
    const { code, ms } = await timed(engine);
    expect(code, engine.output()).toBe(1);
    expect(ms).toBeLessThan(3000 + AT_ONCE_MS);
    expect(engine.output()).toContain('did not stop within 2.5 s');
    gone(here);
  });
});

test.concurrent('SIGKILL and a new start: left-overs go first, what the operator decided stays', async ({
  onTestFinished,
}) => {
  const here = await machine(onTestFinished);
  const conf = CONF + SERVICE_CONF;
  const first = await here.master({ conf });
  const drained = await here.hatop('drain', REAL_SERVERS[0], '--yes', '--reason', 'new disk');
  expect(drained).toMatchObject({ code: 0, stderr: '' });
  // Nobody comes, so the mode has to be made by hand: standby on a master is a push.
  expect((await here.hatop('standby', 'VI_1', '--yes', '--lease', '1h')).code).toBe(22);
  await first.crash();
  expect(here.holdsVip()).toBe(true);
  expect(existsSync(here.socket)).toBe(true);
  // Back at once it would go on as master: see run-changes.test.ts.
  await sleep(4000);
  const second = here.run({ conf });
  await second.waitFor(/control socket/);
  gone(here);
  const texts = (await here.journal()).map(({ text }) => text);
  const born = texts.findLastIndex((text) => text.startsWith('hatop '));
  expect(texts.slice(born, born + 4).filter((text) => !text.startsWith('data plane'))).toEqual([
    expect.stringContaining('starts with'),
    'removed 10.9.0.100 from eth0: left over from an earlier run',
    expect.stringContaining('initialize → backup'),
  ]);
  // While it is no master, standby is at once.
  expect((await here.hatop('standby', 'VI_1', '--yes', '--lease', '1h')).code).toBe(0);
  await second.crash();
  const third = here.run({ conf });
  await third.waitFor(/control socket/);
  const { instances, services } = await here.status();
  expect(instances[0]).toMatchObject({ admin: 'standby', priority: { effective: 1 }, leaseEndsAt: expect.any(String) });
  expect(services[0]?.realServers.map(({ address, admin }) => `${address} ${admin}`)).toEqual([
    `${REAL_SERVERS[0]} drain`,
    `${REAL_SERVERS[1]} enabled`,
  ]);
});
