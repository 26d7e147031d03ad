/** Maintenance, pin, immediate and force-master with whole engines in the simulator. */
import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import type { OperationRequest, OperationResult } from '../../src/control/operations.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { lab, type Pair, settle, startPair } from './support.ts';

const instance = ({ engine }: SimDirector) => engine.snapshot().instances[0]!;
const ask = (
  { world }: Pair,
  on: SimDirector,
  verb: OperationRequest['verb'],
  more: Partial<OperationRequest> = {},
): Promise<OperationResult> =>
  settle(world, on.link().operate({ verb, target: 'VI_1', reason: 'kernel update', ...more }));

/** Each has heard the other: a backup that has never been master is silent, and so unknown. */
async function startAcquainted(): Promise<Pair> {
  const pair = await startPair();
  await ask(pair, pair.a, 'failover');
  pair.world.run(seconds(2));
  await ask(pair, pair.a, 'failback');
  pair.world.run(seconds(15));
  pair.client.forget();
  return pair;
}

describe('maintenance', () => {
  test('of a master hands over first, is out of the election, and survives a restart', async () => {
    const pair = await startAcquainted();
    const result = await ask(pair, pair.a, 'maintenance');
    expect(result).toMatchObject({ result: 'OK', text: expect.stringMatching(/this node is in maintenance/) });
    expect(pair.client.longestHole().length).toBeLessThan(5);
    pair.b.node.crash();
    pair.world.run(seconds(10));
    expect(instance(pair.a)).toMatchObject({ state: 'initialize', admin: 'maintenance' });
    expect(pair.a.node.holds(lab.vip)).toBe(false);
    expect(await pair.a.link().why('VI_1')).toMatch(
      /in maintenance.*maintenance by demo \(kernel update\), until it is activated/,
    );

    pair.a.node.crash();
    const configuration = guardedServiceConf(lab, 'a', { adverInterval: 1 });
    const spec = { name: 'a-again', address: lab.nodes.a.address, configuration, files: pair.a.files };
    const again = await addDirector(pair.world, spec, 'test');
    pair.world.run(seconds(10));
    expect(instance(again)).toMatchObject({ state: 'initialize', admin: 'maintenance' });
    await ask(pair, again, 'activate');
    pair.world.run(seconds(10));
    expect(instance(again)).toMatchObject({ state: 'master', admin: 'active' });
  });

  test('is refused without a reason, and where nobody else is known', async () => {
    const pair = await startPair({ only: 'a' });
    await expect(ask(pair, pair.a, 'maintenance')).rejects.toMatchObject({
      exitCode: 18,
      message: expect.stringMatching(/nobody would serve.*--force/),
    });
    await expect(ask(pair, pair.a, 'maintenance', { force: true, reason: undefined })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('--reason'),
    });
    expect(instance(pair.a)).toMatchObject({ state: 'master', admin: 'active' });
  });

  test('forced goes down although nobody comes', async () => {
    const pair = await startPair({ only: 'a' });
    const result = await ask(pair, pair.a, 'maintenance', { force: true });
    expect(result.result).toBe('OK_WITH_WARNINGS');
    expect(instance(pair.a)).toMatchObject({ state: 'initialize', admin: 'maintenance' });
    expect(pair.a.node.holds(lab.vip)).toBe(false);
  });

  test('with a lease ends by itself, and takes nothing back', async () => {
    const pair = await startAcquainted();
    await ask(pair, pair.a, 'maintenance', { leaseMs: 60_000 });
    pair.world.run(seconds(90));
    expect(instance(pair.a)).toMatchObject({ state: 'backup', admin: 'active' });
    expect(pair.masters()).toEqual(['b']);
  });
});

describe('pin', () => {
  test('on the master is priority 254 until it is unpinned', async () => {
    const pair = await startPair({ priorities: { a: 200, b: 100 } });
    await ask(pair, pair.a, 'pin');
    expect(instance(pair.a)).toMatchObject({
      state: 'master',
      admin: 'pinned',
      priority: { base: 200, effective: 254 },
    });
    await expect(ask(pair, pair.a, 'pin')).rejects.toMatchObject({ exitCode: 18 });
    await ask(pair, pair.a, 'unpin');
    expect(instance(pair.a)).toMatchObject({ state: 'master', admin: 'active', priority: { effective: 200 } });
  });

  test('on a backup takes over and keeps it from a higher one; unpin warns that it goes home', async () => {
    const pair = await startPair({ priorities: { a: 200, b: 100 } });
    await ask(pair, pair.b, 'pin');
    pair.world.run(seconds(30));
    expect(pair.masters()).toEqual(['b']);
    const plan = await settle(pair.world, pair.b.link().plan({ verb: 'unpin', target: 'VI_1' }));
    expect(plan.checks).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        text: expect.stringMatching(/priority 200\) takes it back within 3\.2 s/),
      }),
    );
    await ask(pair, pair.b, 'unpin');
    pair.world.run(seconds(10));
    expect(pair.masters()).toEqual(['a']);
  });
});

describe('--immediate', () => {
  test('gives up at once; the successor comes after its skew', async () => {
    const pair = await startPair();
    const result = await ask(pair, pair.a, 'failover', { immediate: true });
    expect(result.result).toBe('OK');
    expect(pair.holders()).toEqual(['b']);
    expect(pair.client.longestHole().length).toBeGreaterThan(500);
  });

  test('with nobody there comes back', async () => {
    const pair = await startPair({ only: 'a' });
    const result = await ask(pair, pair.a, 'failover', { immediate: true });
    expect(result).toMatchObject({ result: 'ROLLED_BACK', text: expect.stringMatching(/back here after 4\.50 s/) });
    expect(pair.a.node.holds(lab.vip)).toBe(true);
    expect(pair.client.longestHole().length).toBeGreaterThan(4000);
    expect(instance(pair.a)).toMatchObject({ state: 'master', admin: 'active' });
  });
});

describe('force-master', () => {
  test('takes what a living master would not yield, and warned of it', async () => {
    const pair = await startPair();
    const request: OperationRequest = { verb: 'force-master', target: 'VI_1', reason: 'a is cut off' };
    const plan = await settle(pair.world, pair.b.link().plan(request));
    expect(plan).toMatchObject({ tier: 3, blocked: false });
    expect(plan.checks.map(({ text }) => text).join()).toMatch(/priority 254 and will not yield: SPLIT BRAIN/);
    expect(plan.steps[0]).toMatch(/^send advert VRID \d+ priority 254/);
    const result = await ask(pair, pair.b, 'force-master');
    expect(result.result).toBe('OK');
    expect(instance(pair.b)).toMatchObject({ admin: 'pinned' });
  });

  test('needs a reason', async () => {
    const pair = await startPair();
    await expect(ask(pair, pair.b, 'force-master', { reason: undefined })).rejects.toMatchObject({ exitCode: 2 });
  });
});
