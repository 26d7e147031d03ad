/**
 * What every IpvsTable does, the simulated one and the kernel's. Written against a bare `check`, so that it also runs
 * where there is no test runner: in the guest of the kernel tier.
 */
import { deepEqual, equal } from 'node:assert/strict';
import { ip } from '../../src/base/ip.ts';
import { seconds } from '../../src/base/time.ts';
import { type DestinationSpec, type ServiceEntry, type ServiceSpec, serviceName } from '../../src/ipvs/types.ts';
import type { IpvsTable, TableOperation } from '../../src/ports/ipvs-table.ts';

export type Check = (name: string, body: () => void) => void;

const web: ServiceSpec = { address: ip('192.0.2.10'), port: 80, protocol: 'tcp', scheduler: 'wrr' };
const dns: ServiceSpec = { address: ip('192.0.2.10'), port: 53, protocol: 'udp', scheduler: 'rr' };
const web6: ServiceSpec = { address: ip('2001:db8::10'), port: 443, protocol: 'tcp', scheduler: 'rr' };
const one: DestinationSpec = { address: ip('198.51.100.1'), port: 80, weight: 3, method: 'DR' };
const two: DestinationSpec = { address: ip('198.51.100.2'), port: 80, weight: 1, method: 'DR' };

const addService = (service: ServiceSpec): TableOperation => ({ kind: 'add-service', service });
const add = (service: ServiceSpec, destination: DestinationSpec): TableOperation => ({
  kind: 'add-destination',
  service,
  destination,
});

/** `makeTable` is called for each check; the table may hold what an earlier check left. */
export function ipvsTableContract(check: Check, makeTable: () => IpvsTable): void {
  const on = emptied(check, makeTable);
  servicesContract(on);
  destinationsContract(on);
  refusalsContract(on);
}

const emptied =
  (check: Check, makeTable: () => IpvsTable): On =>
  (name, body) =>
    check(name, () => {
      const table = makeTable();
      try {
        const left = dump(table).map((service): TableOperation => ({ kind: 'delete-service', service }));
        deepEqual(new Set(codes(table, left)), new Set(left.length > 0 ? ['ok'] : []));
        body(table);
      } finally {
        table.close();
      }
    });

type On = (name: string, body: (table: IpvsTable) => void) => void;

function servicesContract(on: On): void {
  on('an added service is in the dump, with nothing else in it', (table) => {
    deepEqual(codes(table, [addService(web)]), ['ok']);
    equal(dump(table).length, 1);
    deepEqual(specOf(dump(table)[0]), said(web));
    deepEqual(dump(table)[0]?.destinations, []);
    equal(dump(table)[0]?.counters.connections, 0n);
  });

  on('TCP and UDP, IPv4 and IPv6 of one port are different services', (table) => {
    const tcpDns: ServiceSpec = { ...dns, protocol: 'tcp' };
    deepEqual(codes(table, [web, dns, tcpDns, web6].map(addService)), ['ok', 'ok', 'ok', 'ok']);
    deepEqual(names(table), ['192.0.2.10:53/tcp', '192.0.2.10:53/udp', '192.0.2.10:80/tcp', '[2001:db8::10]:443/tcp']);
  });

  on('an edit changes scheduler and persistence in place, and takes persistence away again', (table) => {
    codes(table, [addService(web), add(web, one)]);
    const persistent: ServiceSpec = { ...web, scheduler: 'rr', persistence: seconds(50) };
    deepEqual(codes(table, [{ kind: 'edit-service', service: persistent }]), ['ok']);
    deepEqual(specOf(dump(table)[0]), persistent);
    equal(dump(table)[0]?.destinations.length, 1);
    deepEqual(codes(table, [{ kind: 'edit-service', service: web }]), ['ok']);
    deepEqual(specOf(dump(table)[0]), said(web));
  });

  on('a service goes with its destinations', (table) => {
    codes(table, [addService(web), add(web, one), addService(dns)]);
    deepEqual(codes(table, [{ kind: 'delete-service', service: web }]), ['ok']);
    deepEqual(names(table), ['192.0.2.10:53/udp']);
    codes(table, [addService(web)]);
    deepEqual(
      dump(table).flatMap((service) => service.destinations),
      [],
    );
  });
}

