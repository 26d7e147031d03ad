/** RFC 9568 §2.5, §8 and §9: what a router does beside the protocol's machine. */
import { describe, expect, test } from 'vitest';
import { SIM_LAN } from '../../../src/lab/sim-cluster.ts';
import { arpOf } from '../../../src/sim/arp.ts';
import { isGratuitous } from '../../../src/wire/arp.ts';
import { decodeNeighbour } from '../../../src/wire/ndp.ts';
import { instance, load } from '../../conf/load.ts';
import { master } from '../driver.ts';
import { instanceConf, type OnTheLan, onTheLan } from '../on-the-lan.ts';

test('RFC 9568 2.5 (1): an Active Router that sees another of lower priority says so, once a minute', () => {
  const driver = master({ version: 3 });
  const notes: string[] = [];
  for (let at = 10_000; at < 130_000; at += 1000) {
    driver.until(at);
    for (const effect of driver.hear(50)) if (effect.type === 'note') notes.push(effect.text);
  }
  expect(notes).toHaveLength(2);
  expect(notes[0]).toMatch(/10\.0\.0\.1 advertises priority 50 while we are master with 100/);
});

describe('at boot, while the interface is down', () => {
  /** For each announcement that leaves while `act` goes on, whether the kernel has its address then. */
  function announcements(lan: OnTheLan, act: () => void): boolean[] {
    const had: boolean[] = [];
    const stop = lan.world.observe((happening) => {
      if (happening.kind !== 'sent' || happening.owner !== 'router') return;
      const { packet } = happening.transmission;
      if (packet.kind !== 'frame') return;
      const arp = arpOf(packet.bytes);
      const address = arp && isGratuitous(arp) ? arp.senderIp : decodeNeighbour(packet.bytes)?.target;
      if (address) had.push(lan.router.node.holds(address));
    });
    act();
    stop();
    return had;
  }

  async function waitsForTheAddresses(family: 4 | 6): Promise<void> {
    const lan = await onTheLan(instanceConf({ version: 3, family }));
    lan.router.node.operator.setLink(SIM_LAN, false);
    expect(announcements(lan, () => lan.run(10_000))).toEqual([]);
    lan.router.node.operator.setLink(SIM_LAN, true);
    const told = announcements(lan, () => lan.run(5000));
    expect(told.length).toBeGreaterThan(1);
    expect(told).not.toContain(false);
  }

  test('RFC 9568 8.1.2 (2): gratuitous ARP waits until the addresses are there', () => waitsForTheAddresses(4));
  test('RFC 9568 8.2.2 (4): neighbour advertisements wait until the addresses are there', () =>
    waitsForTheAddresses(6));
});

test('RFC 9568 8.3.2 (1): two routers with priority 255 are told of', async () => {
  const lan = await onTheLan(instanceConf({ version: 3, priority: 255 }));
  lan.run(1000);
  lan.say({ priority: 255 });
  lan.run(1500);
  expect(lan.instance().adverts.discarded).toEqual({ 'second-owner': 1 });
});

test('RFC 9568 9 (1): version 3 has no authentication: none is sent, and the block in the file is told of', async () => {
  const block = 'authentication {\n auth_type PASS\n auth_pass secret12\n }';
  const lan = await onTheLan(instanceConf({ version: 3, lines: block }));
  lan.run(5000);
  expect(new Set(lan.adverts.map(({ payload }) => payload.length))).toEqual(new Set([8 + 2 * 4]));
  const { diagnostics } = load(instance(`version 3\n${block}`));
  expect(diagnostics.map(({ message }) => message)).toEqual(['version 3 has no authentication: it is ignored']);
});
