/** RFC 3768 §5.2: the IP header around an advertisement. */
import { expect, test } from 'vitest';
import { ip } from '../../../src/base/ip.ts';
import { SIM_LAN } from '../../../src/lab/sim-cluster.ts';
import { PROTOCOL } from '../../../src/wire/ipv4.ts';
import { fateOf } from '../judged.ts';
import { instanceConf, type OnTheLan, onTheLan, ROUTER, type Settings } from '../on-the-lan.ts';

async function master(more: Partial<Settings> = {}): Promise<OnTheLan> {
  const lan = await onTheLan(instanceConf({ version: 2, ...more }));
  lan.run(6000);
  expect(lan.adverts.length).toBeGreaterThan(1);
  return lan;
}

test('RFC 3768 5.2.1 (1): the source is the primary address of the interface, never a virtual one', async () => {
  const lan = await master({ addresses: ['10.77.0.0'] });
  // The source is looked for anew, while the interface has it.
  lan.router.node.operator.addAddress({ interface: SIM_LAN, address: ip('10.77.0.9'), prefix: 24 });
  lan.run(2000);
  expect(new Set(lan.adverts.map(({ source }) => source))).toEqual(new Set([ROUTER]));
});

test('RFC 3768 5.2.2 (1): the destination is 224.0.0.18', async () => {
  for (const { destination, to } of (await master()).adverts) {
    expect([destination, to]).toEqual(['224.0.0.18', '01:00:5e:00:00:12']);
  }
});

test('RFC 3768 5.2.2 (2): a datagram to the group is not forwarded', async () => {
  const eth1 = { name: 'eth1', address: ip('10.78.0.1'), prefix: 24 };
  const lan = await onTheLan(instanceConf({ version: 2 }), [eth1]);
  for (let i = 0; i < 5; i++) {
    lan.say({ version: 2, priority: 200 });
    lan.run(999);
  }
  expect(lan.instance().adverts.received).toBe(5);
  expect(lan.adverts).toEqual([]);
});

test('RFC 3768 5.2.3 (1): the TTL sent is 255', async () => {
  const lan = await master();
  expect(new Set(lan.adverts.map(({ ttl }) => ttl))).toEqual(new Set([255]));
});

test('RFC 3768 5.2.3 (2): a TTL that is not 255 is discarded', () => {
  for (let ttl = 0; ttl < 255; ttl++) expect(fateOf(2, 4, { ttl })).toBe('ttl');
  expect(fateOf(2, 4, { ttl: 255 })).toBe('valid');
});

test('RFC 3768 5.2.4 (1): the protocol is 112', () => {
  expect(PROTOCOL.vrrp).toBe(112);
});