function destinationsContract(on: On): void {
  on('destinations carry their weight, from nothing to the most', (table) => {
    const idle: DestinationSpec = { ...two, port: 8080, weight: 0 };
    const heavy: DestinationSpec = { address: ip('198.51.100.3'), port: 80, weight: 65535, method: 'DR' };
    deepEqual(codes(table, [addService(web), add(web, one), add(web, idle), add(web, heavy)]), [
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    deepEqual(destinations(table), [one, idle, heavy]);
  });

  on('an IPv6 service has IPv6 destinations', (table) => {
    const real: DestinationSpec = { address: ip('2001:db8::1'), port: 443, weight: 1, method: 'DR' };
    deepEqual(codes(table, [addService(web6), add(web6, real)]), ['ok', 'ok']);
    deepEqual(specOf(dump(table)[0]), said(web6));
    deepEqual(destinations(table), [real]);
  });

  on('an edit changes the weight, a delete takes one destination', (table) => {
    codes(table, [addService(web), add(web, one), add(web, two)]);
    const heavier: DestinationSpec = { ...two, weight: 7 };
    deepEqual(codes(table, [{ kind: 'edit-destination', service: web, destination: heavier }]), ['ok']);
    deepEqual(destinations(table), [one, heavier]);
    deepEqual(codes(table, [{ kind: 'delete-destination', service: web, destination: one }]), ['ok']);
    deepEqual(destinations(table), [heavier]);
  });

  on('a new destination has no connections and counted nothing', (table) => {
    codes(table, [addService(web), add(web, one)]);
    const entry = dump(table)[0]?.destinations[0];
    deepEqual([entry?.activeConnections, entry?.inactiveConnections, entry?.persistentConnections], [0, 0, 0]);
    deepEqual(entry?.counters, { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n });
  });

  on('200 destinations in one call', (table) => {
    const many = Array.from(
      { length: 200 },
      (_, i): DestinationSpec => ({ ...one, address: ip(`198.51.100.${i + 1}`) }),
    );
    const results = codes(table, [addService(web), ...many.map((destination) => add(web, destination))]);
    deepEqual(new Set(results), new Set(['ok']));
    equal(results.length, 201);
    equal(dump(table)[0]?.destinations.length, 200);
  });
}

/** What the table does beside that where it is IPVS's own, or the simulator's. */
export function ipvsSettingsContract(check: Check, makeTable: () => IpvsTable): void {
  const on = emptied(check, makeTable);

  on('destinations carry the forwarding method, and an edit changes it', (table) => {
    const nat: DestinationSpec = { ...two, port: 8080, method: 'NAT', weight: 0 };
    const tunnel: DestinationSpec = { address: ip('198.51.100.3'), port: 80, weight: 65535, method: 'TUN' };
    deepEqual(codes(table, [addService(web), add(web, one), add(web, nat), add(web, tunnel)]), [
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    deepEqual(destinations(table), [one, nat, tunnel]);
    const again: DestinationSpec = { ...one, method: 'TUN' };
    deepEqual(codes(table, [{ kind: 'edit-destination', service: web, destination: again }]), ['ok']);
    deepEqual(destinations(table), [again, nat, tunnel]);
  });

  on('a firewall mark is a service of its own, one for each family', (table) => {
    const mark: ServiceSpec = { mark: 7, family: 4, scheduler: 'rr' };
    const mark6: ServiceSpec = { mark: 7, family: 6, scheduler: 'wrr' };
    deepEqual(codes(table, [addService(mark), addService(mark6), add(mark, one)]), ['ok', 'ok', 'ok']);
    deepEqual(names(table), ['fwmark:7', 'fwmark:7/ipv6']);
    deepEqual(destinations(table), [one]);
    deepEqual(codes(table, [{ kind: 'delete-service', service: mark }]), ['ok']);
    deepEqual(dump(table).map(specOf), [mark6]);
  });

  on('SCTP, a scheduler with flags, one packet at a time', (table) => {
    const sctp: ServiceSpec = { ...web, protocol: 'sctp', scheduler: 'sh', schedulerFlags: 3 };
    const ops: ServiceSpec = { ...dns, onePacket: true };
    deepEqual(codes(table, [addService(sctp), addService(ops)]), ['ok', 'ok']);
    deepEqual(names(table), ['192.0.2.10:53/udp', '192.0.2.10:80/sctp']);
    const specs = dump(table).map(specOf);
    deepEqual(
      specs.find((spec) => spec?.protocol === 'sctp'),
      sctp,
    );
    deepEqual(
      specs.find((spec) => spec?.protocol === 'udp'),
      ops,
    );
    deepEqual(codes(table, [{ kind: 'edit-service', service: { ...sctp, schedulerFlags: 1 } }]), ['ok']);
    equal(dump(table).find((entry) => 'protocol' in entry && entry.protocol === 'sctp')?.schedulerFlags, 1);
  });

  on('persistence for a /24', (table) => {
    const persistent: ServiceSpec = { ...web, persistence: seconds(60), granularity: 24 };
    deepEqual(codes(table, [addService(persistent)]), ['ok']);
    deepEqual(specOf(dump(table)[0]), persistent);
  });

  on('a destination has thresholds and a tunnel of a kind', (table) => {
    const gue: DestinationSpec = { ...one, method: 'TUN', tunnel: { type: 'gue', port: 6080, checksum: 'checksum' } };
    const gre: DestinationSpec = { ...two, method: 'TUN', tunnel: { type: 'gre', port: 0, checksum: 'none' } };
    const limited: DestinationSpec = { ...one, address: ip('198.51.100.3'), upperThreshold: 100, lowerThreshold: 50 };
    deepEqual(codes(table, [addService(web), add(web, gue), add(web, gre), add(web, limited)]), [
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    deepEqual(destinations(table), [gue, gre, limited]);
  });
}

function refusalsContract(on: On): void {
  on('EEXIST for what is there, and it stays as it was', (table) => {
    codes(table, [addService(web), add(web, one)]);
    const again = [addService({ ...web, scheduler: 'rr' }), add(web, { ...one, weight: 9 })];
    deepEqual(codes(table, again), ['EEXIST', 'EEXIST']);
    equal(dump(table)[0]?.scheduler, 'wrr');
    deepEqual(destinations(table), [one]);
  });

  on('ESRCH for a service that is not there', (table) => {
    const results = codes(table, [
      { kind: 'edit-service', service: web },
      { kind: 'delete-service', service: web },
      add(web, one),
      { kind: 'edit-destination', service: web, destination: one },
      { kind: 'delete-destination', service: web, destination: one },
    ]);
    deepEqual(results, ['ESRCH', 'ESRCH', 'ESRCH', 'ESRCH', 'ESRCH']);
    deepEqual(dump(table), []);
  });

  on('ENOENT for a destination that is not there, and for a scheduler that nobody knows', (table) => {
    const results = codes(table, [
      addService(web),
      { kind: 'edit-destination', service: web, destination: one },
      { kind: 'delete-destination', service: web, destination: one },
      addService({ ...dns, scheduler: 'nonesuch' }),
      { kind: 'edit-service', service: { ...web, scheduler: 'nonesuch' } },
    ]);
    deepEqual(results, ['ok', 'ENOENT', 'ENOENT', 'ENOENT', 'ENOENT']);
    deepEqual(names(table), ['192.0.2.10:80/tcp']);
    equal(dump(table)[0]?.scheduler, 'wrr');
  });

  on('one refusal does not stop the rest, and each error says what was tried', (table) => {
    const results = table.apply([addService(web), addService(web), add(web, one), add(web, one), add(web, two)]);
    deepEqual(
      results.map((result) => (result.ok ? 'ok' : result.error.code)),
      ['ok', 'EEXIST', 'ok', 'EEXIST', 'ok'],
    );
    const refused = results[3];
    equal(
      refused?.ok === false && refused.error.what.includes('add destination 198.51.100.1:80 of 192.0.2.10:80/tcp'),
      true,
    );
    deepEqual(destinations(table), [one, two]);
  });
}

function dump(table: IpvsTable): readonly ServiceEntry[] {
  const dumped = table.dump();
  if (!dumped.ok) throw new Error(`dump: ${dumped.error.what}: ${dumped.error.code}`);
  return dumped.value;
}

const codes = (table: IpvsTable, operations: readonly TableOperation[]): string[] =>
  table.apply(operations).map((result) => (result.ok ? 'ok' : result.error.code));

const names = (table: IpvsTable): string[] => dump(table).map(serviceName).sort();

const said = (value: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

const specOf = (entry: ServiceEntry | undefined): Record<string, unknown> | undefined => {
  if (!entry) return undefined;
  const { destinations: _, counters: __, ...spec } = entry;
  return said(spec);
};

/** Of the only service, by address: the order is the table's own. */
const destinations = (table: IpvsTable): Record<string, unknown>[] =>
  dump(table)
    .flatMap((service) => service.destinations)
    .sort((a, b) => (a.address < b.address ? -1 : 1))
    .map(({ activeConnections: _, inactiveConnections: __, persistentConnections: ___, counters: ____, ...spec }) =>
      said(spec),
    );
