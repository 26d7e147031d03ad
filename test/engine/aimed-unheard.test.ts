/** An aimed push whose successor hears this node, while this node does not hear it: nobody may stay master beside us. */
import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { SIM_LAN, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { pass, startCluster, VIP } from './linked-cluster.ts';
import { settle } from './support.ts';

const TO_N3 = { verb: 'failover', target: 'VI_1', to: 'n3' } as const;
const first = ({ engine }: SimDirector) => engine.snapshot().instances[0];

describe('of a successor that is not heard', () => {
  test.each([{}, { immediate: true }])('%o: one master is left, and the result says what was', async (how) => {
    const cluster = await startCluster();
    const { world, n, masters } = cluster;
    world.lan(SIM_LAN).cut('n3', 'n1');
    const result = await settle(world, n.n1.link().operate({ ...TO_N3, ...how }));
    await pass(cluster, 5000);
    expect(masters()).toEqual(['n1']);
    expect(result).toMatchObject({ result: 'INCOMPLETE', text: expect.stringContaining('n3 took VI_1 over') });
    expect(first(n.n3)).toMatchObject({ state: 'backup', admin: 'active', priority: { effective: 50 } });
    expect(first(n.n3)?.leaseEndsAt).toBeNull();
    expect(n.n3.files.read('intents.json')).toMatchObject({ ok: true, value: expect.not.stringContaining('pinned') });
    const told = (await n.n3.link().events(50)).map(({ text }) => text);
    expect(told).toContainEqual(expect.stringContaining('VI_1 is given back'));
  });

  test('of a sync group no member stays master there', async () => {
    const cluster = await startCluster({ group: true });
    const { world, n, masters } = cluster;
    world.lan(SIM_LAN).cut('n3', 'n1');
    const result = await settle(world, n.n1.link().operate({ ...TO_N3, target: 'G' }));
    await pass(cluster, 5000);
    expect(result).toMatchObject({ result: 'INCOMPLETE', text: expect.stringContaining('n3 took VI_1 and VI_2 over') });
    expect([masters('VI_1'), masters('VI_2')]).toEqual([['n1'], ['n1']]);
  });

  test('one that was in standby with the higher priority is in standby again', async () => {
    const cluster = await startCluster({ links: { n2: ['n1'] } });
    const { world, n, masters } = cluster;
    await settle(world, n.n1.link().operate({ verb: 'failover', target: 'VI_1', leaseMs: 3_600_000 }));
    await pass(cluster, 2000);
    expect(masters()).toEqual(['n2']);
    const { leaseEndsAt } = first(n.n1) ?? {};
    world.lan(SIM_LAN).cut('n1', 'n2');
    const result = await settle(world, n.n2.link().operate({ ...TO_N3, to: 'n1' }));
    await pass(cluster, 5000);
    expect(result.result).toBe('INCOMPLETE');
    expect(masters()).toEqual(['n2']);
    expect(first(n.n1)).toMatchObject({ state: 'backup', admin: 'standby', leaseEndsAt });
  });

  test('one that outranks this node gives way all the same, by standby', async () => {
    const cluster = await startCluster({ lines: 'nopreempt', links: { n2: ['n1'] } });
    const { world, n, masters } = cluster;
    await settle(world, n.n1.link().operate({ verb: 'failover', target: 'VI_1' }));
    await settle(world, n.n1.link().operate({ verb: 'activate', target: 'VI_1' }));
    await pass(cluster, 2000);
    expect(masters()).toEqual(['n2']);
    world.lan(SIM_LAN).cut('n1', 'n2');
    const result = await settle(world, n.n2.link().operate({ ...TO_N3, to: 'n1' }));
    await pass(cluster, 5000);
    expect(result.result).toBe('INCOMPLETE');
    expect(masters()).toEqual(['n2']);
    expect(first(n.n1)).toMatchObject({ state: 'backup', admin: 'standby' });
    expect(first(n.n1)?.leaseEndsAt).not.toBeNull();
  });

  test('whatever the operator over there decided meanwhile stays', async () => {
    const cluster = await startCluster();
    const { world, n } = cluster;
    world.lan(SIM_LAN).cut('n3', 'n1');
    const pushed = n.n1.link().operate(TO_N3);
    await pass(cluster, 3000);
    expect(first(n.n3)).toMatchObject({ state: 'master', admin: 'pinned' });
    await settle(world, n.n3.link().operate({ verb: 'unpin', target: 'VI_1' }));
    await settle(world, n.n3.link().operate({ verb: 'pin', target: 'VI_1', reason: 'mine' }));
    await settle(world, pushed);
    await pass(cluster, 2000);
    expect(first(n.n3)?.admin).toBe('pinned');
  });
});

test('a release that meets the take-over on its way undoes the pin that comes of it', async () => {
  const cluster = await startCluster();
  const { world, n } = cluster;
  const there = n.n3.engine.linkFor('root');
  const instances = [{ name: 'VI_1', vrid: 51, family: 4 as const }];
  const { id } = await settle(world, there.boost({ from: 'n1', instances, withinMs: 8000, leaseMs: 60_000 }));
  n.n1.node.crash();
  // At once: its engine has not had the time to store the pin.
  expect(world.runUntil(() => n.n3.node.holds(VIP), seconds(8))).toBe(true);
  await settle(world, there.release(id));
  await pass(cluster, 300);
  expect(first(n.n3)).toMatchObject({ admin: 'active' });
  expect(n.n3.files.read('intents.json')).toMatchObject({ ok: true, value: expect.not.stringContaining('pinned') });
});

test('two virtual routers that are one over there are refused, in words', async () => {
  const { world, n } = await startCluster();
  const asked = settle(
    world,
    n.n3.engine.linkFor('root').boost({
      from: 'n1',
      instances: ['VI_1', 'VI_9'].map((name) => ({ name, vrid: 51, family: 4 as const })),
      withinMs: 5000,
      leaseMs: 60_000,
    }),
  );
  await expect(asked).rejects.toMatchObject({
    exitCode: 18,
    message: expect.stringContaining('VI_1 and VI_9 are one virtual router here, VI_1 (VRID 51)'),
  });
  expect(n.n3.engine.snapshot().operations).toEqual([]);
  world.run(seconds(1));
  expect(first(n.n3)?.priority.effective).toBe(50);
});
