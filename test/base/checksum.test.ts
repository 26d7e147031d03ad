import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { internetChecksum } from '../../src/base/checksum.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

describe('the Internet checksum', () => {
  test('RFC 1071 §3: 0001 f203 f4f5 f6f7 sums to ddf2', () => {
    expect(internetChecksum(bytes('0001f203f4f5f6f7'))).toBe(~0xddf2 & 0xffff);
  });

  test('of an IPv4 header', () => {
    expect(internetChecksum(bytes('45000073000040004011' + '0000' + 'c0a80001c0a800c7'))).toBe(0xb861);
  });

  test('over data that bear their checksum is 0', () => {
    expect(internetChecksum(bytes('45000073000040004011' + 'b861' + 'c0a80001c0a800c7'))).toBe(0);
  });

  test('of nothing, and of zeros, is all ones', () => {
    expect(internetChecksum()).toBe(0xffff);
    expect(internetChecksum(new Uint8Array(7))).toBe(0xffff);
  });

  test('an odd last byte is the high one', () => {
    expect(internetChecksum(bytes('12'))).toBe(~0x1200 & 0xffff);
  });

  test('carries are folded in until none is left', () => {
    expect(internetChecksum(new Uint8Array(40_000).fill(0xff))).toBe(0);
  });

  test('parts count as one byte string, wherever it is cut', () => {
    const cutAnywhere = fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.nat(60), fc.nat(60));
    fc.assert(
      fc.property(cutAnywhere, ([data, a, b]) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const parts = [data.subarray(0, first), data.subarray(first, second), data.subarray(second)];
        expect(internetChecksum(...parts)).toBe(internetChecksum(data));
      }),
      { seed: 1 },
    );
  });
});
