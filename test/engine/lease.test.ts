import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { lab, settle, startPair } from './support.ts';

const MINUTE = 60_000;
const stored = ({ files }: SimDirector): Record<string, unknown> => {
  const text = files.read('intents.json');
  return text.ok && text.value !== undefined ? JSON.parse(text.value).instances : {};
};
const instanceOf = ({ engine }: SimDirector) => engine.snapshot().instances[0];
const journalOf = async (director: SimDirector): Promise<string[]> =>
  (await director.link().events(2000)).map(({ text }) => text);

describe('the lease of standby', () => {
  const handedOver = async () => {
    const pair = await startPair();
    await settle(pair.world, pair.a.link().operate({ verb: 'failover', target: 'VI_1', leaseMs: MINUTE }));
    return pair;
  };

  test('ends after its time: active, and nothing is taken back although it would preempt', async () => {
    const { world, a, masters } = await handedOver();
    world.run(seconds(55));
    expect(instanceOf(a)).toMatchObject({ state: 'backup', admin: 'standby', preempt: true });
    world.run(seconds(7));
    expect(instanceOf(a)).toMatchObject({ state: 'backup', admin: 'active', leaseEndsAt: null });
    expect(instanceOf(a)?.priority.effective).toBe(254);
    expect(await journalOf(a)).toContain(
      'the lease of standby has ended: active again, and takes nothing back by itself (hatop failback)',
    );
    world.run(seconds(60));
    expect(masters()).toEqual(['b']);
  });

  test('what is held then is held after a restart too, until a failback', async () => {
    const { world, a, b } = await handedOver();
    world.run(seconds(62));
    expect(stored(a)).toMatchObject({ VI_1: { admin: 'active', leaseEndsAt: null } });
    a.node.crash();
    const configuration = guardedServiceConf(lab, 'a', { adverInterval: 1 });
    const again = await addDirector(
      world,
      { name: 'a-again', address: lab.nodes.a.address, configuration, files: a.files },
      'test',
    );
    world.run(seconds(30));
    expect(instanceOf(again)).toMatchObject({ state: 'backup', admin: 'active' });
    expect(instanceOf(b)?.state).toBe('master');
    const result = await settle(world, again.link().operate({ verb: 'failback', target: 'VI_1' }));
    expect(result.result).toBe('OK');
    expect(instanceOf(again)?.state).toBe('master');
    expect(stored(again)).toEqual({});
  });

  test('a held one rescues, and is as configured from then on', async () => {
    const { world, a, b } = await handedOver();
    world.run(seconds(62));
    b.node.crash();
    world.run(seconds(6));
    expect(instanceOf(a)).toMatchObject({ state: 'master', admin: 'active' });
    expect(stored(a)).toEqual({});
  });

  test('of a rescuer that is master ends without a hold', async () => {
    const { world, a, b } = await handedOver();
    b.node.crash();
    world.run(seconds(62));
    expect(instanceOf(a)).toMatchObject({ state: 'master', admin: 'active' });
    expect(await journalOf(a)).toContain('the lease of standby has ended: active again');
    expect(stored(a)).toEqual({});
  });

  test('on a full disk goes on, says so once, and ends when there is room', async () => {
    const { world, a } = await handedOver();
    a.files.breakWith('ENOSPC');
    world.run(seconds(70));
    expect(instanceOf(a)?.admin).toBe('standby');
    const complaints = (await journalOf(a)).filter((text) => text.startsWith('a lease that has ended goes on for now'));
    expect(complaints).toHaveLength(1);
    a.files.breakWith(undefined);
    world.run(seconds(2));
    expect(instanceOf(a)?.admin).toBe('active');
  });
});

test('the lease of pinned ends, and the higher one preempts', async () => {
  const { world, b, masters } = await startPair({ priorities: { a: 200, b: 100 } });
  await settle(world, b.link().operate({ verb: 'failover', target: 'VI_1', leaseMs: MINUTE }));
  world.run(seconds(50));
  expect(masters()).toEqual(['b']);
  expect(instanceOf(b)?.admin).toBe('pinned');
  world.run(seconds(20));
  expect(masters()).toEqual(['a']);
  expect(instanceOf(b)?.admin).toBe('active');
  expect(stored(b)).toEqual({});
});
