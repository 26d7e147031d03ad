import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { describeDrift, findDrift } from '../../src/ipvs/drift.ts';
import type { DesiredService, DestinationSpec, TableDump } from '../../src/ipvs/types.ts';

const NONE = { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n };
const a: DestinationSpec = { address: ip('198.51.100.1'), port: 80, weight: 3, method: 'DR' };
const b: DestinationSpec = { address: ip('198.51.100.2'), port: 80, weight: 1, method: 'DR' };
const web: DesiredService = {
  address: ip('192.0.2.10'),
  port: 80,
  protocol: 'tcp',
  scheduler: 'wrr',
  destinations: [a, b],
};

const dumped = (...services: DesiredService[]): TableDump =>
  services.map((service) => ({
    ...service,
    counters: NONE,
    destinations: service.destinations.map((destination) => ({
      ...destination,
      activeConnections: 0,
      inactiveConnections: 0,
      persistentConnections: 0,
      counters: NONE,
    })),
  }));
const drift = (...actual: DesiredService[]): string[] => findDrift([web], dumped(...actual)).map(describeDrift);

describe('what somebody else changed', () => {
  test('nothing', () => {
    expect(drift(web)).toEqual([]);
    expect(drift({ ...web, destinations: [b, a] })).toEqual([]);
  });

  test('a weight, from which to which', () => {
    expect(drift({ ...web, destinations: [{ ...a, weight: 0 }, b] })).toEqual([
      'weight of 198.51.100.1:80 in 192.0.2.10:80/tcp was changed by somebody else: 3 → 0',
    ]);
  });

  test('a server gone, a server come', () => {
    expect(drift({ ...web, destinations: [a, { ...b, address: ip('198.51.100.9') }] })).toEqual([
      '198.51.100.2:80 was removed from 192.0.2.10:80/tcp by somebody else',
      '198.51.100.9:80 was added to 192.0.2.10:80/tcp by somebody else, weight 1',
    ]);
  });

  test('the scheduler, the whole service', () => {
    expect(drift({ ...web, scheduler: 'rr' })).toEqual([
      'scheduler of 192.0.2.10:80/tcp was changed by somebody else: wrr → rr',
    ]);
    expect(drift()).toEqual(['service 192.0.2.10:80/tcp was removed by somebody else']);
  });

  test('a foreign service is nobody’s drift', () => {
    expect(drift(web, { ...web, port: 81 })).toEqual([]);
  });
});
