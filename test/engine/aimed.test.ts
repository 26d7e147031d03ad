/** An aimed push between three whole engines in the simulator, linked in this process. */
import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../src/base/time.ts';
import type { SimDirector } from '../../src/lab/sim-cluster.ts';
import { type Options, startCluster } from './linked-cluster.ts';
import { settle } from './support.ts';

const TO_N3 = { verb: 'failover', target: 'VI_1', to: 'n3' } as const;
const first = ({ engine }: SimDirector) => engine.snapshot().instances[0];

describe('an aimed push', () => {
  test.each(['', 'nopreempt'])(
    'goes to the lower one of two backups (%s), and the client notices nothing',
    async (lines) => {
      const { world, n, client, masters } = await startCluster({ lines });
      expect(masters()).toEqual(['n1']);
      const result = await settle(world, n.n1.link().operate(TO_N3));
      expect(result).toMatchObject({ result: 'OK', successors: { VI_1: '10.0.0.3' }, predicted: { takeOverMs: 8 } });
      expect(result.measured.takeOverMs).toBeGreaterThan(7);
      expect(result.measured.takeOverMs).toBeLessThan(12);
      world.run(seconds(20));
      expect(masters()).toEqual(['n3']);
      expect(client.longestHole().length).toBeLessThan(5);
      expect(first(n.n1)).toMatchObject({ admin: 'standby', priority: { effective: 1 } });
      expect(first(n.n3)).toMatchObject({ admin: 'pinned', priority: { effective: 254 } });
      expect(first(n.n3)?.leaseEndsAt).not.toBeNull();
      expect(n.n3.engine.snapshot().operations).toMatchObject([
        { verb: 'failover', target: 'VI_1', by: 'root from n1', result: 'OK' },
      ]);
    },
  );

  test('by address is the same, and shows what both sides will do', async () => {
    const { world, n } = await startCluster();
    const plan = await settle(world, n.n1.link().plan({ ...TO_N3, to: '10.0.0.3', leaseMs: 600_000 }));
    expect(plan).toMatchObject({
      blocked: false,
      predicted: { takeOverMs: 8, gapMs: 5 },
      title: 'Fail over VI_1 to 10.0.0.3 by silent push',
    });
    expect(plan.command).toBe('hatop failover VI_1 --to 10.0.0.3 --lease 10m --yes');
    expect(plan.steps).toEqual([
      'on n3, by its link: take part with priority 254 until we resign, and wait',
      'send advert VRID 51 priority 0 on eth0',
      'then silence; keep 10.0.0.100/24 and go on serving',
      'on n3: send advert VRID 51 priority 254 on eth0, add 10.0.0.100/24 to eth0, gratuitous ARP; pinned there for 10m',
      "at the successor's first advert: remove 10.0.0.100/24 from eth0, enter standby for 10m",
      'nobody within 4.5 s: resume adverts of priority 150, result ROLLED_BACK',
    ]);
    expect(plan.checks).toContainEqual({
      level: 'PASS',
      text: 'n3 (10.0.0.3) is linked: backup and healthy, priority 50, hears 10.0.0.1',
      remedy: null,
    });
    expect(plan.checks.map(({ level, text }) => `${level} ${text}`)).toEqual(
      expect.arrayContaining([
        'PASS n3 has the same virtual addresses',
        'PASS the clock of n3 agrees within 2 s',
        'PASS n3 runs the same hatop test',
        'WARN n3 is pinned at 254 for 10m; then n2 (priority 100) preempts it',
      ]),
    );
  });

  test('takes the chosen one out of standby', async () => {
    const { world, n, masters } = await startCluster();
    await settle(world, n.n3.link().operate({ verb: 'standby', target: 'VI_1' }));
    const result = await settle(world, n.n1.link().operate(TO_N3));
    expect(result.result).toBe('OK');
    expect(masters()).toEqual(['n3']);
    expect(first(n.n3)?.admin).toBe('pinned');
  });

  test('moves a sync group as one', async () => {
    const { world, n, masters } = await startCluster({ group: true });
    expect([masters('VI_1'), masters('VI_2')]).toEqual([['n1'], ['n1']]);
    const result = await settle(world, n.n1.link().operate({ ...TO_N3, target: 'G' }));
    expect(result).toMatchObject({ result: 'OK', successors: { VI_1: '10.0.0.3', VI_2: '10.0.0.3' } });
    world.run(seconds(10));
    expect([masters('VI_1'), masters('VI_2')]).toEqual([['n3'], ['n3']]);
  });

  test('that is refused over there at the last moment has changed nothing anywhere', async () => {
    const { world, n, client, masters } = await startCluster();
    // Between plan and act somebody else is at work over there.
    const maintenance = { verb: 'maintenance', target: 'VI_1', reason: 'r' } as const;
    await settle(world, n.n3.link().operate(maintenance));
    const attempt = settle(world, n.n1.link().operate(TO_N3));
    await expect(attempt).rejects.toMatchObject({
      exitCode: 18,
      message: expect.stringContaining('n3 is initialize: it cannot take over'),
    });
    world.run(seconds(10));
    expect(masters()).toEqual(['n1']);
    expect(client.longestHole().length).toBeLessThan(5);
  });

  test('of which the master is lost before it resigns leaves the chosen one as it was', async () => {
    const { world, n } = await startCluster();
    const answer = await settle(
      world,
      n.n3.engine.linkFor('root').boost({
        from: 'n1',
        instances: [{ name: 'VI_1', vrid: 51, family: 4 }],
        withinMs: 5000,
        leaseMs: 60_000,
      }),
    );
    expect(answer.instances).toEqual([{ name: 'VI_1', address: '10.0.0.3', hears: '10.0.0.1' }]);
    expect(first(n.n3)?.priority.effective).toBe(254);
    await settle(world, n.n3.link().snapshot());
    const again = settle(world, n.n3.link().operate({ verb: 'standby', target: 'VI_1' }));
    await expect(again).rejects.toMatchObject({ exitCode: 18, message: expect.stringContaining('failover of VI_1') });
    for (let i = 0; i < 60; i++) await settle(world, Promise.resolve(void world.run(milliseconds(100))));
    expect(first(n.n3)).toMatchObject({ state: 'backup', admin: 'active', priority: { effective: 50 } });
    expect(n.n3.engine.snapshot().operations).toMatchObject([{ result: 'ROLLED_BACK' }]);
  });
});

