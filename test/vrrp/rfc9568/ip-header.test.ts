/** RFC 9568 §5.1: the IP header around an advertisement. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../../src/base/ip.ts';
import { SIM_LAN } from '../../../src/lab/sim-cluster.ts';
import { PROTOCOL } from '../../../src/wire/ipv4.ts';
import { checksumProblem } from '../../../src/wire/vrrp.ts';
import { fateOf } from '../judged.ts';
import { instanceConf, type OnTheLan, onTheLan, ROUTER, ROUTER6, type Settings } from '../on-the-lan.ts';

async function active(family: 4 | 6, more: Partial<Settings> = {}): Promise<OnTheLan> {
  const lan = await onTheLan(instanceConf({ version: 3, family, ...more }));
  lan.run(6000);
  expect(lan.adverts.length).toBeGreaterThan(1);
  return lan;
}

/** A router with a second interface hears five advertisements on the first, and sends nothing anywhere. */
async function forwardsNothing(family: 4 | 6): Promise<void> {
  const eth1 = { name: 'eth1', address: ip('10.78.0.1'), prefix: 24 };
  const lan = await onTheLan(instanceConf({ version: 3, family }), [eth1]);
  for (let i = 0; i < 5; i++) {
    lan.say({ family, priority: 200 });
    lan.run(999);
  }
  expect(lan.instance().adverts.received).toBe(5);
  expect(lan.adverts).toEqual([]);
}

describe('IPv4', () => {
  test('RFC 9568 5.1.1.1 (1): the source is the primary address of the interface, never a virtual one', async () => {
    // A virtual address below the primary one, and of the same subnet.
    const lan = await active(4, { addresses: ['10.77.0.0'] });
    // The source is looked for anew, while the interface has it.
    lan.router.node.operator.addAddress({ interface: SIM_LAN, address: ip('10.77.0.9'), prefix: 24 });
    lan.run(2000);
    expect(new Set(lan.adverts.map(({ source }) => source))).toEqual(new Set([ROUTER]));
  });

  test('RFC 9568 5.1.1.2 (1): the destination is 224.0.0.18', async () => {
    const lan = await active(4);
    for (const { destination, to } of lan.adverts) {
      expect([destination, to]).toEqual(['224.0.0.18', '01:00:5e:00:00:12']);
    }
  });

  test('RFC 9568 5.1.1.2 (2): a datagram to the group is not forwarded', () => forwardsNothing(4));

  test('RFC 9568 5.1.1.3 (1): the TTL sent is 255', async () => {
    const lan = await active(4);
    expect(new Set(lan.adverts.map(({ ttl }) => ttl))).toEqual(new Set([255]));
  });

  test('RFC 9568 5.1.1.3 (2): a TTL that is not 255 is discarded', () => {
    for (let ttl = 0; ttl < 255; ttl++) expect(fateOf(3, 4, { ttl })).toBe('ttl');
    expect(fateOf(3, 4, { ttl: 255 })).toBe('valid');
  });

  test('RFC 9568 5.1.1.4 (1): the protocol is 112', () => {
    expect(PROTOCOL.vrrp).toBe(112);
  });
});

describe('IPv6', () => {
  test('RFC 9568 5.1.2.1 (1): the source is the link-local address of the interface, never a virtual one', async () => {
    const lan = await active(6, { addresses: ['fe80::1', 'fd77::1'] });
    lan.router.node.operator.addAddress({ interface: SIM_LAN, address: ip('fd77::9'), prefix: 64 });
    lan.run(2000);
    expect(new Set(lan.adverts.map(({ source }) => source))).toEqual(new Set([ROUTER6]));
  });

  test('RFC 9568 5.1.2.2 (1): the destination is ff02::12', async () => {
    const lan = await active(6);
    for (const { destination, to } of lan.adverts) {
      expect([destination, to]).toEqual(['ff02::12', '33:33:00:00:00:12']);
    }
  });

  test('RFC 9568 5.1.2.2 (2): a datagram to the group is not forwarded', () => forwardsNothing(6));

  test('RFC 9568 5.1.2.3 (1): the hop limit sent is 255', async () => {
    const lan = await active(6);
    expect(new Set(lan.adverts.map(({ ttl }) => ttl))).toEqual(new Set([255]));
  });

  test('RFC 9568 5.1.2.3 (2): a hop limit that is not 255 is discarded', () => {
    for (let ttl = 0; ttl < 255; ttl++) expect(fateOf(3, 6, { ttl })).toBe('ttl');
    expect(fateOf(3, 6, { ttl: 255 })).toBe('valid');
  });

  test('RFC 9568 5.1.2.4 (1): the next header is 112, in the pseudo-header too', () => {
    // By hand: fe80+0005 + ff02+0012 + 0018+0070 + 3133+c801+0064 + fe80+0100 = 3f739 -> f73c, complemented 08c3.
    const message = [0x31, 51, 200, 1, 0, 100, 0x08, 0xc3, 0xfe, 0x80, ...Array<number>(12).fill(0), 1, 0];
    const addressing = { source: ip('fe80::5'), destination: ip('ff02::12') };
    expect(checksumProblem(Uint8Array.from(message), addressing)).toBeUndefined();
  });
});
