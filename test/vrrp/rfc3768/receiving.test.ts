/** RFC 3768 §7.1: what is verified of a received advertisement, and what becomes of one that fails. */
import { describe, expect, test } from 'vitest';
import { bytesOf, fateOf, judged } from '../judged.ts';
import { instanceConf, onTheLan, type Said, vipsOf } from '../on-the-lan.ts';

describe('verifies', () => {
  test('RFC 3768 7.1 (1): that the TTL is 255', () => {
    expect(fateOf(2, 4)).toBe('valid');
    for (const ttl of [254, 128, 64, 1, 0]) expect(fateOf(2, 4, { ttl })).toBe('ttl');
  });

  test('RFC 3768 7.1 (2): that the version is 2', () => {
    for (const version of [0, 1, 3, 4, 15]) expect(fateOf(2, 4, { version })).toBe('version');
  });

  test('RFC 3768 7.1 (3): that the message is complete: fixed part, addresses, authentication data', () => {
    const whole = bytesOf(2, 4).length;
    expect(whole).toBe(8 + 2 * 4 + 8);
    for (let cut = 0; cut < whole; cut++) expect(fateOf(2, 4, { cut }), `${cut} bytes`).toBe('length');
    expect(fateOf(2, 4, { authData: [] })).toBe('length');
    expect(fateOf(2, 4, { count: 3 })).toBe('length');
  });

  test('RFC 3768 7.1 (4): the checksum', () => {
    expect(fateOf(2, 4, { checksum: (right) => right ^ 1 })).toBe('checksum');
    expect(fateOf(2, 4, { checksum: () => 0 })).toBe('checksum');
  });

  test('RFC 3768 7.1 (5): that the VRID is configured on the receiving interface', async () => {
    const lan = await onTheLan(instanceConf({ version: 2 }));
    lan.run(5000);
    lan.say({ version: 2, priority: 200, vrid: 52 });
    lan.run(1500);
    expect(lan.instance().state).toBe('master');
    lan.say({ version: 2, priority: 200, vrid: 51 });
    lan.run(1500);
    expect(lan.instance().state).toBe('backup');
  });

  test('RFC 3768 7.1 (6): that the router is not the owner of the addresses', () => {
    expect(fateOf(2, 4, { ours: { priority: 255 } })).toBe('owner');
    // But to a second owner it listens: both would be master for ever.
    expect(judged(2, 4, { ours: { priority: 255 }, priority: 255 })).toMatchObject({ note: 'second-owner' });
  });

  test('RFC 3768 7.1 (7): that the type of authentication is ours', () => {
    expect(fateOf(2, 4, { authType: 1 })).toBe('auth-type');
    expect(fateOf(2, 4, { ours: { authentication: { type: 'PASS', password: 'a' } } })).toBe('auth-type');
  });

  test('RFC 3768 7.1 (9): that the interval is ours, and discards the others', () => {
    for (const interval of [0, 2, 255]) {
      const found = judged(2, 4, { interval });
      expect(found).toMatchObject({ verdict: 'discard', reason: 'interval' });
      expect(found.detail).toBe(`adver interval ${interval} s, ours 1 s`);
    }
  });

  test('RFC 3768 7.1 (10): that the list of addresses is ours; another one is told of, and counts', () => {
    const [first = ''] = vipsOf(4);
    for (const addresses of [[first], [], ['10.77.0.8', '10.77.0.9']]) {
      expect(judged(2, 4, { addresses })).toMatchObject({ verdict: 'valid', note: 'address-list' });
    }
  });

  test('RFC 3768 7.1 (11): another list from the owner of the addresses counts', () => {
    expect(judged(2, 4, { addresses: [], priority: 255 })).toMatchObject({ verdict: 'valid', priority: 255 });
  });
});

test('RFC 3768 7.1 (8): discards what fails, and counts it: no state, no timer, no address changes', async () => {
  const hostile: Record<string, Said> = {
    ttl: { priority: 200, ttl: 254 },
    version: { priority: 200, bytes: (m) => m.with(0, 0x31) },
    length: { priority: 200, bytes: (m) => m.slice(0, -1) },
    checksum: { priority: 200, bytes: (m) => m.with(7, (m[7] ?? 0) ^ 1) },
    'auth-type': { priority: 200, bytes: (m) => m.with(4, 9) },
    interval: { priority: 200, interval: 2000 },
  };
  const lan = await onTheLan(instanceConf({ version: 2 }));
  lan.run(5000);
  const before = lan.instance();
  for (const said of Object.values(hostile)) lan.say({ version: 2, ...said });
  lan.run(3000);
  const now = lan.instance();
  expect(now).toMatchObject({ state: 'master', since: before.since });
  expect(now.adverts.discarded).toEqual(Object.fromEntries(Object.keys(hostile).map((reason) => [reason, 1])));
  for (const address of vipsOf(4)) expect(lan.router.node.holds(address)).toBe(true);
  const gaps = lan.adverts.slice(1).map(({ at }, i) => Math.round(at - lan.adverts[i]!.at));
  expect(new Set(gaps)).toEqual(new Set([1000]));
});