test('what another hatop calls itself, and its reason, are text and bounded before they are remembered', async () => {
  const { world, n } = await startCluster();
  const asked = n.n3.engine.linkFor('root').boost({
    from: `n1\x1b[2J\n${'x'.repeat(300)}`,
    instances: [{ name: 'VI_1', vrid: 51, family: 4 }],
    withinMs: 5000,
    leaseMs: 60_000,
    reason: `why\x9b\u202e${'y'.repeat(900)}`,
  });
  await settle(world, asked);
  const step = n.n3.engine.snapshot().operations[0]?.step;
  expect(step).toBe(`ready to take over from n1·[2J·${'x'.repeat(64 - 7)}`);
  for (let i = 0; i < 60; i++) await settle(world, Promise.resolve(void world.run(milliseconds(100))));
  const texts = (await settle(world, n.n3.link().events(20))).map(({ text }) => text);
  expect(texts).toContainEqual(expect.stringContaining(`(why··${'y'.repeat(500 - 5)})`));
  expect(texts.join('')).toMatch(/^\P{C}*$/u);
});

describe('without a link', () => {
  test('the highest backup can be aimed at, once it has been heard, with a warning', async () => {
    const { world, n, masters } = await startCluster({ links: {} });
    await settle(world, n.n1.link().operate({ verb: 'failover', target: 'VI_1' }));
    await settle(world, n.n1.link().operate({ verb: 'failback', target: 'VI_1' }));
    world.run(seconds(20));
    const request = { verb: 'failover', target: 'VI_1', to: '10.0.0.2' } as const;
    const plan = await settle(world, n.n1.link().plan(request));
    expect(plan.checks.map(({ level, text }) => `${level} ${text}`)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^WARN 10\.0\.0\.2 is the highest backup that was heard and answers ARP/),
        'UNKNOWN the addresses, real servers, tracked scripts, clock and version of 10.0.0.2 are unknown (it is no peer in hatop.conf)',
      ]),
    );
    const result = await settle(world, n.n1.link().operate(request));
    expect(result).toMatchObject({ result: 'OK', successors: { VI_1: '10.0.0.2' } });
    world.run(seconds(1));
    expect(masters()).toEqual(['n2']);
  });

  test.each<[string, string, Options, string]>([
    [
      'one that was never heard',
      '10.0.0.3',
      { links: {} },
      '10.0.0.3 cannot be aimed at: no link to it, and it has never been heard',
    ],
    ['itself', '10.0.0.1', {}, '10.0.0.1 is this node'],
    ['nobody of that name', 'n4', {}, 'n4 cannot be aimed at: no link to it, and it has never been heard'],
  ])('%s is refused', async (_, to, options, words) => {
    const { world, n, masters } = await startCluster(options);
    const attempt = settle(world, n.n1.link().operate({ ...TO_N3, to }));
    await expect(attempt).rejects.toMatchObject({ exitCode: 18, message: expect.stringContaining(words) });
    expect(masters()).toEqual(['n1']);
  });

  test('with the link cut the chosen one is refused, with the reason', async () => {
    const { world, n, cut } = await startCluster();
    cut('n3');
    const attempt = settle(world, n.n1.link().operate(TO_N3));
    await expect(attempt).rejects.toMatchObject({
      exitCode: 18,
      message: expect.stringMatching(
        /^refused: 10\.0\.0\.3 cannot be aimed at: no link to n3: (Connection closed|no route)/,
      ),
    });
  });
});

test('a push that is not aimed says what the link knows of the backup that will come', async () => {
  const { world, n } = await startCluster();
  const plan = await settle(world, n.n1.link().plan({ verb: 'failover', target: 'VI_1' }));
  expect(plan.title).toBe('Fail over VI_1 to 10.0.0.2 by silent push');
  expect(plan.checks.map(({ level, text }) => `${level} ${text}`)).toEqual(
    expect.arrayContaining([
      'PASS n2 (10.0.0.2) is linked: backup and healthy, priority 100, hears 10.0.0.1',
      'PASS n2 has the same virtual addresses',
    ]),
  );
});
