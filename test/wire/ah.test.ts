import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import { decodeAh, encodeAhDatagram, isAuthentic } from '../../src/wire/ah.ts';
import { encodeVrrp } from '../../src/wire/vrrp.ts';

const PASSWORD = 'secret12';
const MESSAGE = encodeVrrp({
  version: 2,
  vrid: 51,
  priority: 100,
  adverInterval: milliseconds(1000),
  addresses: [ip('10.0.0.100')],
  authentication: { type: 'AH', password: PASSWORD },
});
const FIELDS = {
  source: ip('10.0.0.1'),
  destination: ip('224.0.0.18'),
  ttl: 255,
  unicast: false,
  sequence: 7,
  password: PASSWORD,
};

const changed = (at: number, value: number, bytes = encodeAhDatagram(FIELDS, MESSAGE)): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
};

describe('encoded', () => {
  test('IPv4 header, Authentication Header, message', () => {
    const bytes = encodeAhDatagram(FIELDS, MESSAGE);
    const hex = Buffer.from(bytes).toString('hex');
    expect(hex.slice(0, 40)).toBe('45c00040' + '00070000' + 'ff330000' + '0a000001' + 'e0000012');
    expect(hex.slice(40, 64)).toBe('70040000' + '0a000001' + '00000007');
    expect(hex.slice(88)).toBe(Buffer.from(MESSAGE).toString('hex'));
  });

  test('the check value is HMAC-MD5 over all of it, with TOS, fragment, checksum and itself as zeros', () => {
    const bytes = Buffer.from(encodeAhDatagram(FIELDS, MESSAGE));
    const covered = Buffer.from(bytes);
    covered[1] = 0;
    covered.fill(0, 6, 8).fill(0, 10, 12).fill(0, 32, 44);
    const right = createHmac('md5', PASSWORD).update(covered).digest().subarray(0, 12);
    expect(bytes.subarray(32, 44).equals(right)).toBe(true);
  });

  test('a datagram always has a number of its own, which the kernel leaves alone', () => {
    const number = (sequence: number) => encodeAhDatagram({ ...FIELDS, sequence }, MESSAGE).subarray(4, 6);
    expect([...number(0x10000)]).toEqual([0, 1]);
    expect([...number(0x20003)]).toEqual([0, 3]);
  });
});

describe('decoded', () => {
  test('SPI, number, message', () => {
    expect(decodeAh(encodeAhDatagram(FIELDS, MESSAGE))).toEqual({ spi: '10.0.0.1', sequence: 7, message: MESSAGE });
  });

  test.each([
    ['another protocol', changed(9, 112)],
    ['another next header', changed(20, 6)],
    ['a longer check value', changed(21, 5)],
    ['cut', encodeAhDatagram(FIELDS, MESSAGE).subarray(0, 43)],
  ])('%s: none of ours', (_, bytes) => {
    expect(decodeAh(bytes)).toBeUndefined();
  });
});

describe('authentic', () => {
  test('by the same password, also with what the way changes, and padding behind it', () => {
    expect(isAuthentic(encodeAhDatagram(FIELDS, MESSAGE), PASSWORD, false)).toBe(true);
    expect(isAuthentic(changed(1, 0), PASSWORD, false)).toBe(true);
    expect(isAuthentic(changed(10, 0x5a), PASSWORD, false)).toBe(true);
    expect(isAuthentic(Buffer.concat([encodeAhDatagram(FIELDS, MESSAGE), Buffer.alloc(6)]), PASSWORD, false)).toBe(
      true,
    );
  });

  test('eight characters of a password count', () => {
    const bytes = encodeAhDatagram({ ...FIELDS, password: 'secret12345' }, MESSAGE);
    expect(isAuthentic(bytes, PASSWORD, false)).toBe(true);
    expect(isAuthentic(bytes, 'secret1', false)).toBe(false);
  });

  test.each([
    ['identification', 5],
    ['source', 15],
    ['destination', 19],
    ['SPI', 27],
    ['number', 31],
    ['check value', 43],
    ['priority', 46],
    ['the last byte', 63],
  ])('%s changed: not', (_, at) => {
    expect(isAuthentic(changed(at, 0xee), PASSWORD, false)).toBe(false);
  });

  test('routers may lower the TTL of a unicast datagram, nobody that of another', () => {
    const unicast = encodeAhDatagram({ ...FIELDS, destination: ip('10.0.1.2'), unicast: true }, MESSAGE);
    expect(isAuthentic(changed(8, 3, unicast), PASSWORD, true)).toBe(true);
    expect(isAuthentic(changed(8, 254), PASSWORD, false)).toBe(false);
  });
});
