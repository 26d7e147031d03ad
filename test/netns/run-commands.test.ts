/** The command line against a living engine: exit codes and streams as scripts rest on them. */
import { chownSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabProcess } from '../../src/lab/process.ts';
import { HATOP } from '../interop/director.ts';
import { poll } from '../poll.ts';
import { CONF, type Machine, machine, REAL_SERVERS, SERVICE_CONF, SOON, VIP } from './run-support.ts';

const cleanUps: (() => Promise<void>)[] = [];
let here: Machine;
let engine: LabProcess;
beforeAll(async () => {
  here = await machine((cleanUp) => cleanUps.push(cleanUp));
  engine = await here.master({ conf: CONF + SERVICE_CONF });
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

const hatopLine = (...args: string[]): string => [...HATOP, ...args, '--socket', here.socket].join(' ');

describe('looking', () => {
  test('status, as a table and as JSON', async () => {
    const table = await here.hatop('status');
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/VI_1.*MASTER/i);
    expect(await here.status()).toMatchObject({
      schemaVersion: 1,
      engine: { pid: engine.pid, mode: 'linux' },
      instances: [{ name: 'VI_1', state: 'master', admin: 'active', vrid: 51, virtualAddresses: [{ present: true }] }],
      services: [{ address: VIP, port: 80, realServers: [{ admin: 'enabled' }, { admin: 'enabled' }] }],
    });
  });

  test.each(['status', 'status --json', 'events'])('%s into a reader that leaves at once', async (words) => {
    const script = `${hatopLine(...words.split(' '))} | true; echo "\${PIPESTATUS[0]}"`;
    expect(await here.exec('bash', '-c', script)).toEqual({ code: 0, stdout: '0\n', stderr: '' });
  });

  test('an answer that a full disk does not take is a failure', async () => {
    const ended = await here.exec('bash', '-c', `${hatopLine('status')} > /dev/full`);
    expect(ended).toEqual({ code: 1, stdout: '', stderr: 'hatop: cannot write the answer: ENOSPC\n' });
  });

  test('why, for an instance, a server, and nothing', async () => {
    expect((await here.hatop('why', 'VI_1')).stdout).toMatch(
      /^VI_1 is master for .*; yields to an advertisement above/,
    );
    expect((await here.hatop('why', REAL_SERVERS[0])).stdout).toContain(`${REAL_SERVERS[0]}:80 in ${VIP}:80/tcp is `);
    expect(await here.hatop('why', 'VI_9')).toMatchObject({
      code: 2,
      stderr: `hatop: no instance VI_9 (there are: VI_1); no real server VI_9; there are: ${REAL_SERVERS.map((s) => `${s}:80`).join(', ')}\n`,
    });
  });

  test('adverts on an interface that is not there', async () => {
    const ended = await here.exec(...HATOP, 'adverts', '-i', 'eth7');
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/^hatop: .*eth7.*ENODEV\n$/) });
  });

  test('without an engine is 3', async () => {
    const ended = await here.exec(...HATOP, 'status', '--socket', `${here.socket}.none`);
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toBe(`hatop: no engine at ${here.socket}.none (ENOENT); start one with: hatop run -f FILE\n`);
  });

  test('at a socket that is not ours to open is 4', async () => {
    chownSync(here.socket, 12345, 12345);
    const bound = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];
    const ended = await here.exec(...bound, ...HATOP, 'status', '--socket', here.socket);
    chownSync(here.socket, 0, 0);
    expect(ended).toMatchObject({
      code: 4,
      stderr: `hatop: no permission to open ${here.socket}; the engine serves root (try sudo)\n`,
    });
  });

  test('at an engine that is stopped is 3, in time', async () => {
    engine.signalAll('SIGSTOP');
    const began = performance.now();
    const ended = await here.hatop('status');
    engine.signalAll('SIGCONT');
    expect(performance.now() - began).toBeLessThan(7000);
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('does not answer') });
    // Nobody took over meanwhile: it goes on.
    await poll(async () => (await here.status()).instances[0]?.state, SOON).toBe('master');
  });
});

