import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { splitCause, type Theirs, verify } from '../../src/vrrp/verify.ts';
import { configure, VIP } from './driver.ts';

const SECOND = ip('10.0.0.101');
const theirs = (changed: Partial<Theirs> = {}): Theirs => ({
  ttl: 255,
  version: 2,
  authType: 0,
  adverInterval: 1000,
  addresses: [VIP],
  verdict: 'valid',
  ...changed,
});
const config = configure();

describe('theirs against ours', () => {
  test('that agree have no difference, in whatever order the addresses stand', () => {
    expect(verify(config, theirs())).toEqual([]);
    const two = configure({ addresses: [VIP, SECOND] });
    expect(verify(two, theirs({ addresses: [SECOND, VIP] }))).toEqual([]);
  });

  test.each<[Partial<Theirs>, string, RegExp]>([
    [{ addresses: [VIP, SECOND] }, 'address-list', /^its list of addresses differs from ours: has 10\.0\.0\.101 more$/],
    [{ addresses: [] }, 'address-list', /lacks 10\.0\.0\.100/],
    [{ version: 3, adverInterval: 100 }, 'version', /theirs 3, ours 2/],
    [{ authType: 1 }, 'authentication', /theirs PASS, ours none/],
    [{ verdict: 'auth-fail' }, 'authentication', /another password/],
    [{ adverInterval: 2000 }, 'interval', /theirs 2000 ms, ours 1000 ms/],
    [{ verdict: 'checksum' }, 'checksum', /checksum/],
    [{ ttl: 254 }, 'ttl', /theirs 254, ours 255/],
    [{}, 'one-way-loss', /does not hear them/],
    [{ addresses: [SECOND], authType: 1 }, 'foreign-cluster', /another cluster uses VRID 51 here, for 10\.0\.0\.101/],
  ])('%j: %s', (changed, cause, text) => {
    expect(splitCause(config, verify(config, theirs(changed)))).toEqual({ cause, text: expect.stringMatching(text) });
  });

  test('the TTL of a unicast peer is its own affair', () => {
    const unicast = configure({
      unicast: { peers: [{ address: ip('10.0.0.2'), minTtl: 0, maxTtl: 255 }], checkSource: false, checksum: 'new' },
    });
    expect(verify(unicast, theirs({ ttl: 64 }))).toEqual([]);
  });

  test('a secret is in no word', () => {
    const secret = configure({ authentication: { type: 'PASS', password: 'secret12' } });
    expect(JSON.stringify(verify(secret, theirs({ verdict: 'auth-fail', authType: 1 })))).not.toContain('secret12');
  });
});
