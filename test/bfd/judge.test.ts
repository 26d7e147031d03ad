import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import type { SessionConfig } from '../../src/bfd/config.ts';
import { addresseeOf, judge, type ReceivedBfd } from '../../src/bfd/judge.ts';
import { type BfdPacket, encodeBfd } from '../../src/wire/bfd.ts';
import { configure, NEIGHBOR } from './pair.ts';

const OURS = ip('10.0.0.1');
const packet: BfdPacket = {
  diagnostic: 0,
  state: 'down',
  poll: false,
  final: false,
  demand: false,
  multiplier: 5,
  myDiscriminator: 99,
  yourDiscriminator: 0,
  desiredMinTx: milliseconds(1000),
  requiredMinRx: milliseconds(10),
};
const received = (changes: Partial<ReceivedBfd> = {}, said: Partial<BfdPacket> = {}): ReceivedBfd => ({
  source: NEIGHBOR,
  destination: OURS,
  ttl: 255,
  payload: encodeBfd({ ...packet, ...said }),
  ...changes,
});
const verdict = (config: SessionConfig, datagram: ReceivedBfd): string => {
  const judged = judge(config, datagram);
  return judged.ok ? 'believed' : judged.error.reason;
};

describe('GTSM (RFC 5881 §5), as far as the configuration asks for it', () => {
  test.for([
    [{}, 255, 'believed'],
    [{}, 254, 'ttl'],
    [{ maxHops: 2 }, 253, 'believed'],
    [{ maxHops: 2 }, 252, 'ttl'],
    [{ maxHops: undefined }, 1, 'believed'],
    // keepalived's hop limit for IPv6.
    [{ ttl: 64 }, 64, 'believed'],
    [{ ttl: 64 }, 255, 'believed'],
    [{ ttl: 64 }, 63, 'ttl'],
  ] as const)('%o and a TTL of %i: %s', ([changes, ttl, wanted]) => {
    expect(verdict(configure(changes), received({ ttl }))).toBe(wanted);
  });
});

test('from nobody but the neighbor, and only what can be read', () => {
  expect(verdict(configure(), received({ source: ip('10.0.0.3') }))).toBe('source');
  expect(verdict(configure(), received({ payload: new Uint8Array(3) }))).toBe('length');
});

describe('which session is meant', () => {
  const one = { config: configure({ name: 'one', source: OURS }), discriminator: 11 };
  const two = { config: configure({ name: 'two', neighbor: ip('10.0.0.3') }), discriminator: 12 };
  const found = (datagram: ReceivedBfd): string | undefined => addresseeOf(datagram, [one, two])?.config.name;

  test('the one whose discriminator it says, else the one between its addresses', () => {
    expect(found(received({}, { yourDiscriminator: 12 }))).toBe('two');
    expect(found(received({}, { yourDiscriminator: 13 }))).toBeUndefined();
    expect(found(received())).toBe('one');
    expect(found(received({ destination: ip('10.0.0.9') }))).toBeUndefined();
    expect(found(received({ source: ip('10.0.0.3'), destination: ip('10.0.0.9') }))).toBe('two');
  });

  test('what cannot be read is counted with its neighbor', () => {
    expect(found(received({ payload: new Uint8Array(3) }))).toBe('one');
  });
});
