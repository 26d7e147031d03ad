/** Whatever advertisement there can be, and whatever becomes of its bytes on the way: both versions, both families. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Family, type IpAddress, ip, ipFromBytes } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { judge } from '../../src/vrrp/judge.ts';
import {
  checksumProblem,
  decodeVrrp,
  describeVrrp,
  encodeVrrp,
  type VrrpAdvertisement,
  type VrrpMessage,
} from '../../src/wire/vrrp.ts';
import { configure } from '../vrrp/driver.ts';

const addressOf = (family: Family): fc.Arbitrary<IpAddress> => {
  const size = family === 4 ? 4 : 16;
  return fc.uint8Array({ minLength: size, maxLength: size }).map(ipFromBytes);
};
const common = { vrid: fc.integer({ min: 1, max: 255 }), priority: fc.integer({ min: 0, max: 255 }) };

const version2: fc.Arbitrary<VrrpAdvertisement> = fc.record({
  ...common,
  version: fc.constant(2 as const),
  adverInterval: fc.integer({ min: 1, max: 255 }).map(seconds),
  addresses: fc.array(addressOf(4), { maxLength: 255 }),
  authentication: fc.oneof(
    fc.constant({ type: 'none' as const }),
    fc.record({ type: fc.constant('PASS' as const), password: fc.stringMatching(/^[ -~]{0,8}$/) }),
  ),
});

const version3 = (family: Family): fc.Arbitrary<VrrpAdvertisement> =>
  fc.record({
    ...common,
    version: fc.constant(3 as const),
    adverInterval: fc.integer({ min: 1, max: 4095 }).map((hundredths) => milliseconds(hundredths * 10)),
    addresses: fc.array(addressOf(family), { minLength: 1, maxLength: 255 }),
    addressing: fc.option(fc.record({ source: addressOf(family), destination: addressOf(family) }), { nil: undefined }),
  });

interface Sent {
  readonly family: Family;
  readonly advert: VrrpAdvertisement;
}
const sent: fc.Arbitrary<Sent> = fc.oneof(
  version2.map((advert) => ({ family: 4 as const, advert })),
  version3(4).map((advert) => ({ family: 4 as const, advert })),
  version3(6).map((advert) => ({ family: 6 as const, advert })),
);

function decoded(bytes: Uint8Array, family: Family): VrrpMessage {
  const result = decodeVrrp(bytes, family);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

/** The advertisement that `message` is, as far as its bytes say: not what its checksum covers. */
function again(message: VrrpMessage, original: VrrpAdvertisement): VrrpAdvertisement {
  const { vrid, priority, adverInterval, addresses, authType, authData } = message;
  const said = { vrid, priority, adverInterval, addresses };
  if (original.version === 3) return { version: 3, ...said, addressing: original.addressing };
  const password = new TextDecoder().decode(authData);
  return { version: 2, ...said, authentication: authType === 0 ? { type: 'none' } : { type: 'PASS', password } };
}

describe('what was sent as it is', () => {
  test('decodes to what was encoded, without a problem, its checksum right', () => {
    fc.assert(
      fc.property(sent, ({ family, advert }) => {
        const bytes = encodeVrrp(advert);
        const { version, vrid, priority, adverInterval, addresses } = advert;
        expect(decoded(bytes, family)).toMatchObject({
          ...{ version, type: 1, vrid, priority, adverInterval, addresses, count: addresses.length, problems: [] },
        });
        expect(checksumProblem(bytes, advert.version === 3 ? advert.addressing : undefined)).toBeUndefined();
      }),
    );
  });

  test('encodes to the same bytes again', () => {
    fc.assert(
      fc.property(sent, ({ family, advert }) => {
        const bytes = encodeVrrp(advert);
        expect(encodeVrrp(again(decoded(bytes, family), advert))).toEqual(bytes);
      }),
    );
  });
});

/** One thing that happens to bytes. */
const damage: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  fc.nat().map((at) => (bytes: Uint8Array) => flipped(bytes, at)),
  fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(
    ([at, value]) =>
      (bytes: Uint8Array) =>
        overwritten(bytes, at, value),
  ),
  fc.nat().map((length) => (bytes: Uint8Array) => bytes.slice(0, length % (bytes.length + 1))),
  fc.uint8Array({ maxLength: 40 }).map((more) => (bytes: Uint8Array) => Uint8Array.from([...bytes, ...more])),
  fc.nat().map((at) => (bytes: Uint8Array) => Uint8Array.from([...bytes.slice(at % (bytes.length + 1)), ...bytes])),
);

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const bit = at % Math.max(1, bytes.length * 8);
  return bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

const overwritten = (bytes: Uint8Array, at: number, value: number): Uint8Array =>
  bytes.map((byte, i) => (i === at % bytes.length ? value : byte));

const mutated = fc
  .tuple(sent, fc.array(damage, { minLength: 1, maxLength: 4 }))
  .map(([{ family, advert }, damages]) => ({
    family,
    bytes: damages.reduce((all, one) => one(all), encodeVrrp(advert)),
  }));

const random = fc.record({
  family: fc.constantFrom(4 as const, 6 as const),
  bytes: fc.uint8Array({ maxLength: 1600 }),
});

describe.each([
  ['mutated bytes', mutated],
  ['random bytes', random],
] as const)('%s', (_, arbitrary) => {
  test('never make the decoder throw, and no field is another than the bytes say', () => {
    fc.assert(
      fc.property(arbitrary, ({ family, bytes }) => {
        const result = decodeVrrp(bytes, family);
        expect(result.ok).toBe(bytes.length >= 8);
        if (!result.ok) return;
        const { version, type, vrid, priority, count, checksum, addresses, authData, problems } = result.value;
        expect([(version << 4) | type, vrid, priority, count]).toEqual([...bytes.subarray(0, 4)]);
        expect(checksum).toBe((bytes[6]! << 8) | bytes[7]!);
        const size = version > 2 && family === 6 ? 16 : 4;
        const tail = version > 2 ? 0 : 8;
        expect(addresses.length).toBeLessThanOrEqual(count);
        expect(8 + size * addresses.length + authData.length).toBeLessThanOrEqual(bytes.length);
        const whole = bytes.length === 8 + size * count + tail;
        expect(problems.some(({ reason }) => reason === 'length')).toBe(!whole);
        if (whole) expect(addresses).toHaveLength(count);
        expect(describeVrrp(result.value)).not.toMatch(/\n|undefined|NaN/);
      }),
      { numRuns: 300 },
    );
  });

  test('never make the judge throw, which believes none whose checksum is wrong', () => {
    const here = { 4: ip('10.0.0.1'), 6: ip('fe80::1') } as const;
    const group = { 4: ip('224.0.0.18'), 6: ip('ff02::12') } as const;
    fc.assert(
      fc.property(arbitrary, fc.constantFrom(2 as const, 3 as const), ({ family, bytes }, version) => {
        const config = configure({ version, family, vrid: bytes[1] || 1, adverInterval: seconds(bytes[5] || 1) });
        const datagram = { source: here[family], destination: group[family], ttl: 255, payload: bytes };
        const found = judge(config, datagram, { ownAddresses: [], networks: [] });
        if (found.verdict === 'discard') {
          expect(found.detail).not.toBe('');
          return;
        }
        const addressing = version === 3 ? datagram : undefined;
        expect(checksumProblem(bytes, addressing)).toBeUndefined();
        expect(bytes[0]).toBe((version << 4) | 1);
      }),
      { numRuns: 300 },
    );
  });
});
