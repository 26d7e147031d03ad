/** A process that is killed and comes back: in time it goes on, too late it stands in the queue. */
import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { lab, type Pair, type PairOptions, settle, startPair } from './support.ts';

const instance = ({ engine }: SimDirector) => engine.snapshot().instances[0]!;

/** Kills `a` and starts another engine on its machine after `awayMs`. */
async function comeBack(pair: Pair, awayMs: number, options: PairOptions = {}): Promise<SimDirector> {
  pair.a.node.kill();
  pair.world.run(milliseconds(awayMs));
  const configuration = guardedServiceConf(lab, 'a', { adverInterval: 1, ...options });
  const { files, node } = pair.a;
  return addDirector(pair.world, { name: 'a', address: lab.nodes.a.address, configuration, files, node }, 'test');
}

describe('a master that was killed', () => {
  test('and is back in time goes on: the backup hears it again before its master-down time ends', async () => {
    const pair = await startPair();
    pair.world.run(milliseconds(700));
    const again = await comeBack(pair, 1500);
    expect(instance(again)).toMatchObject({ state: 'master', reason: 'restarted in time: mastership adopted' });
    pair.world.run(seconds(20));
    expect(instance(again).state).toBe('master');
    expect(instance(pair.b)).toMatchObject({ state: 'backup' });
    expect((await pair.b.link().events(100)).filter(({ text }) => text.includes('→ master'))).toEqual([]);
    expect(pair.client.longestHole().length).toBeLessThan(5);
  });

  test('and is back too late finds another master, and holds nothing', async () => {
    const pair = await startPair({ nopreempt: ['a'] });
    const again = await comeBack(pair, 6000, { nopreempt: ['a'] });
    expect(instance(again).state).toBe('backup');
    pair.world.run(seconds(20));
    expect(instance(again).state).toBe('backup');
    expect(pair.b.node.holds(lab.vip)).toBe(true);
    expect(again.node.holds(lab.vip)).toBe(false);
  });

  test('but whose address somebody has taken away meanwhile stands in the queue', async () => {
    const pair = await startPair();
    pair.a.node.kill();
    pair.a.node.operator.removeAddress({ interface: 'eth0', address: lab.vip, prefix: 24 });
    const again = await comeBack(pair, 500);
    expect(instance(again).state).toBe('backup');
  });
});

test('a graceful stop leaves nothing to adopt, nor does a failover', async () => {
  const pair = await startPair();
  await settle(pair.world, pair.a.link().operate({ verb: 'failover', target: 'VI_1' }));
  pair.world.run(seconds(1));
  const again = await comeBack(pair, 100);
  expect(instance(again)).toMatchObject({ state: 'backup', admin: 'standby' });
  await settle(pair.world, pair.b.engine.stop());
  const text = pair.b.files.read('mastership');
  expect(text.ok && JSON.parse(text.value ?? '').masters).toEqual([]);
});
