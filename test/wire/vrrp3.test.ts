import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IpAddress, ip, ipFromBytes } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import { checksumProblem, decodeVrrp, encodeVrrp } from '../../src/wire/vrrp.ts';

const four = { source: ip('10.0.0.1'), destination: ip('224.0.0.18') };
const six = { source: ip('fe80::1'), destination: ip('ff02::12') };
const advert = { version: 3, vrid: 51, priority: 200, adverInterval: milliseconds(100) } as const;

function decode(bytes: Uint8Array, family: 4 | 6) {
  const decoded = decodeVrrp(bytes, family);
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('version 3, by hand from the layout of RFC 9568 §5.1', () => {
  // 3133+c801+000a+0a00+0064 = 0x103a2 -> 03a3, complemented fc5c.
  test('IPv4, the checksum over the message alone', () => {
    const bytes = encodeVrrp({ ...advert, addresses: [ip('10.0.0.100')], addressing: undefined });
    expect([...bytes]).toEqual([0x31, 51, 200, 1, 0, 10, 0xfc, 0x5c, 10, 0, 0, 100]);
  });

  // The pseudo-header adds 0a00+0001+e000+0012+0070+000c = ea8f; 03a3+ea8f = ee32, complemented 11cd.
  test('IPv4, the checksum over the pseudo-header too (RFC 5798, keepalived)', () => {
    const bytes = encodeVrrp({ ...advert, addresses: [ip('10.0.0.100')], addressing: four });
    expect([...bytes.subarray(6, 8)]).toEqual([0x11, 0xcd]);
    expect(checksumProblem(bytes, four)).toBeUndefined();
    expect(checksumProblem(bytes, undefined)?.detail).toBe('checksum 0x11cd, computed 0xfc5c');
  });

  test('IPv6: 16 bytes an address', () => {
    const addresses = [ip('fe80::100'), ip('fd77::100')];
    const bytes = encodeVrrp({ ...advert, addresses, addressing: six });
    expect(bytes).toHaveLength(40);
    expect(decode(bytes, 6)).toMatchObject({ version: 3, vrid: 51, priority: 200, count: 2, addresses, problems: [] });
    expect(checksumProblem(bytes, six)).toBeUndefined();
    expect(checksumProblem(bytes, { ...six, source: ip('fe80::2') })?.reason).toBe('checksum');
  });

  test('the reserved bits are 0 when sent and ignored when received; the interval has 12 bits', () => {
    const bytes = encodeVrrp({
      ...advert,
      adverInterval: milliseconds(40_950),
      addresses: [ip('10.0.0.1')],
      addressing: undefined,
    });
    expect([...bytes.subarray(4, 6)]).toEqual([0x0f, 0xff]);
    bytes[4] = 0xf0;
    bytes[5] = 100;
    expect(decode(bytes, 4).adverInterval).toBe(1000);
  });

  test.each([
    ['nothing', { adverInterval: milliseconds(0) }],
    ['4096 hundredths', { adverInterval: milliseconds(40_960) }],
    ['two families', { addresses: [ip('10.0.0.1'), ip('fe80::1')] }],
  ])('%s cannot be said', (_, change) => {
    const wrong = { ...advert, addresses: [ip('10.0.0.1')], addressing: undefined, ...change };
    expect(() => encodeVrrp(wrong)).toThrow(/invariant/);
  });
});

const address = (size: 4 | 16): fc.Arbitrary<IpAddress> =>
  fc.uint8Array({ minLength: size, maxLength: size }).map(ipFromBytes);

describe('properties', () => {
  test.each([4, 6] as const)('IPv%d: what is encoded decodes to the same, and its checksum is right', (family) => {
    const size = family === 4 ? 4 : 16;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 1, max: 4095 }),
        fc.array(address(size), { minLength: 1, maxLength: 20 }),
        address(size),
        address(size),
        (vrid, priority, hundredths, addresses, source, destination) => {
          const adverInterval = milliseconds(hundredths * 10);
          const said = { vrid, priority, adverInterval, addresses };
          const bytes = encodeVrrp({ version: 3, ...said, addressing: { source, destination } });
          expect(decode(bytes, family)).toMatchObject({ version: 3, type: 1, ...said, problems: [] });
          expect(checksumProblem(bytes, { source, destination })).toBeUndefined();
        },
      ),
    );
  });

  test('one flipped bit is a wrong checksum, wherever it is', () => {
    const bytes = encodeVrrp({ ...advert, addresses: [ip('fe80::100')], addressing: six });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
        const flipped = bytes.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(checksumProblem(flipped, six)?.reason).toBe('checksum');
      }),
    );
  });

  test('whatever comes decodes or is refused, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(4, 6), (bytes, family) => {
        const decoded = decodeVrrp(bytes, family as 4 | 6);
        expect(decoded.ok).toBe(bytes.length >= 8);
      }),
    );
  });
});
