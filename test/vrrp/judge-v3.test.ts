/** Version 3 and unicast: reference rows of hostile advertisements, and what is refused that keepalived accepts. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import { judge, type Verdict } from '../../src/vrrp/judge.ts';
import { encodeVrrp } from '../../src/wire/vrrp.ts';
import { configure } from './driver.ts';

interface Case {
  priority?: number;
  interval?: number;
  addresses?: string[];
  source?: string;
  destination?: string;
  ttl?: number;
  bytes?: (message: Uint8Array) => Uint8Array;
  /** What the checksum covers, instead of the datagram's own addresses. */
  covered?: { source: string; destination: string } | null;
}

const PLACE = {
  4: { vips: ['10.77.0.100', '10.77.0.101'], own: '10.77.0.1', peer: '10.77.0.5', group: '224.0.0.18', prefix: 24 },
  6: { vips: ['fe80::100', 'fd77::100'], own: 'fe80::1', peer: 'fe80::5', group: 'ff02::12', prefix: 64 },
} as const;

function verdict(family: 4 | 6, c: Case = {}, changes: Partial<RouterConfig> = {}): Verdict {
  const place = PLACE[family];
  const source = ip(c.source ?? place.peer);
  const destination = ip(c.destination ?? place.group);
  const covered = c.covered && { source: ip(c.covered.source), destination: ip(c.covered.destination) };
  const message = encodeVrrp({
    version: 3,
    vrid: 51,
    priority: c.priority ?? 200,
    adverInterval: milliseconds(c.interval ?? 200),
    addresses: (c.addresses ?? place.vips).map(ip),
    addressing: c.covered === undefined ? { source, destination } : (covered ?? undefined),
  });
  const config = configure({
    family,
    version: 3,
    adverInterval: milliseconds(200),
    addresses: place.vips.map(ip),
    ...changes,
  });
  const datagram = { source, destination, ttl: c.ttl ?? 255, payload: c.bytes?.(message) ?? message };
  const networks = [{ address: ip(place.own), prefix: place.prefix }];
  return judge(config, datagram, { ownAddresses: [ip(place.own)], networks });
}

const set = (at: number, value: number) => (message: Uint8Array) => message.with(at, value);
const xor = (at: number) => (message: Uint8Array) => message.with(at, (message[at] ?? 0) ^ 1);

describe.each([4, 6] as const)('VRRPv3, IPv%d', (family) => {
  test.each<[string, Case]>([
    ['control', {}],
    ['priority 255', { priority: 255 }],
    ['priority 0', { priority: 0 }],
    ['list reversed', { addresses: [...PLACE[family].vips].reverse() }],
  ])('%s: valid', (_, c) => {
    expect(verdict(family, c)).toMatchObject({ verdict: 'valid', priority: c.priority ?? 200, detail: '' });
  });

  test('reserved bits are ignored', () => {
    const reserved = (message: Uint8Array) => {
      const bytes = message.with(4, (message[4] ?? 0) | 0xf0);
      const view = new DataView(bytes.buffer);
      // RFC 1624: what the word gained the complement loses.
      const sum = view.getUint16(6) - 0xf000;
      view.setUint16(6, sum < 0 ? sum + 0xffff : sum);
      return bytes;
    };
    expect(verdict(family, { bytes: reserved })).toMatchObject({ verdict: 'valid', adverInterval: 200 });
  });

  test.each([10, 3000, 40_950])('interval %d ms: valid, and told of (§7.1)', (interval) => {
    const found = verdict(family, { interval });
    expect(found).toMatchObject({ verdict: 'valid', note: 'other-interval', adverInterval: interval });
  });

  test.each<[string, Case, string, RegExp]>([
    ['checksum wrong', { bytes: xor(7) }, 'checksum', /computed/],
    ['TTL 254', { ttl: 254 }, 'ttl', /must be 255/],
    ['TTL 0', { ttl: 0 }, 'ttl', /must be 255/],
    ['version 4', { bytes: set(0, 0x41) }, 'version', /version 4, ours 3/],
    ['type 2', { bytes: set(0, 0x32) }, 'type', /type 2/],
    ['VRID 52', { bytes: set(1, 52) }, 'vrid', /VRID 52/],
    ['interval 0 (keepalived takes it over)', { bytes: (m) => m.with(4, 0).with(5, 0) }, 'interval', /0 s, ours 0.2/],
    ['no address', { addresses: [] }, 'length', /no address/],
    ['count 255', { bytes: set(3, 255) }, 'length', /255 addresses/],
    ['4 bytes more', { bytes: (m) => Uint8Array.from([...m, 0, 0, 0, 0]) }, 'length', /bytes/],
    ['truncated to 7', { bytes: (m) => m.slice(0, 7) }, 'length', /7 bytes/],
    ['truncated to 11', { bytes: (m) => m.slice(0, 11) }, 'length', /11 bytes/],
    ['from our own address', { source: PLACE[family].own }, 'source', /our own/],
    ['from nobody', { source: family === 4 ? '0.0.0.0' : '::' }, 'source', /no host/],
    ['off the subnet', { source: family === 4 ? '192.0.2.9' : 'fd99::9' }, 'source', /no subnet/],
    ['to our address', { destination: PLACE[family].own }, 'destination', /sent to/],
  ])('%s: discarded', (_, c, reason, detail) => {
    const found = verdict(family, c);
    expect(found).toMatchObject({ verdict: 'discard', reason });
    expect(found.detail).toMatch(detail);
  });

  test.each<[string, string[]]>([
    ['one of two', [PLACE[family].vips[0]]],
    ['one more', [...PLACE[family].vips, family === 4 ? '10.77.0.102' : 'fd77::102']],
  ])('list: %s: counts, with a note', (_, addresses) => {
    expect(verdict(family, { addresses })).toMatchObject({ verdict: 'valid', note: 'address-list' });
  });
});

