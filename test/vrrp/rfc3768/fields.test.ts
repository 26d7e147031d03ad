/** RFC 3768 §5.3: the fields of an advertisement. */
import { expect, test } from 'vitest';
import { internetChecksum } from '../../../src/base/checksum.ts';
import { ip } from '../../../src/base/ip.ts';
import { seconds } from '../../../src/base/time.ts';
import { effectivePriority } from '../../../src/vrrp/instance.ts';
import { type Authentication, encodeVrrp } from '../../../src/wire/vrrp.ts';
import { instance, load } from '../../conf/load.ts';
import { adverts, Driver, master } from '../driver.ts';
import { fateOf, vipsOf } from '../judged.ts';

const NONE = { type: 'none' } as const;
const PASS = { type: 'PASS', password: 'secret12' } as const;
const encoded = (interval = 1, authentication: Authentication = NONE): Uint8Array =>
  encodeVrrp({
    ...{ version: 2, vrid: 51, priority: 200, adverInterval: seconds(interval), authentication },
    addresses: vipsOf(4).map(ip),
  });
const text = (password: string): number[] => [...password].map((char) => char.charCodeAt(0));

test('RFC 3768 5.3.1 (1): the version is 2', () => {
  expect(encoded()[0]! >> 4).toBe(2);
});

test('RFC 3768 5.3.2 (1): the type is 1', () => {
  expect(encoded()[0]! & 0xf).toBe(1);
});

test('RFC 3768 5.3.2 (2): an unknown type is discarded', () => {
  for (let type = 0; type < 16; type++) expect(fateOf(2, 4, { type })).toBe(type === 1 ? 'valid' : 'type');
});

test('RFC 3768 5.3.3 (1): a VRID is 1…255', () => {
  for (const vrid of [0, 256]) {
    const conf = instance().replace('virtual_router_id 51', `virtual_router_id ${vrid}`);
    expect(load(conf).diagnostics.map(({ severity }) => severity)).toContain('error');
  }
  expect(encoded()[1]).toBe(51);
});

test('RFC 3768 5.3.4 (1): the owner of the addresses uses 255, whatever is tracked', () => {
  const owner = new Driver({ priority: 255 });
  owner.give({ type: 'priority-term', source: 'script', value: -50 });
  expect(adverts(owner.start())).toEqual([255]);
});

test('RFC 3768 5.3.4 (2): a backup uses 1…254, whatever is tracked', () => {
  const driver = new Driver();
  for (const [value, priority] of [
    [-253, 1],
    [253, 254],
  ] as const) {
    driver.give({ type: 'priority-term', source: 'script', value });
    expect(effectivePriority(driver.config, driver.state)).toBe(priority);
  }
});

test('RFC 3768 5.3.4 (3): the default is 100', () => {
  const conf = instance().replace('    priority 100\n', '');
  expect(conf).not.toMatch(/priority/);
  expect(load(conf).configuration.instances[0]?.priority).toBe(100);
});

test('RFC 3768 5.3.4 (4): 0 says that the master stops, and nothing else does', () => {
  const driver = master();
  expect(adverts(driver.until(20_000))).not.toContain(0);
  expect(adverts(driver.give({ type: 'shutdown' }))).toEqual([0]);
});

test('RFC 3768 5.3.5 (1): the count is that of the addresses', () => {
  expect(encoded()[3]).toBe(2);
});

test('RFC 3768 5.3.6 (1): the type of authentication is that of the virtual router', () => {
  expect(encoded(1, NONE)[4]).toBe(0);
  expect(encoded(1, PASS)[4]).toBe(1);
});

test('RFC 3768 5.3.6 (2): an unknown type of authentication, or another than ours, is discarded', () => {
  for (const authType of [1, 2, 3, 9, 255]) expect(fateOf(2, 4, { authType })).toBe('auth-type');
  const ours = { authentication: PASS };
  for (const authType of [0, 2, 3, 9, 255]) expect(fateOf(2, 4, { authType, ours })).toBe('auth-type');
  expect(fateOf(2, 4, { authType: 1, authData: text('secret12'), ours })).toBe('valid');
  expect(fateOf(2, 4, { authType: 1, authData: text('another1'), ours })).toBe('auth-fail');
});

test('RFC 3768 5.3.7 (1): the interval is whole seconds in 8 bits', () => {
  expect([1, 2, 255].map((interval) => encoded(interval)[5])).toEqual([1, 2, 255]);
  expect(() => encoded(0.5)).toThrow();
  expect(() => encoded(256)).toThrow();
});

test('RFC 3768 5.3.7 (2): the default is 1 second', () => {
  expect(load(instance()).configuration.instances[0]?.adverInterval).toBe(1000);
});

test('RFC 3768 5.3.8 (1): the checksum is over the whole message, without a pseudo-header, its own field 0', () => {
  const bytes = encoded();
  const theirs = new DataView(bytes.buffer).getUint16(6);
  expect(theirs).toBe(internetChecksum(bytes.with(6, 0).with(7, 0)));
  // Added up apart: 2133+c802+0001+0a4d+0064+0a4d+0065 = fe99, complemented 0166.
  expect(theirs).toBe(0x0166);
});

test('RFC 3768 5.3.9 (1): the addresses follow, 4 bytes each', () => {
  expect([...encoded().subarray(8, 16)]).toEqual([10, 77, 0, 100, 10, 77, 0, 101]);
});

test('RFC 3768 5.3.10 (1): without authentication its 8 bytes are 0 when sent', () => {
  expect([...encoded().subarray(16)]).toEqual(Array(8).fill(0));
});

test('RFC 3768 5.3.10 (2): without authentication its 8 bytes are ignored when received', () => {
  expect(fateOf(2, 4, { authData: text('whatever') })).toBe('valid');
});
