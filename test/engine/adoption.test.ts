/** A process that is killed and comes back: in time it goes on, too late it stands in the queue. */
import { describe, expect, test } from 'vitest';
import { instant, milliseconds, seconds } from '../../src/base/time.ts';
import { keepMastership, withAdoptions } from '../../src/engine/mastership.ts';
import { adopting } from '../../src/engine/router/leftovers.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';
import { lab, type Pair, type PairOptions, settle, startPair } from './support.ts';

const instance = ({ engine }: SimDirector) => engine.snapshot().instances[0]!;

const SENT = {
  at: '',
  direction: 'sent' as const,
  source: '10.9.0.1',
  version: 2,
  priority: 254,
  adverIntervalMs: 1000,
  ttl: 255,
  addresses: [],
  verdict: 'valid',
  detail: '',
  gapMs: null,
};

/** Kills `a` and starts another engine on its machine after `awayMs`. */
async function comeBack(pair: Pair, awayMs: number, options: PairOptions = {}, change = (text: string) => text) {
  pair.a.node.kill();
  pair.world.run(milliseconds(awayMs));
  const configuration = change(guardedServiceConf(lab, 'a', { adverInterval: 1, ...options }));
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

  test('where one missed advert is enough, has that long', async () => {
    const again = await comeBack(await startPair(), 1500, {}, (text) =>
      text.replace('    advert_int', '    down_timer_adverts 1\n    advert_int'),
    );
    expect(instance(again).state).toBe('backup');
  });

  test('with another address in its configuration stands in the queue, and the old one goes', async () => {
    const again = await comeBack(await startPair(), 500, {}, (text) => text.replace(`${lab.vip}/`, '10.9.0.177/'));
    expect(instance(again).state).toBe('backup');
    expect(again.node.holds(lab.vip)).toBe(false);
  });

  test('is judged when it starts, and a sync group as one', async () => {
    const { a, world } = await startPair();
    a.node.kill();
    const host = a.node.start();
    const file = { files: a.files, name: 'mastership' };
    const [one] = withAdoptions(a.engine.plans(), file, world.clock.now());
    const grouped = { ...one!, config: { ...one!.config, syncGroup: 'G' } };
    const { adoptUntil: _, ...other } = { ...grouped, held: [] };
    expect(adopting([one!], host).size).toBe(1);
    expect(adopting([grouped], host).size).toBe(1);
    expect(adopting([grouped, other], host).size).toBe(0);
    world.run(seconds(3));
    expect(adopting([one!], host).size).toBe(0);
  });

  test('said so when its advert left, however late that is noted; and nothing after priority 0', async () => {
    const { a, world } = await startPair();
    const file = { files: createSimStateFiles(), name: 'kept' };
    const keeper = keepMastership(file, world.clock, world.alarms);
    const { interface: link, vrid } = instance(a);
    const advert = { ...SENT, interface: link, vrid };
    const kept = () => {
      world.run(seconds(1));
      const text = file.files.read('kept');
      return text.ok && JSON.parse(text.value ?? '').masters.map((one: { saidAt: number }) => one.saidAt);
    };
    keeper.changed([{ snapshot: instance(a), why: '', rivals: [], claimants: [] }]);
    keeper.sent(advert, instant(1234));
    expect(kept()).toEqual([1234]);
    keeper.sent({ ...advert, priority: 0 }, instant(2000));
    expect(kept()).toEqual([]);
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
