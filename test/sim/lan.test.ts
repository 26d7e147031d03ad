import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { createWorld } from '../../src/sim/world.ts';
import { whoHas } from '../../src/wire/arp.ts';
import { multicastMac } from '../../src/wire/ethernet.ts';
import { addNode, advertise, GROUP, listen } from './talkers.ts';

/** n1 and n2 send every 100 ms; what each of n1, n2, n3 heard, by sender's last byte. */
function threeNodes() {
  const world = createWorld({ seed: 3 });
  const nodes = [1, 2, 3].map((last) => addNode(world, `n${last}`, last));
  const ears = nodes.map((node) => listen(node.host));
  advertise(nodes[0]!, milliseconds(100));
  advertise(nodes[1]!, milliseconds(100));
  const heard = (): string[] => {
    return ears.map((ear) => {
      const senders = ear.splice(0).map((datagram) => datagram.source.split('.').at(-1));
      return [...new Set(senders)].toSorted().join('') || '-';
    });
  };
  // Between two rounds, so that nothing is under way when a test begins to disturb.
  world.run(milliseconds(50));
  heard();
  return { world, lan: world.lan('eth0'), nodes, ears, heard };
}

describe('a LAN', () => {
  test('carries from each to all others, within its delay', () => {
    const { world, lan, ears, heard } = threeNodes();
    world.run(seconds(1));
    expect(heard()).toEqual(['2', '1', '12']);
    lan.setDelay(milliseconds(30));
    world.run(milliseconds(120));
    heard();
    world.run(milliseconds(200));
    const lateness = ears[2]!.map((datagram) => Math.round(datagram.at % 100));
    expect(new Set(lateness)).toEqual(new Set([30]));
  });

  test('jitter delays but never swaps what one sends to another', () => {
    const world = createWorld({ seed: 3 });
    const [n1, n2] = [addNode(world, 'n1', 1), addNode(world, 'n2', 2)];
    world.lan('eth0').setDelay(milliseconds(0), milliseconds(500));
    const heard = listen(n2.host);
    const opened = n1.host.sockets.open({ interface: 'eth0', family: 4, group: GROUP }, () => undefined);
    assert(opened.ok);
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    for (const i of numbers) {
      opened.value.send(Uint8Array.of(i), ip('10.0.0.1'));
      world.run(milliseconds(100));
    }
    world.run(seconds(1));
    expect(heard.map((datagram) => datagram.payload[0])).toEqual(numbers);
    expect(new Set(heard.map((datagram) => Math.round(datagram.at % 100))).size).toBeGreaterThan(10);
  });

  test('what is under way to a link that goes down, or loses its carrier, is lost', () => {
    const { world, lan, nodes, heard } = threeNodes();
    lan.setDelay(milliseconds(30));
    world.run(milliseconds(60));
    nodes[1]!.operator.setLink('eth0', false);
    nodes[2]!.operator.setCarrier('eth0', false);
    world.run(milliseconds(40));
    expect(heard()).toEqual(['2', '-', '-']);
  });

  test('what is for one station is not heard by the others', () => {
    const { world, nodes } = threeNodes();
    const heard: string[] = [];
    const [asking, , third] = nodes;
    third!.host.neighbours.watchArp('eth0', (arp) => heard.push(arp.operation));
    asking!.host.neighbours.sendFrame('eth0', whoHas(asking!.host.links.find('eth0')!.mac!, ip('10.0.0.2')));
    world.run(milliseconds(1));
    expect(heard).toEqual(['request']);
  });

  test('a cut is one-way', () => {
    const { world, lan, heard } = threeNodes();
    lan.cut('n1', 'n2');
    world.run(seconds(1));
    expect(heard()).toEqual(['2', '-', '12']);
    lan.heal();
    world.run(seconds(1));
    expect(heard()).toEqual(['2', '1', '12']);
  });

  test('a partition cuts both ways between its groups and nowhere else', () => {
    const { world, lan, heard } = threeNodes();
    lan.partition(['n1'], ['n2']);
    world.run(seconds(1));
    expect(heard()).toEqual(['-', '-', '12']);
    lan.partition(['n1'], ['n3']);
    world.run(seconds(1));
    expect(heard()).toEqual(['-', '-', '2']);
  });

  test('an isolated node hears nobody and is heard by nobody', () => {
    const { world, lan, heard } = threeNodes();
    lan.isolate('n2');
    world.run(seconds(1));
    expect(heard()).toEqual(['-', '-', '1']);
  });

  test('loses the share it is told to lose, in the direction it is told', () => {
    const { world, lan, ears } = threeNodes();
    lan.setLoss(0.25, { from: 'n1', to: 'n3' });
    world.run(seconds(200));
    const from = (source: string): number => ears[2]!.filter((datagram) => datagram.source === source).length / 2000;
    expect(from('10.0.0.2')).toBe(1);
    expect(from('10.0.0.1')).toBeGreaterThan(0.7);
    expect(from('10.0.0.1')).toBeLessThan(0.8);
    expect(ears[1]!.length).toBe(2000);
  });

  test('the last word on a loss wins', () => {
    const { world, lan, heard } = threeNodes();
    lan.setLoss(1, { from: 'n1' });
    lan.setLoss(0, { from: 'n1', to: 'n3' });
    world.run(seconds(1));
    expect(heard()).toEqual(['2', '-', '12']);
    lan.setLoss(1);
    world.run(seconds(1));
    expect(heard()).toEqual(['-', '-', '-']);
    lan.setLoss(0);
    world.run(seconds(1));
    expect(heard()).toEqual(['2', '1', '12']);
  });
});

test.each([
  ['224.0.0.18', '01:00:5e:00:00:12'],
  ['239.129.2.3', '01:00:5e:01:02:03'],
  ['ff02::12', '33:33:00:00:00:12'],
])('the group %s is sent to %s', (group, mac) => {
  expect(multicastMac(ip(group))).toBe(mac);
});
