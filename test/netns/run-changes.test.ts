/** `hatop run` and a machine that changes under it: what it repairs, what it yields to, what it leaves to others. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { startNetnsDemo } from '../../src/lab/demo-netns.ts';
import { batch } from '../../src/lab/namespaces.ts';
import { startProcess, wallNow } from '../../src/lab/process.ts';
import { HATOP } from '../interop/director.ts';
import { type Pair, pairOf } from '../interop/harness.ts';
import { poll } from '../poll.ts';

test('beside a living keepalived it refuses, and names it', async () => {
  const pair = await pairOf({ a: 'keepalived', b: 'hatop' });
  await pair.a.start();
  const folder = await mkdtemp(join(tmpdir(), 'hatop-beside-'));
  pair.lab.reaper.directory(folder);
  await writeFile(join(folder, 'conf'), guardedServiceConf(pair.lab, 'a'));
  const paths = ['-f', join(folder, 'conf'), '--socket', join(folder, 'sock'), '--state-dir', join(folder, 'state')];
  const refused = startProcess([...HATOP, 'run', ...paths], { namespace: pair.a.namespace });
  expect(await refused.ended).toBe(2);
  expect(refused.output()).toMatch(/keepalived runs in this network namespace \(pid [\d, ]+\).*stop it first/);
  await pair.settled('a');
});

async function alone(): Promise<Pair> {
  const pair = await pairOf({ a: 'hatop', b: 'hatop' });
  await pair.a.start();
  await pair.settled('a');
  return pair;
}

describe('a machine that changes under it', () => {
  test('an address that somebody takes away is put back, and told of', async () => {
    const pair = await alone();
    const { vip, prefix } = pair.lab;
    await batch(pair.a.namespace, [`address del ${vip}/${prefix} dev eth0`]);
    await poll(() => pair.holders(), { timeout: 15_000, interval: 20 }).toEqual(['a']);
    expect(pair.a.logSince(0).join('\n')).toMatch(new RegExp(`${vip}.*(removed|taken)|(removed|taken).*${vip}`));
  });

  test('link down is FAULT; link up again, it is master again', async () => {
    const pair = await alone();
    await batch(pair.a.namespace, ['link set eth0 down']);
    await poll(async () => (await pair.a.status()).instances[0]!.state, { timeout: 15_000 }).toBe('fault');
    expect(await pair.holders()).toEqual([]);
    await batch(pair.a.namespace, ['link set eth0 up']);
    await pair.settled('a');
  });

  test('killed and started again too late, it holds no address until it is elected', async () => {
    const pair = await alone();
    await pair.a.crash();
    expect(await pair.holders()).toEqual(['a']);
    // By then a backup would have taken over.
    await sleep(4000);
    const started = wallNow();
    await pair.a.start();
    expect(await pair.holders()).toEqual([]);
    await pair.settled('a');
    const first = pair.capture.adverts().find((advert) => advert.at > started)!;
    expect(first.at - started).toBeGreaterThan(3000);
  });

  test('killed and back in time beside keepalived, it goes on: no election, and its address never goes', async () => {
    const pair = await pairOf({ a: 'hatop', b: 'keepalived' }, { adverInterval: 2 });
    await pair.a.start();
    await pair.settled('a', 20_000);
    await pair.b.start();
    const from = wallNow();
    await pair.a.crash();
    await pair.a.start();
    const told = () => pair.a.logSince(from).join('\n');
    await poll(told, { timeout: 15_000 }).toMatch(/initialize → master: restarted in time: mastership adopted/);
    const adverts = () => pair.capture.adverts().filter(({ at }) => at > from);
    await poll(() => adverts().length, { timeout: 20_000 }).toBeGreaterThan(5);
    expect(new Set(adverts().map(({ source }) => source))).toEqual(new Set([pair.lab.nodes.a.address]));
    expect(pair.b.logSince(from).join('\n')).not.toMatch(/Entering MASTER/);
    expect(await pair.holders()).toEqual(['a']);
  });

  test('asleep for longer than the peer waits, it yields to a higher master at once and in silence', async () => {
    const pair = await pairOf({ a: 'hatop', b: 'hatop' }, { priorities: { a: 100, b: 254 }, nopreempt: ['b'] });
    await pair.a.start();
    await pair.settled('a');
    await pair.b.start();
    const thaw = pair.a.freeze();
    await sleep(5000);
    thaw();
    const awake = wallNow();
    await poll(() => pair.holders(), { timeout: 15_000, interval: 20 }).toEqual(['b']);
    await sleep(2500);
    const { address } = pair.lab.nodes.a;
    expect(pair.capture.adverts().filter((advert) => advert.source === address && advert.at > awake)).toEqual([]);
    expect(await pair.holders()).toEqual(['b']);
  });
});

test('health checks where the kernel has no ip_vs: a server fails and recovers, and it is said that nothing is balanced', async () => {
  const demo = await startNetnsDemo({ hatop: HATOP });
  onTestFinished(() => demo.stop());
  const status = async () => {
    const process = startProcess([...HATOP, 'status', '--json', '--socket', demo.directors[0]!.socket]);
    await process.ended;
    return JSON.parse(process.output());
  };
  const s1 = async () => (await status()).services[0].realServers[0];
  await poll(s1, { timeout: 10_000 }).toMatchObject({ health: 'up', weight: { configured: 3 } });
  await demo.setFailing('s1', true);
  await poll(s1, { timeout: 15_000 }).toMatchObject({ health: 'down', reason: expect.stringMatching(/503/) });
  await demo.setFailing('s1', false);
  await poll(s1, { timeout: 15_000 }).toMatchObject({ health: 'up', weight: { effective: 3 } });
  const { dataPlane, dataPlaneReason } = await status();
  // auto: IPVS first; whatever it is instead, the reason is said.
  if (dataPlane !== 'ipvs') expect(dataPlaneReason).toMatch(/ip_vs/);
});
