import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/base/time.ts';
import { BFD_STATES, type BfdPacket, decodeBfd, describeBfd, encodeBfd } from '../../src/wire/bfd.ts';

const packet: BfdPacket = {
  diagnostic: 3,
  state: 'init',
  poll: false,
  final: true,
  demand: false,
  multiplier: 5,
  myDiscriminator: 0x01020304,
  yourDiscriminator: 0xa0b0c0d0,
  desiredMinTx: milliseconds(1000),
  requiredMinRx: milliseconds(3.312),
};
/** By hand from RFC 5880 §4.1: version 1 diag 3; state 2, F; 1000000 = 0xf4240 µs; 3312 = 0xcf0 µs. */
const BYTES = [
  ...[0x23, 0x90, 5, 24],
  ...[1, 2, 3, 4],
  ...[0xa0, 0xb0, 0xc0, 0xd0],
  ...[0, 0x0f, 0x42, 0x40],
  ...[0, 0, 0x0c, 0xf0],
  ...[0, 0, 0, 0],
];
const changed = (changes: Record<number, number>, length = 24): Uint8Array => {
  const bytes = Uint8Array.from({ length }, (_, i) => BYTES[i] ?? 0);
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
};

test('a packet by hand, in both directions', () => {
  expect([...encodeBfd(packet)]).toEqual(BYTES);
  expect(decodeBfd(Uint8Array.from(BYTES))).toEqual({ ok: true, value: packet });
  expect(describeBfd(packet)).toBe(
    'BFD init (neighbor signaled session down) flags final mult 5 my 0x01020304 your 0xa0b0c0d0 tx 1000ms rx 3.312ms',
  );
});

describe('what must be discarded (RFC 5880 §6.8.6)', () => {
  test.for<[string, string, Uint8Array]>([
    ['nothing at all', 'length', new Uint8Array(0)],
    ['shorter than 24 bytes', 'length', changed({ 3: 23 }, 23)],
    ['a length beyond the datagram', 'length', changed({ 3: 25 })],
    ['a length below the datagram', 'length', changed({}, 25)],
    ['bytes that only authentication would explain', 'length', changed({ 3: 26 }, 26)],
    ['version 0', 'version', changed({ 0: 0x03 })],
    ['version 2', 'version', changed({ 0: 0x43 })],
    ['the authentication bit', 'authentication', changed({ 1: 0x94, 3: 28 }, 28)],
    ['the authentication bit without its section', 'authentication', changed({ 1: 0x94 })],
    ['detect multiplier 0', 'multiplier', changed({ 2: 0 })],
    ['the multipoint bit', 'flags', changed({ 1: 0x91 })],
    ['Poll and Final together', 'flags', changed({ 1: 0xb0 })],
    ['my discriminator 0', 'discriminator', changed({ 4: 0, 5: 0, 6: 0, 7: 0 })],
    ['your discriminator 0 in state Init', 'discriminator', changed({ 8: 0, 9: 0, 10: 0, 11: 0 })],
    ['your discriminator 0 in state Up', 'discriminator', changed({ 1: 0xd0, 8: 0, 9: 0, 10: 0, 11: 0 })],
  ])('%s', ([, reason, bytes]) => {
    const decoded = decodeBfd(bytes);
    expect(decoded.ok ? 'believed' : decoded.error.reason).toBe(reason);
  });

  test.for([
    ['Down', 0x50],
    ['AdminDown', 0x10],
  ] as const)('your discriminator 0 is right in state %s', ([, flags]) => {
    expect(decodeBfd(changed({ 1: flags, 8: 0, 9: 0, 10: 0, 11: 0 })).ok).toBe(true);
  });
});

const discriminator = fc.integer({ min: 1, max: 0xffff_ffff });
const interval = fc.integer({ min: 0, max: 0xffff_ffff }).map((us) => milliseconds(us / 1000));
const packets: fc.Arbitrary<BfdPacket> = fc
  .record({
    diagnostic: fc.integer({ min: 0, max: 31 }),
    state: fc.constantFrom(...BFD_STATES),
    poll: fc.boolean(),
    final: fc.boolean(),
    demand: fc.boolean(),
    multiplier: fc.integer({ min: 1, max: 255 }),
    myDiscriminator: discriminator,
    yourDiscriminator: discriminator,
    desiredMinTx: interval,
    requiredMinRx: interval,
  })
  .map((any) => ({ ...any, final: any.final && !any.poll }));

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(packets, (any) => {
      expect(decodeBfd(encodeBfd(any))).toEqual({ ok: true, value: any });
    }),
  );
});

test('no bytes make it throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => typeof decodeBfd(bytes).ok === 'boolean'));
});
