/** After an aimed push: what brings mastership home, what the plans say of it, and a pin that could not be stored. */
import { expect, test } from 'vitest';
import type { SimDirector } from '../../src/lab/sim-cluster.ts';
import { type Cluster, pass, startCluster } from './linked-cluster.ts';
import { settle } from './support.ts';

const TO_N3 = { verb: 'failover', target: 'VI_1', to: 'n3' } as const;
const first = ({ engine }: SimDirector) => engine.snapshot().instances[0];

async function pushedToN3(links: Parameters<typeof startCluster>[0]): Promise<Cluster> {
  const cluster = await startCluster(links);
  const plan = await settle(cluster.world, cluster.n.n1.link().plan(TO_N3));
  expect(plan.checks).toContainEqual({
    level: 'WARN',
    text: 'n3 is pinned at 254 for 30m; then n2 (priority 100) preempts it',
    remedy:
      'before that, on n3: hatop failover VI_1 --to 10.0.0.1 (a peer there); or hatop unpin VI_1, then here hatop failback VI_1',
  });
  expect((await settle(cluster.world, cluster.n.n1.link().operate(TO_N3))).result).toBe('OK');
  await pass(cluster, 2000);
  expect(cluster.masters()).toEqual(['n3']);
  return cluster;
}

test('failback at the origin is refused while the pin holds, and says what to do', async () => {
  const { world, n } = await pushedToN3({});
  const refused = settle(world, n.n1.link().operate({ verb: 'failback', target: 'VI_1' }));
  await expect(refused).rejects.toMatchObject({
    exitCode: 18,
    message: expect.stringContaining(
      'it would not yield (on the master itself: hatop failover VI_1 --to 10.0.0.1; or, where it is pinned, hatop unpin VI_1, then failback here)',
    ),
  });
});

test.each(['n1', '10.0.0.1'])('an aimed push back (--to %s) brings it home', async (to) => {
  const cluster = await pushedToN3({ links: { n1: ['n3', 'n2'], n3: ['n1'] } });
  const result = await settle(cluster.world, cluster.n.n3.link().operate({ ...TO_N3, to }));
  expect(result).toMatchObject({ result: 'OK', successors: { VI_1: '10.0.0.1' } });
  await pass(cluster, 10_000);
  expect(cluster.masters()).toEqual(['n1']);
});

test('without a link back: unpin there, then failback here', async () => {
  const cluster = await pushedToN3({});
  const { world, n } = cluster;
  await settle(world, n.n3.link().operate({ verb: 'unpin', target: 'VI_1' }));
  await pass(cluster, 1500);
  const result = await settle(world, n.n1.link().operate({ verb: 'failback', target: 'VI_1' }));
  expect(result.result).toBe('OK');
  await pass(cluster, 10_000);
  expect(cluster.masters()).toEqual(['n1']);
  expect(first(n.n1)?.admin).toBe('active');
});

test('a pin that could not be stored has no end, and says so', async () => {
  const cluster = await startCluster();
  const { world, n } = cluster;
  n.n3.files.breakWith('ENOSPC');
  await settle(world, n.n1.link().operate(TO_N3));
  await pass(cluster, 1000);
  expect(first(n.n3)).toMatchObject({ state: 'master', admin: 'pinned', leaseEndsAt: null });
  expect(n.n3.engine.snapshot().operations).toMatchObject([
    {
      result: 'OK_WITH_WARNINGS',
      step: expect.stringMatching(
        /^it is master, pinned until hatop unpin VI_1, not for 30m, and not beyond a restart: .*ENOSPC/,
      ),
    },
  ]);
  n.n3.files.breakWith(undefined);
  await settle(world, n.n3.link().operate({ verb: 'unpin', target: 'VI_1' }));
  await pass(cluster, 1000);
  expect(first(n.n3)?.admin).toBe('active');
});

test('a pin that could not be stored is undone all the same where nobody heard of it', async () => {
  const cluster = await startCluster();
  const { world, n, masters } = cluster;
  world.lan('eth0').cut('n3', 'n1');
  n.n3.files.breakWith('ENOSPC');
  await settle(world, n.n1.link().operate(TO_N3));
  await pass(cluster, 3000);
  expect(masters()).toEqual(['n1']);
});
