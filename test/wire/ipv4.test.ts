import { describe, expect, test } from 'vitest';
import { decodeIpv4, describeIpv4 } from '../../src/wire/ipv4.ts';

// 10.0.0.2 > 224.0.0.18, TTL 255, TOS 0xc0, protocol 112, three bytes of payload.
const PLAIN = [0x45, 0xc0, 0, 23, 0, 1, 0, 0, 255, 112, 0, 0, 10, 0, 0, 2, 224, 0, 0, 18, 1, 2, 3];
const packet = (change: Record<number, number> = {}, bytes = PLAIN): Uint8Array =>
  Uint8Array.from(bytes.map((byte, i) => change[i] ?? byte));

describe('an IPv4 packet', () => {
  test('gives up its addresses, TTL, TOS and payload', () => {
    expect(decodeIpv4(packet())).toEqual({
      source: '10.0.0.2',
      destination: '224.0.0.18',
      protocol: 112,
      ttl: 255,
      tos: 0xc0,
      payload: Uint8Array.of(1, 2, 3),
    });
  });

  test('with options (IHL 7) has its payload behind them', () => {
    const bytes = [...PLAIN.slice(0, 20), 7, 8, 4, 0, 0, 0, 0, 0, 9];
    expect(decodeIpv4(packet({ 0: 0x47, 3: 29 }, bytes))?.payload).toEqual(Uint8Array.of(9));
  });

  test('is cut to its total length: padding of the link is not payload', () => {
    expect(decodeIpv4(packet({}, [...PLAIN, 0, 0, 0]))?.payload).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('with DF set is no fragment', () => {
    expect(decodeIpv4(packet({ 6: 0x40 }))).toBeDefined();
  });

  test.each([
    ['shorter than a header', packet().subarray(0, 19)],
    ['of another version', packet({ 0: 0x65 })],
    ['with a header shorter than 20 bytes', packet({ 0: 0x44 })],
    ['with options beyond its end', packet({ 0: 0x4f })],
    ['with a total length beyond its end', packet({ 3: 24 })],
    ['with a total length below its header', packet({ 3: 19 })],
    ['that is the first of several fragments', packet({ 6: 0x20 })],
    ['that is a later fragment', packet({ 7: 1 })],
  ])('%s is refused', (_, bytes) => {
    expect(decodeIpv4(bytes)).toBeUndefined();
  });

  test('in one line', () => {
    expect(describeIpv4(decodeIpv4(packet())!)).toBe('10.0.0.2 > 224.0.0.18: proto 112, ttl 255, tos 0xc0, length 3');
  });
});
