import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { createWorld } from '../../src/sim/world.ts';
import { addNode, release, take, VIP } from './talkers.ts';

function served() {
  const world = createWorld({ seed: 9 });
  const [n1, n2] = [addNode(world, 'n1', 1), addNode(world, 'n2', 2)];
  take(n1);
  const address = ip('10.0.0.9');
  const client = world.addClient({ name: 'c', lan: 'eth0', address, vip: VIP, every: milliseconds(5) });
  // Between two probes, so that nothing is under way when a test begins to disturb.
  world.run(milliseconds(1002));
  client.forget();
  return { world, n1, n2, client, by: () => world.ownerOf(client.servedBy()!) };
}

describe('a client', () => {
  test('at rest sees holes of the length of its own pace', () => {
    const { world, client, by } = served();
    world.run(seconds(10));
    expect(client.longestHole().length).toBeCloseTo(5, 6);
    expect(by()).toBe('n1');
  });

  test('measures a takeover from the last answer to the next one', () => {
    const { world, n1, n2, client, by } = served();
    world.run(seconds(1));
    const from = world.clock.now();
    release(n1);
    world.run(milliseconds(613));
    take(n2);
    world.run(seconds(2));
    const hole = client.longestHole();
    expect(by()).toBe('n2');
    expect(hole.from).toBeGreaterThan(from - 6);
    expect(hole.from).toBeLessThanOrEqual(from + 0.1);
    expect(hole.length).toBeGreaterThan(612);
    expect(hole.length).toBeLessThan(613 + 11);
  });

  test('a hole shows while it lasts', () => {
    const { world, n1, client } = served();
    release(n1);
    world.run(seconds(3));
    expect(client.longestHole().length).toBeGreaterThan(2990);
    client.forget();
    expect(client.longestHole().length).toBe(0);
  });

  test('without a gratuitous ARP it goes on asking the old machine until it gives its neighbour up', () => {
    const { world, n1, n2, client, by } = served();
    release(n1);
    take(n2, false);
    world.run(seconds(7));
    expect(world.ownerOf(client.believes()!)).toBe('n1');
    world.run(seconds(3));
    expect(by()).toBe('n2');
    expect(client.longestHole().length).toBeGreaterThan(7900);
    expect(client.longestHole().length).toBeLessThan(9100);
  });

  test('a planned handover that announces before the old one lets go costs nothing', () => {
    const { world, n1, n2, client, by } = served();
    take(n2);
    release(n1);
    world.run(seconds(1));
    expect(by()).toBe('n2');
    expect(client.longestHole().length).toBeLessThanOrEqual(10.2);
  });

  test('is cut off like anybody else, in either direction', () => {
    const { world, client } = served();
    const lan = world.lan('eth0');
    const before = client.answered();
    lan.cut('n1', 'c');
    world.run(seconds(1));
    lan.heal();
    lan.cut('c', 'n1');
    world.run(seconds(1));
    expect(client.answered()).toBe(before);
    expect(client.longestHole().length).toBeGreaterThan(1990);
  });

  test('a stopped one asks no more', () => {
    const { world, client } = served();
    const sent = client.sent();
    client.stop();
    world.run(seconds(1));
    expect(client.sent()).toBe(sent);
    expect(world.nextDeadline()).toBeUndefined();
  });
});