describe('acting', () => {
  test.each<[string, string[], number, string | RegExp]>([
    [
      'without --yes and a terminal',
      ['failover', 'VI_1'],
      2,
      'hatop: this is no terminal, so nobody can be asked: add --yes (or --dry-run to look)\n',
    ],
    ['on an unknown instance', ['failover', 'VI_9', '--yes'], 2, 'hatop: no instance VI_9; there are: VI_1\n'],
    ['on an unknown real server', ['drain', '10.9.9.9', '--yes'], 2, /^hatop: no real server 10\.9\.9\.9; there are: /],
    ['on an ambiguous one', ['drain', '10.9.0', '--yes'], 2, /^hatop: 10\.9\.0 is ambiguous: /],
    [
      'with a weight that is none',
      ['weight', REAL_SERVERS[0], 'much', '--yes'],
      2,
      /^hatop: weight "much" is not understood/,
    ],
    ['against pre-flight', ['failback', 'VI_1', '--yes'], 18, 'hatop: refused by pre-flight\n'],
    [
      'maintenance with nobody else',
      ['maintenance', 'VI_1', '--reason', 'r', '--yes'],
      18,
      'hatop: refused by pre-flight\n',
    ],
    [
      'force-master without a reason',
      ['force-master', 'VI_1', '--yes'],
      2,
      'hatop: force-master needs a reason: add --reason TEXT\n',
    ],
    ['read-only', ['failover', 'VI_1', '--yes'], 4, 'hatop: this connection is read-only\n'],
  ])('%s', async (name, args, code, words) => {
    const ended = name === 'read-only' ? await here.hatop('--read-only', ...args) : await here.hatop(...args);
    expect(ended).toMatchObject({ code, stderr: typeof words === 'string' ? words : expect.stringMatching(words) });
    expect((await here.status()).operations).toEqual([]);
  });

  test('--dry-run shows the plan and does nothing', async () => {
    const looked = await here.hatop('failover', 'VI_1', '--dry-run');
    expect(looked).toMatchObject({ code: 0, stderr: '' });
    expect(looked.stdout).toMatch(
      /UNKNOWN no other node has been heard.*\n(.*\n)* +1\. send advert VRID 51 priority 0 on eth0/,
    );
    expect((await here.status()).operations).toEqual([]);
  });

  test('a failover to nobody is rolled back, 22, and nothing was given away', async () => {
    const adverts = await here.watchAdverts();
    const held: boolean[] = [];
    const asked = here.hatop('failover', 'VI_1', '--yes', '--reason', 'a test');
    let done = false;
    asked.finally(() => {
      done = true;
    });
    while (!done) {
      held.push(here.holdsVip());
      await sleep(50);
    }
    const ended = await asked;
    expect(ended.code).toBe(22);
    expect(ended.stdout).toMatch(
      /^ROLLED_BACK: nobody took VI_1 within 4\.5\d s: this node went on serving and is master still$/m,
    );
    expect(held.length).toBeGreaterThan(20);
    expect(held).not.toContain(false);
    expect(adverts()).toContain(0);
    expect((await here.status()).instances[0]).toMatchObject({ state: 'master', admin: 'active', leaseEndsAt: null });
    await poll(() => adverts().at(-1), SOON).toBe(254);
    const texts = (await here.journal()).map(({ text }) => text);
    expect(texts.at(-1)).toMatch(/^failover ROLLED_BACK: .*; by .*\(a test\)$/);
  }, 30_000);

  test('drain one, not the last; enable it again; what was done is in the journal', async () => {
    const [one, two] = REAL_SERVERS;
    expect((await here.hatop('drain', one, '--yes')).code).toBe(0);
    expect((await here.hatop('drain', one, '--yes')).code).toBe(18);
    const last = await here.hatop('drain', two, '--yes');
    expect(last).toMatchObject({ code: 18, stdout: expect.stringContaining(`${two}:80 is the last server`) });
    const { services } = await here.status();
    expect(services[0]?.realServers.map(({ admin }) => admin)).toEqual(['drain', 'enabled']);
    expect((await here.hatop('enable', one, '--yes')).code).toBe(0);
    const texts = (await here.journal()).map(({ text }) => text);
    expect(texts.filter((text) => / OK: .*; by /.test(text))).toHaveLength(2);
  });

  test('an operation goes on when nobody reads its words', async () => {
    const script = `${hatopLine('weight', REAL_SERVERS[0], '7', '--yes')} | true; echo "\${PIPESTATUS[0]}"`;
    expect((await here.exec('bash', '-c', script)).stdout).toBe('0\n');
    expect((await here.status()).services[0]?.realServers[0]?.weight.effective).toBe(7);
  });
});

test('a client that asks for everything and never reads is dropped, and disturbs nobody', async () => {
  const frame = (id: number): string => {
    const call = JSON.stringify({ jsonrpc: '2.0', id, method: 'snapshot' });
    return `Content-Length: ${call.length}\r\n\r\n${call}`;
  };
  const lazy: Socket = connect(here.socket);
  lazy.on('error', () => {});
  lazy.pause();
  let asked = 0;
  while (!lazy.destroyed && asked < 20_000) {
    lazy.write(Array.from({ length: 100 }, () => frame(++asked)).join(''));
    await sleep(2);
  }
  await poll(() => lazy.destroyed, { timeout: 15_000 }).toBe(true);
  expect(asked).toBeGreaterThanOrEqual(1000);
  const began = performance.now();
  expect((await here.status()).instances[0]?.state).toBe('master');
  expect(performance.now() - began).toBeLessThan(3000);
  const memory = await here.exec('grep', 'VmRSS', `/proc/${engine.pid}/status`);
  expect(Number(/(\d+) kB/.exec(memory.stdout)?.[1])).toBeLessThan(200_000);
});
