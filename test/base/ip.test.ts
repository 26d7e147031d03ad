import { describe, expect, test } from 'vitest';
import { compareIp, familyOf, inNetwork, ip, ipBytes, ipFromBytes, parseIp } from '../../src/base/ip.ts';

describe('what is an address', () => {
  test.each(['0.0.0.0', '10.0.0.1', '255.255.255.255', '224.0.0.18'])('%s is, and is its own spelling', (text) => {
    expect(parseIp(text)).toBe(text);
    expect(familyOf(ip(text))).toBe(4);
  });

  test.each([
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0:1', '2001:db8::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('%s is spelled %s', (text, canonical) => {
    expect(parseIp(text)).toBe(canonical);
    expect(familyOf(ip(text))).toBe(6);
  });

  // RFC 5952 §4.2: the longest run of zeros, the first of equal ones, and never a single group.
  test.each([
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ])('RFC 5952: %s is shortened to %s', (text, canonical) => {
    expect(parseIp(text)).toBe(canonical);
  });

  test.each([
    '',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.-1',
    '10.0.0.1/24',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '1e1.0.0.1',
    'localhost',
    ':',
    ':::',
    '1',
    ':1',
    '1:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1::2::3',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '::1/128',
    '::10.0.0.256',
    '::1.2.3.4:5',
    '1.2.3.4::',
    '1:1.2.3.4::1',
  ])('%j is not', (text) => {
    expect(parseIp(text)).toBeUndefined();
    expect(() => ip(text)).toThrow(`not an IP address: ${text}`);
  });
});

describe('bytes', () => {
  test('are in network order', () => {
    expect([...ipBytes(ip('10.0.1.200'))]).toEqual([10, 0, 1, 200]);
    expect([...ipBytes(ip('fe80::12:1'))]).toEqual([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0, 1]);
  });

  test.each(['10.0.1.200', '::', '2001:db8::1', 'ff02::12'])('%s survives the way there and back', (text) => {
    expect(ipFromBytes(ipBytes(ip(text)))).toBe(text);
  });

  test('of another number name no address', () => {
    expect(() => ipFromBytes(new Uint8Array(5))).toThrow('4 or 16 bytes, not 5');
  });
});

describe('order', () => {
  test('is that of unsigned bytes, not of text; IPv4 comes first', () => {
    const sorted = ['9.255.255.255', '10.0.0.1', '10.0.0.2', '127.0.0.1', '128.0.0.1', '200.0.0.1', '::1', 'fe80::1'];
    const shuffled = ['fe80::1', '128.0.0.1', '10.0.0.2', '::1', '9.255.255.255', '200.0.0.1', '10.0.0.1', '127.0.0.1'];
    expect(shuffled.map(ip).toSorted(compareIp)).toEqual(sorted);
  });

  test('equal addresses are equal', () => {
    expect(compareIp(ip('10.0.0.1'), ip('10.0.0.1'))).toBe(0);
    expect(compareIp(ip('FE80::1'), ip('fe80:0::1'))).toBe(0);
  });
});

describe('networks', () => {
  test.each([
    ['10.0.0.255', '10.0.0.1', 24, true],
    ['10.0.1.0', '10.0.0.1', 24, false],
    ['10.0.1.0', '10.0.0.1', 23, true],
    ['10.0.0.127', '10.0.0.1', 25, true],
    ['10.0.0.128', '10.0.0.1', 25, false],
    ['192.0.2.1', '10.0.0.1', 0, true],
    ['10.0.0.1', '10.0.0.1', 32, true],
    ['10.0.0.0', '10.0.0.1', 32, false],
    ['fe80::ffff', 'fe80::1', 64, true],
    ['fe80:0:0:1::1', 'fe80::1', 64, false],
    ['fe80:0:0:1::1', 'fe80::1', 63, true],
    ['::1', '0.0.0.1', 0, false],
  ])('%s in that of %s/%d: %s', (address, network, prefix, expected) => {
    expect(inNetwork(ip(address), ip(network), prefix)).toBe(expected);
  });
});
