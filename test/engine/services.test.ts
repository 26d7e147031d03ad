import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { serviceName } from '../../src/ipvs/types.ts';
import { lab, settle, startPair } from './support.ts';

const s1 = lab.nodes.s1.address;
const s2 = lab.nodes.s2.address;

describe('services of a whole engine in the simulator', () => {
  const kernel = (pair: Awaited<ReturnType<typeof startPair>>) => {
    const dump = pair.a.table.dump();
    if (!dump.ok) throw new Error('no table');
    return Object.fromEntries(dump.value[0]?.destinations.map((d) => [d.address, d.weight]) ?? []);
  };

  test('the table holds what the file says', async () => {
    const pair = await startPair({ services: true });
    expect(kernel(pair)).toEqual({ [s1]: 3, [s2]: 1 });
  });

  test('a server that fails its check leaves and comes back when it passes', async () => {
    const pair = await startPair({ services: true });
    pair.a.prober.setServer(s1, 80, { kind: 'up', status: 503, body: '' });
    pair.world.run(seconds(8));
    expect(kernel(pair)).toEqual({ [s2]: 1 });
    const down = pair.a.engine.snapshot().services[0]?.realServers[0];
    expect(down).toMatchObject({ health: 'down', reason: expect.stringContaining('503') });
    pair.a.prober.setServer(s1, 80, { kind: 'up', status: 200, body: 'ok' });
    pair.world.run(seconds(8));
    expect(kernel(pair)).toEqual({ [s1]: 3, [s2]: 1 });
  });

  test('drain takes the weight and keeps the connections; health does not undo it; enable does', async () => {
    const pair = await startPair({ services: true });
    const link = pair.a.link();
    const result = await settle(pair.world, link.operate({ verb: 'drain', target: s1 }));
    expect(result.result).toBe('OK');
    expect(kernel(pair)).toEqual({ [s1]: 0, [s2]: 1 });
    pair.world.run(seconds(20));
    expect(kernel(pair)).toEqual({ [s1]: 0, [s2]: 1 });
    expect(pair.a.engine.snapshot().services[0]?.realServers[0]?.drain?.why).toBe('nothing is left');
    await settle(pair.world, link.operate({ verb: 'enable', target: s1 }));
    expect(kernel(pair)).toEqual({ [s1]: 3, [s2]: 1 });
  });

  test('the last server cannot be drained away', async () => {
    const pair = await startPair({ services: true });
    const link = pair.a.link();
    await settle(pair.world, link.operate({ verb: 'drain', target: s1 }));
    const attempt = settle(pair.world, link.operate({ verb: 'drain', target: s2 }));
    await expect(attempt).rejects.toMatchObject({ exitCode: 18, message: expect.stringContaining('last server') });
    expect(kernel(pair)).toEqual({ [s1]: 0, [s2]: 1 });
  });

  test.each([
    ['5', 5],
    ['50%', 2],
    ['+10', 13],
    ['-1', 2],
    ['=', 3],
  ])('weight %s', async (value, expected) => {
    const pair = await startPair({ services: true });
    await settle(pair.world, pair.a.link().operate({ verb: 'weight', target: s1, value }));
    expect(kernel(pair)).toEqual({ [s1]: expected, [s2]: 1 });
  });

  test('what is not understood changes nothing', async () => {
    const pair = await startPair({ services: true });
    const link = pair.a.link();
    const wrong = [
      link.plan({ verb: 'weight', target: s1, value: 'much' }),
      link.plan({ verb: 'weight', target: s1, value: '70000' }),
      link.plan({ verb: 'drain', target: '10.9.9.9' }),
      link.plan({ verb: 'drain', target: '10.77' }),
      link.plan({ verb: 'drain', target: s1, service: '1.2.3.4:80/tcp' }),
      link.plan({ verb: 'failover', target: 'VI_2' }),
    ];
    for (const attempt of wrong) await expect(attempt).rejects.toMatchObject({ exitCode: 2 });
    expect(kernel(pair)).toEqual({ [s1]: 3, [s2]: 1 });
  });

  test('a weight that somebody else set is put right within two seconds, a foreign service is left alone', async () => {
    const pair = await startPair({ services: true });
    const service = { address: lab.vip, port: 80, protocol: 'tcp' as const };
    const foreign = { address: lab.vip, port: 443, protocol: 'tcp' as const, scheduler: 'rr' };
    pair.a.table.apply([
      { kind: 'edit-destination', service, destination: { address: s1, port: 80, weight: 9, method: 'DR' } },
      { kind: 'add-service', service: foreign },
    ]);
    pair.world.run(seconds(2));
    expect(kernel(pair)).toEqual({ [s1]: 3, [s2]: 1 });
    const dump = pair.a.table.dump();
    expect(dump.ok && dump.value.map(serviceName)).toEqual([`${lab.vip}:80/tcp`, `${lab.vip}:443/tcp`]);
  });
});
