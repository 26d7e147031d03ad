/**
 * A load balancer pair on a kernel without ip_vs: everything that a client and an operator may expect of it, on real packets
 * through nftables. One world; each test leaves it as it found it: a is master, both servers serve.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { vipHolders } from '../../src/lab/namespaces.ts';
import { poll } from '../poll.ts';
import {
  type Answer,
  type BalancedPair,
  balancedPair,
  failed,
  HASHED,
  PATIENTLY,
  shares,
  TURNS,
} from './balanced-pair.ts';

let pair: BalancedPair;
beforeAll(async () => {
  pair = await balancedPair('nftables');
}, 120_000);
afterAll(() => pair?.remove());

/**
 * No new connection is turned away. A request whose connection stands at the very instant of the change is reset where
 * servers take turns, for the directors share no table; where the client's address is hashed they need none.
 */
function expectUnnoticed(
  what: string,
  { turns, hashed }: { readonly turns: Answer[]; readonly hashed: Answer[] },
): void {
  for (const [kind, answers] of Object.entries({ turns, hashed })) {
    const slowest = Math.max(...answers.map(({ ms }) => ms)).toFixed(0);
    console.log(
      `    ${what}, ${kind}: ${answers.length} requests, ${failed(answers).length} reset, slowest ${slowest} ms`,
    );
  }
  expect(failed(hashed)).toEqual([]);
  expect(failed(turns).map(({ error }) => error)).toEqual(failed(turns).map(() => 'ECONNRESET'));
  expect(failed(turns).length).toBeLessThanOrEqual(1);
  for (const answers of [turns, hashed]) expect(answers.length).toBeGreaterThan(3);
}

test('status, why and the journal name the data plane and who chose it', async () => {
  expect(await pair.a.status()).toMatchObject({ dataPlane: 'nftables', dataPlaneReason: 'asked for by --data-plane' });
  const words = 'data plane is nftables: asked for by --data-plane';
  expect((await pair.a.hatop('why', 'data-plane')).stdout).toContain(words);
  expect((await pair.a.hatop('events')).stdout).toContain('data plane nftables: asked for by --data-plane');
});

test('new connections are shared by weight, exactly', async () => {
  expect(shares(await pair.requests(40))).toEqual({ s1: 30, s2: 10 });
});

test('a server that is stopped leaves the table, and is back when it passes its check again', async () => {
  await pair.stopServer('s2');
  await poll(() => pair.weights(pair.a), PATIENTLY).toEqual([3, null]);
  await poll(() => pair.rules(pair.a), PATIENTLY).not.toContain(pair.lab.nodes.s2.address);
  expect(shares(await pair.requests(8))).toEqual({ s1: 8 });
  await pair.startServer('s2');
  for (const on of [pair.a, pair.b]) await poll(() => pair.weights(on), PATIENTLY).toEqual([3, 1]);
  expect(shares(await pair.requests(8))).toEqual({ s1: 6, s2: 2 });
});

test('a drained server keeps the connections that are open and gets no new one', async () => {
  const kept = await pair.keepOpen(8);
  expect((await pair.a.hatop('drain', pair.lab.nodes.s1.address, '--yes')).status).toBe(0);
  await poll(() => pair.weights(pair.a), PATIENTLY).toEqual([0, 1]);
  const before = kept.answered();
  expect(shares(await pair.requests(12))).toEqual({ s2: 12 });
  await poll(() => kept.answered(), PATIENTLY).toBeGreaterThan(before + 80);
  const { services } = await pair.a.status();
  expect(services[0]?.realServers[0]?.connections?.active).toBe(6);
  expect(services[0]?.realServers[0]?.drain?.why).toMatch(/6/);
  const answers = await kept.finish();
  expect(failed(answers)).toEqual([]);
  const whoAnswered = new Map(answers.map(({ connection, by }) => [connection, by]));
  expect(answers.filter(({ connection, by }) => whoAnswered.get(connection) !== by)).toEqual([]);
  expect([...whoAnswered.values()].sort()).toEqual(['s1', 's1', 's1', 's1', 's1', 's1', 's2', 's2']);
  expect((await pair.a.hatop('enable', pair.lab.nodes.s1.address, '--yes')).status).toBe(0);
  await poll(() => pair.weights(pair.a), PATIENTLY).toEqual([3, 1]);
});

test('a planned failover and the way home: clients do not notice', async () => {
  const there = await pair.loopDuring(async () => {
    expect((await pair.a.hatop('failover', 'VI_1', '--yes')).status).toBe(0);
    await pair.master('b');
  });
  expectUnnoticed('failover', there);
  const home = await pair.loopDuring(async () => {
    expect((await pair.a.hatop('failback', 'VI_1', '--yes')).status).toBe(0);
    await pair.master('a');
  });
  expectUnnoticed('failback', home);
});

test('connections that are open at a failover go on where the client is hashed, and are reset where servers take turns', async () => {
  const hashed = await pair.keepOpen(8, HASHED);
  const turns = await pair.keepOpen(8, TURNS);
  expect((await pair.a.hatop('failover', 'VI_1', '--yes')).status).toBe(0);
  await pair.master('b');
  const before = hashed.answered();
  await poll(() => hashed.answered(), PATIENTLY).toBeGreaterThan(before + 40);
  expect(failed(await hashed.finish())).toEqual([]);
  expect(shares(failed(await turns.finish()))).toEqual({ ECONNRESET: 8 });
  expect((await pair.a.hatop('failback', 'VI_1', '--yes')).status).toBe(0);
  await pair.master('a');
});

test('the master is stopped and started again: clients wait for the election at most', async () => {
  const stopped = await pair.loopDuring(async () => {
    await pair.a.stop();
    await pair.master('b');
  });
  expectUnnoticed('stop', stopped);
  // Nothing of ours is left where we were stopped.
  expect(await pair.rules(pair.a)).toBe('');
  const started = await pair.loopDuring(async () => {
    await pair.a.start();
    await pair.master('a');
  });
  expectUnnoticed('start', started);
});

test('the master dies: clients wait for the election, and none fails', async () => {
  const answers = await pair.loopDuring(async () => {
    await pair.a.crash();
    await pair.cut('a', true);
    await poll(async () => (await vipHolders(pair.lab)).includes('b'), PATIENTLY).toBe(true);
  });
  expectUnnoticed('death', answers);
  await pair.cut('a', false);
  await pair.a.start();
  await pair.master('a');
});