test.each([4, 6] as const)("IPv%d: what may be keepalived's auth_hmac trailer is refused by that name", (family) => {
  const trailing = (count: number) => (message: Uint8Array) => Uint8Array.from([...message, ...Array(count).fill(7)]);
  expect(verdict(family, { bytes: trailing(44) })).toMatchObject({ reason: 'length', claim: true });
  expect(verdict(family, { bytes: trailing(44) }).detail).toMatch(/auth_hmac, that is its trailer of 44 bytes/);
  expect(verdict(family, { bytes: trailing(4) }).detail).not.toMatch(/auth_hmac/);
});

describe('IPv4 checksum', () => {
  test('without the pseudo-header (RFC 9568): refused, with what would accept it', () => {
    expect(verdict(4, { covered: null }).detail).toMatch(/right without the pseudo-header: v3_checksum_as_v2/);
  });

  test('v3_checksum_as_v2: accepted, and the other refused by name', () => {
    const asV2 = { checksumWithoutPseudoHeader: true };
    expect(verdict(4, { covered: null }, asV2).verdict).toBe('valid');
    expect(verdict(4, {}, asV2).detail).toMatch(/right with the pseudo-header/);
  });

  test('IPv6 has no such choice', () => {
    expect(verdict(6, { covered: null }, { checksumWithoutPseudoHeader: true })).toMatchObject({ reason: 'checksum' });
  });
});

describe('unicast', () => {
  const peer = { address: ip('10.77.0.5'), minTtl: undefined, maxTtl: undefined };
  const unicast = { peers: [peer], checkSource: false, checksum: 'auto' } as const;
  const to = { destination: '10.77.0.1' };

  test.each<[string, Case, object, string]>([
    ['any TTL', { ...to, ttl: 3 }, unicast, 'valid'],
    ['from off the subnet', { ...to, source: '192.0.2.9' }, unicast, 'valid'],
    ['to the group', {}, unicast, 'destination'],
    ['check_unicast_src: a peer', to, { ...unicast, checkSource: true }, 'valid'],
    ['check_unicast_src: a stranger', { ...to, source: '10.77.0.6' }, { ...unicast, checkSource: true }, 'source'],
    ['min_ttl met', { ...to, ttl: 254 }, { ...unicast, peers: [{ ...peer, minTtl: 254 }] }, 'valid'],
    ['min_ttl missed', { ...to, ttl: 253 }, { ...unicast, peers: [{ ...peer, minTtl: 254 }] }, 'ttl'],
    ['max_ttl missed', { ...to, ttl: 255 }, { ...unicast, peers: [{ ...peer, maxTtl: 64 }] }, 'ttl'],
    [
      'bounds keep strangers out',
      { ...to, source: '10.77.0.6' },
      { ...unicast, peers: [{ ...peer, minTtl: 1 }] },
      'source',
    ],
  ])('%s: %s', (_, c, settings, expected) => {
    const found = verdict(4, c, { unicast: settings as RouterConfig['unicast'] });
    expect(found.verdict === 'valid' ? 'valid' : found.reason).toBe(expected);
  });

  test.each([
    ['auto', 'valid'],
    ['new', 'discard'],
  ] as const)('the old checksum, over the group: %s: %s', (checksum, expected) => {
    const old = { ...to, covered: { source: '10.77.0.5', destination: '224.0.0.18' } };
    expect(verdict(4, old, { unicast: { ...unicast, checksum } }).verdict).toBe(expected);
  });

  test('who claims mastership is a peer, whatever the TTL', () => {
    const wrong = { ...to, ttl: 3, bytes: xor(7) };
    expect(verdict(4, wrong, { unicast })).toMatchObject({ reason: 'checksum', claim: true });
    expect(verdict(4, { ...wrong, source: '10.77.0.6' }, { unicast })).toMatchObject({ claim: false });
  });
});
