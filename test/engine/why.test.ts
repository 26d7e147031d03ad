import { describe, expect, test } from 'vitest';
import type { DataPlane, RealServerSnapshot, Snapshot } from '../../src/control/snapshot.ts';
import { why } from '../../src/engine/why.ts';
import { instance, realServer, service, weighing } from './snapshots.ts';

const statuses = [{ snapshot: instance(), why: 'VI_1 is backup because …', rivals: [], claimants: [] }];

function ask(target: string, changed: Partial<RealServerSnapshot> = {}, dataPlane: DataPlane = 'ipvs'): string {
  const services = [service([realServer('10.0.0.1', changed), realServer('10.0.0.2')])];
  const dataPlaneReason = dataPlane === 'ipvs' ? null : 'no module ip_vs';
  const engine = { mode: 'linux' };
  return why(target, statuses, { services, dataPlane, dataPlaneReason, engine } as Snapshot);
}

describe('why', () => {
  test("an instance's sentence is the instance's own", () => {
    expect(ask('VI_1')).toBe('VI_1 is backup because …');
  });

  test.each<[string, Partial<RealServerSnapshot>, string]>([
    ['up', {}, 'is up with weight 3: HTTP 200; the kernel has weight 3.'],
    [
      'with a weight of the operator',
      { weight: { configured: 3, effective: 5, kernel: 5 } },
      'is up with weight 5 (configured 3; hatop weight 10.0.0.1:80 = restores it): HTTP 200; the kernel has weight 5.',
    ],
    [
      'down',
      { health: 'down', reason: 'HTTP 503', weight: { configured: 3, effective: 0, kernel: null } },
      'is down: HTTP 503; it returns with its weight after one good check; it is not in the table of the kernel.',
    ],
    [
      'draining',
      {
        admin: 'drain',
        weight: weighing(0, 3),
        drain: { startedAt: '', arrivingCps: 0, etaMs: null, why: '2 connections are left' },
      },
      'is in drain: no new connections until it is enabled (hatop enable 10.0.0.1:80); 2 connections are left; the kernel has weight 0.',
    ],
    [
      'draining and down',
      { admin: 'drain', health: 'down', reason: 'HTTP 503', weight: { configured: 3, effective: 0, kernel: null } },
      'is in drain (and down: HTTP 503): no new connections until it is enabled (hatop enable 10.0.0.1:80); it is not in the table of the kernel.',
    ],
  ])('a real server that is %s', (_, changed, sentence) => {
    expect(ask('10.0.0.1', changed)).toBe(`10.0.0.1:80 in 10.0.0.100:80/tcp ${sentence}`);
  });

  test('says so where the kernel has no table', () => {
    const weight = { configured: 3, effective: 3, kernel: null };
    expect(ask('10.0.0.1', { weight }, 'none')).toContain('the kernel has no table here (no module ip_vs)');
  });

  test('names nftables where that has the table', () => {
    expect(ask('10.0.0.1', {}, 'nftables')).toContain('HTTP 200; nftables has weight 3.');
  });

  test.each<[DataPlane, string]>([
    ['ipvs', 'the data plane is ipvs; it is chosen'],
    ['nftables', 'the data plane is nftables: no module ip_vs; it is chosen'],
    ['none', 'there is no data plane, so nothing is balanced: no module ip_vs; it is chosen'],
  ])('the data plane %s, and where it is chosen', (dataPlane, words) => {
    const end = ' at the start (hatop run --data-plane, or data_plane in hatop.conf).';
    expect(ask('data-plane', {}, dataPlane)).toBe(words + end);
  });

  test('names what there is when asked for what is not', () => {
    expect(() => ask('VI_2')).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: 'no instance VI_2 (there are: VI_1); no real server VI_2; there are: 10.0.0.1:80, 10.0.0.2:80',
      }),
    );
    expect(() => ask('10.0.0.')).toThrow('10.0.0. is ambiguous');
  });
});
