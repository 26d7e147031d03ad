/** RFC 9568 §7.2: what is done to an advertisement that is sent. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../../src/base/ip.ts';
import { SIM_LAN } from '../../../src/lab/sim-cluster.ts';
import { checksumProblem } from '../../../src/wire/vrrp.ts';
import { instanceConf, onTheLan, ROUTER, ROUTER6, vipsOf } from '../on-the-lan.ts';

async function active(family: 4 | 6) {
  const lan = await onTheLan(instanceConf({ version: 3, family, priority: 150, vrid: 77, lines: 'advert_int 0.5' }));
  lan.run(5000);
  expect(lan.adverts.length).toBeGreaterThan(5);
  return lan;
}

describe.each([4, 6] as const)('IPv%d', (family) => {
  test('RFC 9568 7.2 (1): the fields are those of the virtual router', async () => {
    for (const { message } of (await active(family)).adverts) {
      expect(message).toMatchObject({
        ...{ version: 3, type: 1, vrid: 77, priority: 150, count: 2 },
        ...{ adverInterval: 500, addresses: vipsOf(family), problems: [] },
      });
    }
  });

  test('RFC 9568 7.2 (2): the checksum is right', async () => {
    for (const { payload, source, destination } of (await active(family)).adverts) {
      expect(checksumProblem(payload, { source, destination })).toBeUndefined();
    }
  });

  test('RFC 9568 7.2 (6): it goes to the group of the family, and to nobody else', async () => {
    const groups = new Set((await active(family)).adverts.map(({ destination }) => destination));
    expect(groups).toEqual(new Set([family === 4 ? '224.0.0.18' : 'ff02::12']));
  });
});

test('RFC 9568 7.2 (4): IPv4: the source is the primary address of the interface, also when that becomes another', async () => {
  const lan = await active(4);
  expect(lan.adverts.at(-1)?.source).toBe(ROUTER);
  const { operator } = lan.router.node;
  operator.addAddress({ interface: SIM_LAN, address: ip('10.77.0.7'), prefix: 24 });
  operator.removeAddress({ interface: SIM_LAN, address: ROUTER, prefix: 24 });
  lan.run(8000);
  expect(lan.adverts.at(-1)?.source).toBe('10.77.0.7');
  expect(lan.instance().state).toBe('master');
});

test('RFC 9568 7.2 (5): IPv6: the source is the link-local address of the interface', async () => {
  const lan = await active(6);
  lan.router.node.operator.addAddress({ interface: SIM_LAN, address: ip('fd77::1'), prefix: 64 });
  lan.run(2000);
  expect(new Set(lan.adverts.map(({ source }) => source))).toEqual(new Set([ROUTER6]));
});
