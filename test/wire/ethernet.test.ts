import { expect, test } from 'vitest';
import { BROADCAST, parseMac } from '../../src/base/mac.ts';
import { decodeEthernet, describeEthernet, ETHERTYPE, encodeEthernet } from '../../src/wire/ethernet.ts';

const source = parseMac('02:00:00:00:00:01')!;
const frame = { destination: BROADCAST, source, type: ETHERTYPE.arp, payload: Uint8Array.of(1, 2, 3) };

test('destination, source, type, payload', () => {
  const bytes = encodeEthernet(frame);
  expect(Buffer.from(bytes).toString('hex')).toBe('ffffffffffff' + '020000000001' + '0806' + '010203');
  expect(decodeEthernet(bytes)).toEqual(frame);
});

test('a frame that ends in its header is none', () => {
  expect(decodeEthernet(encodeEthernet(frame).subarray(0, 13))).toBeUndefined();
  expect(decodeEthernet(encodeEthernet(frame).subarray(0, 14))?.payload).toHaveLength(0);
});

test('in one line', () => {
  expect(describeEthernet(frame)).toBe('02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype 0x0806, length 17');
});
