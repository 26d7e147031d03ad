import { expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector } from '../../src/lab/sim-cluster.ts';
import { createWorld } from '../../src/sim/world.ts';
import { lab } from './support.ts';

test('vrrp_startup_delay: deaf until it is over, then backup with the whole master-down time', async () => {
  const world = createWorld({ seed: 1 });
  const configuration = guardedServiceConf(lab, 'a', { adverInterval: 1 }).replace(
    'global_defs {',
    'global_defs {\n    vrrp_startup_delay 10',
  );
  const { engine } = await addDirector(world, { name: 'a', address: lab.nodes.a.address, configuration }, 'test');
  const state = (): string | undefined => engine.snapshot().instances[0]?.state;
  world.run(seconds(9));
  expect(state()).toBe('initialize');
  world.run(seconds(2));
  expect(state()).toBe('backup');
  world.run(seconds(4));
  expect(state()).toBe('master');
});
