import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { type Instant, instant, seconds } from '../../src/base/time.ts';
import type { DestinationSpec, ServiceSpec } from '../../src/ipvs/types.ts';
import { createSimIpvsTable, type SimIpvsTable } from '../../src/sim/ipvs-table.ts';
import { ipvsSettingsContract, ipvsTableContract } from '../contract/ipvs-table.ts';

describe('the contract', () => {
  const makeTable = () => createSimIpvsTable({ now: () => instant(0) });
  ipvsTableContract(test, makeTable);
  ipvsSettingsContract(test, makeTable);
});

const web: ServiceSpec = { address: ip('192.0.2.10'), port: 80, protocol: 'tcp', scheduler: 'wrr' };
const a: DestinationSpec = { address: ip('198.51.100.1'), port: 80, weight: 3, method: 'DR' };
const b: DestinationSpec = { address: ip('198.51.100.2'), port: 80, weight: 1, method: 'DR' };

interface World {
  now: Instant;
  readonly table: SimIpvsTable;
}

function world(service: ServiceSpec = web, destinations: readonly DestinationSpec[] = [a, b]): World {
  const made: World = { now: instant(0), table: createSimIpvsTable({ now: () => made.now }) };
  made.table.apply([
    { kind: 'add-service', service },
    ...destinations.map((destination) => ({ kind: 'add-destination', service, destination }) as const),
  ]);
  return made;
}

const client = (n: number, address = '203.0.113.1') => ({ address: ip(address), port: 40000 + n });
const weight = (w: World, destination: DestinationSpec, weight: number) =>
  w.table.apply([{ kind: 'edit-destination', service: web, destination: { ...destination, weight } }]);
const entry = (w: World, i: number) => {
  const dumped = w.table.dump();
  if (!dumped.ok) throw new Error('no dump');
  return dumped.value[0]!.destinations[i]!;
};
const counts = (w: World, i: number) => {
  const { activeConnections, inactiveConnections, persistentConnections } = entry(w, i);
  return [activeConnections, inactiveConnections, persistentConnections];
};

describe('scheduling', () => {
  test('wrr interleaves by weight: 3:1', () => {
    const w = world();
    const order = Array.from({ length: 8 }, (_, i) => w.table.connect(web, client(i))?.destination.address);
    expect(order.map((address) => (address === a.address ? 'a' : 'b')).join('')).toBe('aaabaaab');
  });

  test('rr ignores how large a weight is, but not that it is 0', () => {
    const w = world({ ...web, scheduler: 'rr' });
    const next = () => w.table.connect(web, client(n++))?.destination.address;
    let n = 0;
    expect([next(), next(), next()]).toEqual([a.address, b.address, a.address]);
    weight(w, a, 0);
    expect([next(), next()]).toEqual([b.address, b.address]);
  });

  test('wlc prefers the server with fewer active connections for its weight', () => {
    const w = world({ ...web, scheduler: 'wlc' });
    for (let i = 0; i < 8; i++) w.table.connect(web, client(i));
    expect([counts(w, 0)[0], counts(w, 1)[0]]).toEqual([6, 2]);
  });

  test('all weights 0, no destination and no service: refused', () => {
    const w = world();
    weight(w, a, 0);
    weight(w, b, 0);
    expect(w.table.connect(web, client(1))).toBeUndefined();
    expect(world(web, []).table.connect(web, client(1))).toBeUndefined();
    expect(w.table.connect({ ...web, port: 81 }, client(1))).toBeUndefined();
  });
});

