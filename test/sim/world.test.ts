import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { createWorld } from '../../src/sim/world.ts';
import { addNode, advertise, release, take, traceOf, VIP } from './talkers.ts';

/** A minute in which everything happens that draws lots. */
function unrulyMinute(seed: number): string {
  const world = createWorld({ seed });
  const lines = traceOf(world);
  const [n1, n2] = [addNode(world, 'n1', 1), addNode(world, 'n2', 2)];
  const lan = world.lan('eth0');
  lan.setLoss(0.3);
  lan.setDelay(milliseconds(1), milliseconds(20));
  advertise(n1, milliseconds(100));
  advertise(n2, milliseconds(70));
  const address = ip('10.0.0.9');
  const client = world.addClient({ name: 'c', lan: 'eth0', address, vip: VIP, every: milliseconds(50) });
  take(n1);
  world.run(seconds(20));
  n1.kill();
  world.run(milliseconds(1000 * world.random()));
  take(n2);
  world.run(seconds(20));
  release(n2);
  world.run(seconds(20));
  return [...lines, `${client.sent()} ${client.answered()} ${client.longestHole().length}`].join('\n');
}

describe('determinism', () => {
  test('the same seed gives the same trace, another seed another one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: 0, max: 0xffff_ffff }), (seed, other) => {
        fc.pre(seed !== other);
        const trace = unrulyMinute(seed);
        expect(unrulyMinute(seed)).toBe(trace);
        expect(unrulyMinute(other)).not.toBe(trace);
      }),
      { numRuns: 4, seed: 1 },
    );
  });

  test('driving by steps, by deadlines or in one go comes to the same', () => {
    const trace = (drive: (world: ReturnType<typeof createWorld>) => void): string => {
      const world = createWorld({ seed: 7 });
      const lines = traceOf(world);
      world.lan('eth0').setLoss(0.5);
      advertise(addNode(world, 'n1', 1), milliseconds(100));
      addNode(world, 'n2', 2);
      drive(world);
      return lines.join('\n');
    };
    const inOneGo = trace((world) => world.run(seconds(5)));
    const bySteps = trace((world) => {
      while ((world.nextDeadline() ?? Number.POSITIVE_INFINITY) <= 5000) world.step();
    });
    const byDeadlines = trace((world) => {
      for (let next = world.nextDeadline(); next !== undefined && next <= 5000; next = world.nextDeadline()) {
        world.advanceTo(next);
      }
    });
    expect(inOneGo.split('\n').length).toBeGreaterThan(50);
    expect(bySteps).toBe(inOneGo);
    expect(byDeadlines).toBe(inOneGo);
  });
});

describe('a trace', () => {
  test('tells what was on the wire, what was lost, and what became of addresses, links and programs', () => {
    const world = createWorld({ seed: 1 });
    const [n1] = [addNode(world, 'n1', 1), addNode(world, 'n2', 2)];
    const lines = traceOf(world);
    advertise(n1, seconds(1));
    world.run(milliseconds(500));
    world.lan('eth0').cut('n1', 'n2');
    take(n1);
    world.run(milliseconds(500));
    n1.operator.removeAddress({ interface: 'eth0', address: VIP, prefix: 24 });
    n1.operator.setLink('eth0', false);
    n1.kill();
    const vrrp = '10.0.0.1 > 224.0.0.18: VRRPv2 advertisement vrid 51 prio 100 auth none intvl 1s addrs 10.0.0.100';
    const arp = 'ARP announce 10.0.0.100 is-at 02:00:00:00:00:01';
    expect(lines).toEqual([
      `   0.000000 n1     eth0     ${vrrp}`,
      '   0.500000 n1     eth0     + 10.0.0.100/24 secondary',
      `   0.500000 n1     eth0     ${arp}`,
      `   0.500000 n1     > n2     lost (cut): ${arp}`,
      `   1.000000 n1     eth0     ${vrrp}`,
      `   1.000000 n1     > n2     lost (cut): ${vrrp}`,
      '   1.000000 n1     eth0     - 10.0.0.100/24 secondary',
      '   1.000000 n1     eth0     link down',
      '   1.000000 n1     eth0     - fe80::ff:fe00:1/64',
      '   1.000000 n1     killed',
    ]);
  });

  test('ends when nobody wants it any more', () => {
    const world = createWorld({ seed: 1 });
    const n1 = addNode(world, 'n1', 1);
    let told = 0;
    const cancel = world.observe(() => told++);
    take(n1);
    expect(told).toBe(2);
    cancel();
    release(n1);
    expect(told).toBe(2);
  });
});
