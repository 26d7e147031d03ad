import { expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { settle, startPair } from './support.ts';

const failover = { verb: 'failover', target: 'VI_1' } as const;

test('of two that come at the same moment one is done and one is refused', async () => {
  const { world, a } = await startPair();
  const both = Promise.allSettled([a.link().operate(failover), a.link().operate(failover)]);
  const results = await settle(world, both);
  expect(results.map((r) => (r.status === 'fulfilled' ? r.value.result : r.reason.exitCode)).sort()).toEqual([
    18,
    'OK',
  ]);
  expect(a.engine.snapshot().operations).toHaveLength(1);
});

test('the state that an operation led to is seen by whoever asks after its result', async () => {
  const { world, a, b } = await startPair({ priorities: { a: 200, b: 100 } });
  const taken = settle(
    world,
    b
      .link()
      .operate(failover)
      .then(() => b.engine.snapshot().instances[0]),
  );
  expect(await taken).toMatchObject({ state: 'master', admin: 'pinned' });
  expect(a.engine.snapshot().operations).toEqual([]);
});

test('so is a mode that was changed', async () => {
  const { world, b } = await startPair();
  const changed = b.link().operate({ verb: 'standby', target: 'VI_1' });
  expect(
    await settle(
      world,
      changed.then(() => b.engine.snapshot().instances[0]?.admin),
    ),
  ).toBe('standby');
});

test('while one is under way the next is refused, and a drain is not', async () => {
  const { world, a } = await startPair({ only: 'a', services: true });
  const first = a.link().operate(failover);
  world.run(seconds(1));
  await new Promise((resolve) => setImmediate(resolve));
  world.run(seconds(1));
  const second = a.link().operate(failover);
  const drain = a.link().operate({ verb: 'drain', target: '10.77.0.21' });
  const results = await settle(world, Promise.allSettled([second, drain]));
  expect(results).toMatchObject([
    { status: 'rejected', reason: { exitCode: 18, message: expect.stringContaining('is under way') } },
    { status: 'fulfilled', value: { result: 'OK' } },
  ]);
  expect((await settle(world, first)).result).toBe('ROLLED_BACK');
});

test('what an operator did is in the journal, with who and why', async () => {
  const { world, a } = await startPair();
  const link = a.engine.linkFor('ann from 192.0.2.7');
  await settle(world, link.operate({ ...failover, reason: 'kernel update' }));
  const texts = (await link.events(100)).map(({ text }) => text);
  expect(texts).toContainEqual(expect.stringMatching(/^failover OK: .*; by ann from 192\.0\.2\.7 \(kernel update\)$/));
});

test('an operation is kept with what was predicted, and when it has ended with what was measured', async () => {
  const { world, a } = await startPair();
  const result = await settle(world, a.link().operate(failover));
  const { predicted } = result;
  const { takeOverMs, gapMs } = result.measured;
  expect(a.engine.snapshot().operations).toMatchObject([
    { result: 'OK', endedAt: result.endedAt, predicted, measured: { takeOverMs, gapMs } },
  ]);
  expect(takeOverMs).toBeGreaterThan(0);
});

test('a sync group with one member is that instance, one with several says which to name', async () => {
  const { a } = await startPair();
  await expect(a.link().plan({ verb: 'failover', target: 'VG' })).rejects.toMatchObject({
    exitCode: 2,
    message: 'no instance VG; there are: VI_1',
  });
});
