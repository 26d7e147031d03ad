import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ip, ipFromBytes } from '../../src/base/ip.ts';
import { seconds } from '../../src/base/time.ts';
import { decodeVrrp, describeVrrp, encodeVrrp, passwordBytes, type VrrpAdvertisement } from '../../src/wire/vrrp.ts';

// Written out by hand from the layout of RFC 3768 §5.1; the checksum was added up apart:
// 2133+fe01+0102+0000+0a00+0064+6869+6464+656e+3132 = 28e07 -> 8e09, complemented 71f6.
const PASS = Uint8Array.from([
  0x21, 51, 254, 1, 1, 2, 0x71, 0xf6, 10, 0, 0, 100, 0x68, 0x69, 0x64, 0x64, 0x65, 0x6e, 0x31, 0x32,
]);
const advert: VrrpAdvertisement = {
  version: 2,
  vrid: 51,
  priority: 254,
  adverInterval: seconds(2),
  authentication: { type: 'PASS', password: 'hidden12' },
  addresses: [ip('10.0.0.100')],
};

function decode(bytes: Uint8Array) {
  const decoded = decodeVrrp(bytes);
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}

describe('encode', () => {
  test('the bytes of an advertisement with a simple password', () => {
    expect(encodeVrrp(advert)).toEqual(PASS);
  });

  test('without authentication the 8 bytes are there, and zero', () => {
    const bytes = encodeVrrp({ ...advert, authentication: { type: 'none' } });
    expect(bytes.length).toBe(20);
    expect(bytes[4]).toBe(0);
    expect([...bytes.subarray(12)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(decode(bytes).problems).toEqual([]);
  });

  test('a password is cut to 8 bytes, as keepalived does, and filled with zeros', () => {
    expect([...passwordBytes('123456789')]).toEqual([...'12345678'].map(Number).map((n) => n + 48));
    expect([...passwordBytes('1')]).toEqual([49, 0, 0, 0, 0, 0, 0, 0]);
  });

  test.each([
    ['a fraction of a second', { adverInterval: seconds(0.5) }],
    ['256 seconds', { adverInterval: seconds(256) }],
    ['VRID 0', { vrid: 0 }],
    ['an IPv6 address', { addresses: [ip('fe80::1')] }],
  ])('%s cannot be said in version 2', (_, change) => {
    expect(() => encodeVrrp({ ...advert, ...change })).toThrow(/invariant/);
  });
});

describe('decode', () => {
  test('every field', () => {
    expect(decode(PASS)).toEqual({
      version: 2,
      type: 1,
      vrid: 51,
      priority: 254,
      count: 1,
      authType: 1,
      adverInterval: 2000,
      checksum: 0x71f6,
      addresses: ['10.0.0.100'],
      authData: new TextEncoder().encode('hidden12'),
      problems: [],
    });
  });

  test('less than a header is an error that says how much there is', () => {
    expect(decodeVrrp(PASS.subarray(0, 7))).toEqual({
      ok: false,
      error: { reason: 'length', detail: '7 bytes, the header alone has 8' },
    });
  });

  test('a message that is too short keeps what is there and says what is missing', () => {
    const short = decode(PASS.subarray(0, 8));
    expect(short.addresses).toEqual([]);
    expect(short.problems[0]).toEqual({ reason: 'length', detail: '8 bytes, with 1 addresses it has 20' });
  });

  test('one bit wrong is a wrong checksum, with theirs and the one that it should have', () => {
    const bytes = PASS.slice();
    bytes[7] = 0xf7;
    expect(decode(bytes).problems).toEqual([{ reason: 'checksum', detail: 'checksum 0x71f7, computed 0x71f6' }]);
  });

  test('version 3, IPv4: interval in centiseconds, the reserved bits ignored', () => {
    const message = decode(Uint8Array.from([0x31, 51, 100, 1, 0xf0, 0x0a, 0, 0, 10, 0, 0, 100]));
    expect(message).toMatchObject({ version: 3, adverInterval: 100, authType: 0, addresses: ['10.0.0.100'] });
    expect(message.problems).toEqual([]);
  });

  test('version 3, IPv6: addresses of 16 bytes', () => {
    const address = [0xfe, 0x80, ...Array<number>(13).fill(0), 1];
    const decoded = decodeVrrp(Uint8Array.from([0x31, 51, 100, 1, 0, 100, 0, 0, ...address]), 6);
    expect(decoded).toMatchObject({ ok: true, value: { addresses: ['fe80::1'], problems: [] } });
  });

  test('a message inside a larger buffer', () => {
    const buffer = new Uint8Array(64).fill(0xff);
    buffer.set(PASS, 11);
    expect(decode(buffer.subarray(11, 11 + PASS.length)).problems).toEqual([]);
  });
});

describe('describe', () => {
  test('one line without the password', () => {
    expect(describeVrrp(decode(PASS))).toBe(
      'VRRPv2 advertisement vrid 51 prio 254 auth PASS intvl 2s addrs 10.0.0.100',
    );
  });

  test('says what is wrong', () => {
    expect(describeVrrp(decode(Uint8Array.from([0x22, 1, 0, 0, 9, 1, 0, 0])))).toBe(
      'VRRPv2 type 2 vrid 1 prio 0 auth unknown (9) intvl 1s addrs none, ' +
        '8 bytes, with 0 addresses it has 16, checksum 0x0000, computed 0xd4fd',
    );
  });
});

describe('properties', () => {
  const address = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(ipFromBytes);
  const adverts = fc.record({
    version: fc.constant(2 as const),
    vrid: fc.integer({ min: 1, max: 255 }),
    priority: fc.integer({ min: 0, max: 255 }),
    adverInterval: fc.integer({ min: 1, max: 255 }).map(seconds),
    authentication: fc.oneof(
      fc.constant({ type: 'none' as const }),
      fc.record({ type: fc.constant('PASS' as const), password: fc.string({ maxLength: 12 }) }),
    ),
    addresses: fc.array(address, { maxLength: 255 }),
  });

  test('what was encoded decodes to the same, without a problem', () => {
    fc.assert(
      fc.property(adverts, (original) => {
        const { vrid, priority, adverInterval, addresses, authentication } = original;
        const message = decode(encodeVrrp(original));
        expect(message).toMatchObject({ version: 2, type: 1, vrid, priority, adverInterval, addresses, problems: [] });
        const password = authentication.type === 'PASS' ? authentication.password : '';
        expect(message.authData).toEqual(passwordBytes(password));
      }),
    );
  });

  test('a flipped bit never passes', () => {
    fc.assert(
      fc.property(adverts, fc.nat(), (original, where) => {
        const bytes = encodeVrrp(original);
        const bit = where % (bytes.length * 8);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const { version, problems } = decode(bytes);
        expect(version !== 2 || problems.length > 0).toBe(true);
      }),
    );
  });

  test('no bytes at all make it throw, and it never reads more addresses than there are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1600 }), fc.constantFrom(4 as const, 6 as const), (bytes, family) => {
        const decoded = decodeVrrp(bytes, family);
        expect(decoded.ok).toBe(bytes.length >= 8);
        if (!decoded.ok) return;
        expect(decoded.value.addresses.length * 4).toBeLessThanOrEqual(bytes.length - 8);
        expect(describeVrrp(decoded.value)).not.toContain('\n');
      }),
    );
  });
});