describe('connections', () => {
  test('a TCP flow is active, after its close inactive for 120 s, and then forgotten', () => {
    const w = world(web, [a]);
    const connection = w.table.connect(web, client(1));
    connection?.transfer(3000, 9000);
    expect(counts(w, 0)).toEqual([1, 0, 0]);
    connection?.close();
    connection?.close();
    w.now = instant(119_999);
    expect(counts(w, 0)).toEqual([0, 1, 0]);
    w.now = instant(120_000);
    expect(counts(w, 0)).toEqual([0, 0, 0]);
    expect(entry(w, 0).counters).toEqual({
      connections: 1n,
      inPackets: 3n,
      outPackets: 0n,
      inBytes: 3000n,
      outBytes: 0n,
    });
  });

  test('weight 0 keeps what is there and schedules nothing new', () => {
    const w = world();
    const kept = w.table.connect(web, client(1));
    expect(kept?.destination.address).toBe(a.address);
    weight(w, a, 0);
    expect(kept?.alive()).toBe(true);
    for (let i = 2; i < 6; i++) expect(w.table.connect(web, client(i))?.destination.address).toBe(b.address);
    expect(counts(w, 0)).toEqual([1, 0, 0]);
  });

  test('a removed destination drops its flows; one that comes back has them again', () => {
    const w = world(web, [a]);
    const connection = w.table.connect(web, client(1));
    w.table.apply([{ kind: 'delete-destination', service: web, destination: a }]);
    expect(connection?.alive()).toBe(false);
    w.table.apply([{ kind: 'add-destination', service: web, destination: b }]);
    expect(w.table.connect(web, client(1))).toBeUndefined();
    w.table.apply([{ kind: 'add-destination', service: web, destination: a }]);
    expect(connection?.alive()).toBe(true);
    expect(w.table.connect(web, client(1))?.destination.address).toBe(a.address);
  });

  test('a UDP flow on a fixed 5-tuple never leaves a server of weight 0', () => {
    const dns: ServiceSpec = { ...web, protocol: 'udp' };
    const w = world(dns);
    expect(w.table.connect(dns, client(1))?.destination.address).toBe(a.address);
    w.table.apply([{ kind: 'edit-destination', service: dns, destination: { ...a, weight: 0 } }]);
    for (let at = 0; at < 1_000_000; at += 200_000) {
      w.now = instant(at);
      expect(w.table.connect(dns, client(1))?.destination.address).toBe(a.address);
    }
    expect(counts(w, 0)).toEqual([0, 1, 0]);
    w.now = instant(w.now + 300_000);
    expect(w.table.connect(dns, client(1))?.destination.address).toBe(b.address);
  });
});

describe('persistence', () => {
  const sticky: ServiceSpec = { ...web, persistence: seconds(300) };

  test('a client follows its template without a look at the weight, until it expires', () => {
    const w = world(sticky);
    const go = (n: number) => {
      const connection = w.table.connect(sticky, client(n));
      connection?.close();
      return connection?.destination.address;
    };
    expect(go(1)).toBe(a.address);
    expect(counts(w, 0)).toEqual([0, 1, 1]);
    weight(w, a, 0);
    w.now = instant(299_000);
    expect(go(2)).toBe(a.address);
    expect(w.table.connect(sticky, client(9, '203.0.113.2'))?.destination.address).toBe(b.address);
    w.now = instant(299_000 + 300_000);
    expect(go(3)).toBe(b.address);
    expect(counts(w, 0)[2]).toBe(0);
  });

  test('a template outlives its time while a connection of its client is open', () => {
    const w = world(sticky);
    const open = w.table.connect(sticky, client(1));
    w.now = instant(1_000_000);
    expect(counts(w, 0)).toEqual([1, 0, 1]);
    open?.close();
    w.now = instant(1_000_000 + 180_000);
    expect(counts(w, 0)).toEqual([0, 0, 0]);
  });

  test('the template of a removed server is no hold: the client is scheduled again', () => {
    const w = world(sticky);
    w.table.connect(sticky, client(1))?.close();
    w.table.apply([{ kind: 'delete-destination', service: sticky, destination: a }]);
    expect(w.table.connect(sticky, client(2))?.destination.address).toBe(b.address);
    expect(counts(w, 0)).toEqual([1, 0, 1]);
  });
});
