/** RFC 9568 §7.1: what is verified of a received advertisement, and what becomes of one that fails. */
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { bytesOf, fateOf, judged } from '../judged.ts';
import { instanceConf, onTheLan, type Said, vipsOf } from '../on-the-lan.ts';

describe.each([4, 6] as const)('IPv%d', (family) => {
  test('RFC 9568 7.1 (1): verifies that the TTL or hop limit is 255', () => {
    expect(fateOf(3, family)).toBe('valid');
    for (const ttl of [254, 128, 64, 1, 0]) expect(fateOf(3, family, { ttl })).toBe('ttl');
  });

  test('RFC 9568 7.1 (2): verifies that the version is 3', () => {
    for (const version of [0, 1, 2, 4, 15]) expect(fateOf(3, family, { version })).toBe('version');
  });

  test('RFC 9568 7.1 (3): verifies that the type is 1', () => {
    for (const type of [0, 2, 15]) expect(fateOf(3, family, { type })).toBe('type');
  });

  test('RFC 9568 7.1 (4): verifies that the message is complete: the fixed part and every address', () => {
    const whole = bytesOf(3, family).length;
    for (let cut = 0; cut < whole; cut++) expect(fateOf(3, family, { cut }), `${cut} bytes`).toBe('length');
    expect(fateOf(3, family, { count: 3 })).toBe('length');
  });

  test('RFC 9568 7.1 (5): verifies the checksum', () => {
    expect(fateOf(3, family, { checksum: (right) => right ^ 1 })).toBe('checksum');
    expect(fateOf(3, family, { checksum: () => 0 })).toBe('checksum');
  });

  test('RFC 9568 7.1 (7): verifies that the Max Advertise Interval is not 0 (erratum 8301)', () => {
    expect(fateOf(3, family, { interval: 0 })).toBe('interval');
    expect(fateOf(3, family, { interval: 1 })).toBe('valid');
  });

  test('RFC 9568 7.1 (11): another interval than ours is accepted, and told', () => {
    expect(judged(3, family, { interval: 300 })).toMatchObject({
      verdict: 'valid',
      adverInterval: 3000,
      note: 'other-interval',
      detail: expect.stringMatching(/3 s, ours 1 s/),
    });
    expect(judged(3, family, { interval: 100 })).toMatchObject({ verdict: 'valid', detail: '' });
  });

  test('RFC 9568 7.1 (12): another list of addresses than ours is told', () => {
    const [first = ''] = vipsOf(family);
    expect(judged(3, family, { addresses: [first] })).toMatchObject({
      verdict: 'valid',
      note: 'address-list',
      detail: expect.stringMatching(/^its address list differs from ours: /),
    });
  });
});

const HOSTILE: Record<string, Said> = {
  ttl: { priority: 200, ttl: 254 },
  version: { priority: 200, bytes: (m) => m.with(0, 0x41) },
  type: { priority: 200, bytes: (m) => m.with(0, 0x32) },
  length: { priority: 200, bytes: (m) => m.slice(0, -1) },
  checksum: { priority: 200, bytes: (m) => m.with(7, (m[7] ?? 0) ^ 1) },
  interval: { priority: 200, bytes: (m) => m.with(4, 0).with(5, 0) },
};

describe.each([4, 6] as const)('an engine, Active with IPv%d', (family) => {
  test('RFC 9568 7.1 (6): verifies that the VRID is configured on the receiving interface', async () => {
    const lan = await onTheLan(instanceConf({ version: 3, family }));
    lan.run(5000);
    lan.say({ family, priority: 200, vrid: 52 });
    lan.run(1500);
    expect(lan.instance().state).toBe('master');
    lan.say({ family, priority: 200, vrid: 51 });
    lan.run(1500);
    expect(lan.instance().state).toBe('backup');
  });

  test('RFC 9568 7.1 (9): discards what fails: no state, no timer, no address changes', async () => {
    const lan = await onTheLan(instanceConf({ version: 3, family }));
    lan.run(5000);
    const before = lan.instance();
    for (const said of Object.values(HOSTILE)) lan.say({ family, ...said });
    lan.run(3000);
    expect(lan.instance()).toMatchObject({ state: 'master', since: before.since });
    for (const address of vipsOf(family)) expect(lan.router.node.holds(address)).toBe(true);
    const times = lan.adverts.slice(1).map(({ at }, i) => Math.round(at - lan.adverts[i]!.at));
    expect(new Set(times)).toEqual(new Set([1000]));
  });

  test('RFC 9568 7.1 (10): counts each that fails by its reason', async () => {
    const lan = await onTheLan(instanceConf({ version: 3, family }));
    lan.run(5000);
    for (const said of Object.values(HOSTILE)) lan.say({ family, ...said });
    lan.run(2000);
    const once = Object.fromEntries(Object.keys(HOSTILE).map((reason) => [reason, 1]));
    expect(lan.instance().adverts.discarded).toEqual(once);
  });
});

test('RFC 9568 7.1 (8): the address owner discards a lower one and counts it, and believes another owner', () => {
  const ours = { priority: 255, adverInterval: seconds(1) };
  expect(fateOf(3, 4, { ours })).toBe('owner');
  expect(fateOf(3, 6, { ours })).toBe('owner');
  // Processing it, as erratum 8298 has it, would come to the same: lower than 255 is discarded (§6.4.3).
  expect(fateOf(3, 4, { ours, priority: 255 })).toBe('valid');
});
