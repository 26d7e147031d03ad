/** RFC 9568 §5.2: the fields of an advertisement. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../../src/base/ip.ts';
import { milliseconds } from '../../../src/base/time.ts';
import { effectivePriority } from '../../../src/vrrp/instance.ts';
import { encodeVrrp } from '../../../src/wire/vrrp.ts';
import { instance, load } from '../../conf/load.ts';
import { adverts, Driver, master } from '../driver.ts';
import { fateOf, judged, vipsOf } from '../judged.ts';
import { instanceConf, onTheLan, vipsOf as virtual } from '../on-the-lan.ts';

const FAMILIES = [4, 6] as const;
const four = { source: ip('10.77.0.5'), destination: ip('224.0.0.18') };
const six = { source: ip('fe80::5'), destination: ip('ff02::12') };
const advert = { version: 3, vrid: 51, priority: 200, adverInterval: milliseconds(1000) } as const;
const encoded = (family: 4 | 6, interval = 1000): Uint8Array =>
  encodeVrrp({
    ...advert,
    adverInterval: milliseconds(interval),
    addresses: vipsOf(family).map(ip),
    addressing: family === 4 ? four : six,
  });
const checksumOf = (message: Uint8Array): number => new DataView(message.buffer).getUint16(6);
const configured = (lines: string) => load(instance(`version 3\n${lines}`)).configuration.instances[0]!;

describe('version, type, virtual router identifier', () => {
  test('RFC 9568 5.2.1 (1): the version sent is 3', () => {
    for (const family of FAMILIES) expect(encoded(family)[0]! >> 4).toBe(3);
  });

  test('RFC 9568 5.2.2 (1): the type sent is 1', () => {
    for (const family of FAMILIES) expect(encoded(family)[0]! & 0xf).toBe(1);
  });

  test('RFC 9568 5.2.2 (2): an unknown type is discarded', () => {
    for (const family of FAMILIES) {
      for (let type = 0; type < 16; type++) expect(fateOf(3, family, { type })).toBe(type === 1 ? 'valid' : 'type');
    }
  });

  test('RFC 9568 5.2.3 (1): the same VRID is another virtual router in the other family', async () => {
    const both = FAMILIES.map((family) => instanceConf({ version: 3, family, name: `VI_${family}` })).join('');
    const lan = await onTheLan(both);
    lan.run(5000);
    lan.say({ family: 6, priority: 200 });
    lan.run(1500);
    expect(FAMILIES.map((family) => lan.instance(`VI_${family}`).state)).toEqual(['master', 'backup']);
  });

  test('RFC 9568 5.2.3 (2): a VRID is 1…255', () => {
    for (const vrid of [0, 256]) {
      const text = instance('version 3').replace('virtual_router_id 51', `virtual_router_id ${vrid}`);
      expect(load(text).diagnostics.map(({ severity }) => severity)).toContain('error');
    }
    expect(fateOf(3, 4, { vrid: 0 })).toBe('vrid');
  });
});

describe('priority', () => {
  test('RFC 9568 5.2.4 (1): the address owner uses 255, whatever is tracked', () => {
    const owner = new Driver({ version: 3, priority: 255 });
    owner.give({ type: 'priority-term', source: 'script', value: -50 });
    expect(adverts(owner.start())).toEqual([255]);
  });

  test('RFC 9568 5.2.4 (2): everybody else uses 1…254, whatever is tracked', () => {
    const driver = new Driver({ version: 3 });
    for (const [value, priority] of [
      [-253, 1],
      [253, 254],
    ] as const) {
      driver.give({ type: 'priority-term', source: 'script', value });
      expect(effectivePriority(driver.config, driver.state)).toBe(priority);
    }
  });

  test('RFC 9568 5.2.4 (3): the default is 100', () => {
    const text = instance('version 3').replace('    priority 100\n', '');
    expect(text).not.toMatch(/priority/);
    expect(load(text).configuration.instances[0]?.priority).toBe(100);
  });

  test('RFC 9568 5.2.4 (4): 0 says that the Active Router leaves, and nothing else does', () => {
    const driver = master({ version: 3 });
    expect(adverts(driver.until(20_000))).not.toContain(0);
    expect(adverts(driver.give({ type: 'shutdown' }))).toEqual([0]);
  });
});

describe('count, reserved bits, interval', () => {
  test('RFC 9568 5.2.5 (1): the count is that of the addresses', () => {
    for (const family of FAMILIES) expect(encoded(family)[3]).toBe(2);
  });

  test('RFC 9568 5.2.5 (2): an advertisement without an address is ignored (erratum 8299)', () => {
    for (const family of FAMILIES) expect(fateOf(3, family, { addresses: [] })).toBe('length');
  });

  test('RFC 9568 5.2.6 (1): the reserved bits are 0 when sent', () => {
    for (const interval of [10, 1000, 40_950]) expect(encoded(4, interval)[4]! >> 4).toBe(0);
  });

  test('RFC 9568 5.2.6 (2): the reserved bits are ignored when received', () => {
    for (const family of FAMILIES) {
      for (let reserved = 0; reserved < 16; reserved++) {
        expect(judged(3, family, { reserved })).toMatchObject({ verdict: 'valid', adverInterval: 1000, detail: '' });
      }
    }
  });

  test('RFC 9568 5.2.7 (1): the interval has 12 bits of hundredths of a second', () => {
    const field = (interval: number) => [...encoded(6, interval).subarray(4, 6)];
    expect([10, 1000, 40_950].map(field)).toEqual([
      [0, 1],
      [0, 100],
      [0x0f, 0xff],
    ]);
    expect(judged(3, 4, { interval: 4095 })).toMatchObject({ verdict: 'valid', adverInterval: 40_950 });
  });

  test('RFC 9568 5.2.7 (2): the default is a second', () => {
    expect(configured('').adverInterval).toBe(1000);
    expect(configured('advert_int 0.01').adverInterval).toBe(10);
  });
});

describe('checksum', () => {
  // Added up apart: 3133+c802+0064+0a4d+0064+0a4d+0065 = 10efc -> 0efd, complemented f102.
  const BARE = 0xf102;
  // The pseudo-header adds 0a4d+0005+e000+0012+0070+0010 = eae4; 0efd+eae4 = f9e1, complemented 061e.
  const COVERED = 0x061e;
  const plain = { ...advert, addresses: vipsOf(4).map(ip) };

  test('RFC 9568 5.2.8 (1): IPv4: over the message alone with v3_checksum_as_v2', () => {
    const ours = { checksumWithoutPseudoHeader: true };
    expect(checksumOf(encodeVrrp({ ...plain, addressing: undefined }))).toBe(BARE);
    expect(fateOf(3, 4, { pseudoHeader: false, ours })).toBe('valid');
    expect(fateOf(3, 4, { pseudoHeader: true, ours })).toBe('checksum');
    expect(load('vrrp_version 3').configuration.global.checksumAsV2).toBe(false);
  });

  test('RFC 9568 5.2.8 (2): IPv4: else over the pseudo-header too, as RFC 5798 had it and keepalived demands', () => {
    expect(checksumOf(encodeVrrp({ ...plain, addressing: four }))).toBe(COVERED);
    expect(fateOf(3, 4, { pseudoHeader: true })).toBe('valid');
    expect(fateOf(3, 4, { pseudoHeader: false })).toBe('checksum');
  });

  test('RFC 9568 5.2.8 (3): IPv6: over the pseudo-header always', () => {
    for (const checksumWithoutPseudoHeader of [false, true]) {
      const ours = { checksumWithoutPseudoHeader };
      expect(fateOf(3, 6, { pseudoHeader: true, ours })).toBe('valid');
      expect(fateOf(3, 6, { pseudoHeader: false, ours })).toBe('checksum');
    }
  });
});

describe('addresses', () => {
  test('RFC 9568 5.2.9 (1): the addresses are those configured, in their order', async () => {
    for (const family of FAMILIES) {
      const lan = await onTheLan(instanceConf({ version: 3, family }));
      lan.run(4000);
      expect(lan.adverts[0]?.message.addresses).toEqual(virtual(family));
    }
  });

  test('RFC 9568 5.2.9 (3): the addresses are of the family of the IP header', async () => {
    for (const family of FAMILIES) {
      const lan = await onTheLan(instanceConf({ version: 3, family }));
      lan.run(4000);
      const [first] = lan.adverts;
      expect(first?.payload.length).toBe(8 + 2 * (family === 4 ? 4 : 16));
      expect(first?.source.includes(':')).toBe(family === 6);
    }
    const mixed = instance('version 3').replace('192.0.2.10/24', '192.0.2.10/24\n        fd77::1/64');
    const { configuration, diagnostics } = load(mixed);
    expect(configuration.instances[0]?.addresses.map(({ address }) => address)).toEqual(['192.0.2.10']);
    expect(diagnostics.map(({ message }) => message).join()).toMatch(/fd77::1/);
  });
});
