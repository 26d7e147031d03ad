/** RFC 3768 §7.2 and §8.2: what is done to what is sent. */
import { expect, test } from 'vitest';
import { internetChecksum } from '../../../src/base/checksum.ts';
import { SIM_LAN } from '../../../src/lab/sim-cluster.ts';
import { arpOf } from '../../../src/sim/arp.ts';
import { isGratuitous } from '../../../src/wire/arp.ts';
import { instanceConf, onTheLan, ROUTER, vipsOf } from '../on-the-lan.ts';

async function master() {
  const lan = await onTheLan(instanceConf({ version: 2, priority: 150, vrid: 77, lines: 'advert_int 2' }));
  lan.run(20_000);
  expect(lan.adverts.length).toBeGreaterThan(5);
  return lan;
}

test('RFC 3768 7.2 (1): the fields are those of the virtual router', async () => {
  for (const { message } of (await master()).adverts) {
    expect(message).toMatchObject({
      ...{ version: 2, type: 1, vrid: 77, priority: 150, count: 2, authType: 0 },
      ...{ adverInterval: 2000, addresses: vipsOf(4), problems: [] },
    });
  }
});

test('RFC 3768 7.2 (2): the checksum is right', async () => {
  // Over a message with its checksum in place the sum is all ones, its complement 0.
  for (const { payload } of (await master()).adverts) expect(internetChecksum(payload)).toBe(0);
});

test('RFC 3768 7.2 (4): the source is the primary address of the interface', async () => {
  expect(new Set((await master()).adverts.map(({ source }) => source))).toEqual(new Set([ROUTER]));
});

test('RFC 3768 7.2 (5): it goes to the group, and to nobody else', async () => {
  expect(new Set((await master()).adverts.map(({ destination }) => destination))).toEqual(new Set(['224.0.0.18']));
});

test('RFC 3768 8.2 (4): gratuitous ARP waits until the addresses are there', async () => {
  const lan = await onTheLan(instanceConf({ version: 2 }));
  lan.router.node.operator.setLink(SIM_LAN, false);
  const had: boolean[] = [];
  lan.world.observe((happening) => {
    if (happening.kind !== 'sent' || happening.owner !== 'router') return;
    const { packet } = happening.transmission;
    const arp = packet.kind === 'frame' ? arpOf(packet.bytes) : undefined;
    if (arp && isGratuitous(arp)) had.push(lan.router.node.holds(arp.senderIp));
  });
  lan.run(10_000);
  expect(had).toEqual([]);
  lan.router.node.operator.setLink(SIM_LAN, true);
  lan.run(5000);
  expect(had.length).toBeGreaterThan(1);
  expect(had).not.toContain(false);
});
