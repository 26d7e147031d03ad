import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { createWorld } from '../../src/sim/world.ts';
import { gratuitousArp, whoHas } from '../../src/wire/arp.ts';
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

  test('asks for its neighbour once a second while nobody answers, and an announcement is no answer', () => {
    const world = createWorld({ seed: 9 });
    const n1 = addNode(world, 'n1', 1);
    const asked: number[] = [];
    n1.host.neighbours.watchArp('eth0', (arp) => asked.push(Math.floor(arp.at)));
    const address = ip('10.0.0.9');
    const client = world.addClient({ name: 'c', lan: 'eth0', address, vip: VIP, every: milliseconds(5) });
    world.run(milliseconds(2500));
    expect(asked).toEqual([0, 1000, 2000]);
    n1.host.neighbours.sendFrame('eth0', gratuitousArp(n1.host.links.find('eth0')!.mac!, VIP));
    world.run(milliseconds(1));
    expect(client.believes()).toBeUndefined();
    take(n1, false);
    world.run(milliseconds(600));
    expect(world.ownerOf(client.believes()!)).toBe('n1');
    expect(client.answered()).toBeGreaterThan(10);
  });

  test('is not misled by what is said about other addresses', () => {
    const { world, n2, client } = served();
    n2.host.neighbours.sendFrame('eth0', gratuitousArp(n2.host.links.find('eth0')!.mac!, ip('10.0.0.101')));
    world.run(seconds(1));
    expect(world.ownerOf(client.believes()!)).toBe('n1');
    expect(client.longestHole().length).toBeLessThan(6);
  });

  test('a stopped one asks no more and is gone from the LAN', () => {
    const { world, n1, client } = served();
    const heard: string[] = [];
    n1.host.neighbours.watchArp('eth0', (arp) => heard.push(`${arp.operation} ${arp.senderIp}`));
    const ask = (): void => {
      const { mac } = n1.host.links.find('eth0')!;
      n1.host.neighbours.sendFrame('eth0', whoHas(mac!, ip('10.0.0.9'), ip('10.0.0.1')));
      world.run(milliseconds(10));
    };
    ask();
    expect(heard).toEqual(['reply 10.0.0.9']);
    const sent = client.sent();
    client.stop();
    ask();
    world.run(seconds(1));
    expect(heard).toEqual(['reply 10.0.0.9']);
    expect(client.sent()).toBe(sent);
    expect(world.nextDeadline()).toBeUndefined();
  });
});
