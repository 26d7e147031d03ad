import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { lab, settle, startPair } from './support.ts';

describe('a planned failover of whole engines in the simulator', () => {
  test('moves mastership by silent push and the client notices nothing', async () => {
    const { world, a, client, masters, holders } = await startPair();
    expect(masters()).toEqual(['a']);
    const result = await settle(world, a.link().operate({ verb: 'failover', target: 'VI_1' }));
    expect(result.result).toBe('OK');
    expect(result.measured.takeOverMs).toBeGreaterThan(550);
    expect(result.measured.takeOverMs).toBeLessThan(700);
    world.run(seconds(1));
    expect(masters()).toEqual(['b']);
    expect(holders()).toEqual(['b']);
    expect(client.longestHole().length).toBeLessThan(5);
    const instance = a.engine.snapshot().instances[0];
    expect(instance?.admin).toBe('standby');
    expect(instance?.leaseEndsAt).not.toBeNull();
  });

  test('with nobody there rolls back, and the client notices nothing', async () => {
    const { world, a, client, masters } = await startPair({ only: 'a' });
    const result = await settle(world, a.link().operate({ verb: 'failover', target: 'VI_1' }));
    expect(result.result).toBe('ROLLED_BACK');
    expect(masters()).toContain('a');
    expect(a.node.holds(lab.vip)).toBe(true);
    expect(client.longestHole().length).toBeLessThan(5);
    expect(a.engine.snapshot().instances[0]?.admin).toBe('active');
  });

  test('goes home by failback, at once and without a hole', async () => {
    const { world, a, client, masters, holders } = await startPair();
    await settle(world, a.link().operate({ verb: 'failover', target: 'VI_1' }));
    world.run(seconds(2));
    client.forget();
    const result = await settle(world, a.link().operate({ verb: 'failback', target: 'VI_1' }));
    expect(result.result).toBe('OK');
    world.run(seconds(1));
    expect(masters()).toEqual(['a']);
    expect(holders()).toEqual(['a']);
    expect(client.longestHole().length).toBeLessThan(5);
  });

  test('standby does not take it back by itself, but rescues', async () => {
    const { world, a, b, masters } = await startPair();
    await settle(world, a.link().operate({ verb: 'failover', target: 'VI_1' }));
    world.run(seconds(30));
    expect(masters()).toEqual(['b']);
    b.node.crash();
    world.run(seconds(6));
    expect(a.engine.snapshot().instances[0]).toMatchObject({ state: 'master', admin: 'standby' });
  });

  test('is refused while another holds the address, and says what to do', async () => {
    const { world, a } = await startPair();
    const other = world.addNode({
      name: 'x',
      interfaces: [{ name: 'eth0', address: lab.nodes.s1.address, prefix: 24 }],
    });
    other.operator.addAddress({ interface: 'eth0', address: lab.vip, prefix: 24 });
    const attempt = settle(world, a.link().operate({ verb: 'failover', target: 'VI_1' }));
    await expect(attempt).rejects.toMatchObject({ exitCode: 18, message: expect.stringContaining('also answers ARP') });
  });

  test('on a backup takes over, pinned', async () => {
    const { world, b, masters } = await startPair({ priorities: { a: 200, b: 100 } });
    const result = await settle(world, b.link().operate({ verb: 'failover', target: 'VI_1' }));
    expect(result.result).toBe('OK');
    world.run(seconds(10));
    expect(masters()).toEqual(['b']);
    expect(b.engine.snapshot().instances[0]?.admin).toBe('pinned');
  });
});
