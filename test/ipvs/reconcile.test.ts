import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant, milliseconds, seconds } from '../../src/base/time.ts';
import { diff } from '../../src/ipvs/reconcile.ts';
import {
  type DesiredService,
  type DestinationSpec,
  hostPort,
  type ServiceEntry,
  type ServiceKey,
  serviceName,
  type TableDump,
  type TableOperation,
} from '../../src/ipvs/types.ts';
import { createSimIpvsTable } from '../../src/sim/ipvs-table.ts';

const a: DestinationSpec = { address: ip('198.51.100.1'), port: 80, weight: 3, method: 'DR' };
const b: DestinationSpec = { address: ip('198.51.100.2'), port: 80, weight: 1, method: 'DR' };
const web: DesiredService = {
  address: ip('192.0.2.10'),
  port: 80,
  protocol: 'tcp',
  scheduler: 'wrr',
  persistence: undefined,
  destinations: [a, b],
};
const WEB = serviceName(web);

function tableOf(services: readonly DesiredService[]) {
  const table = createSimIpvsTable({ now: () => instant(0) });
  const present: TableDump = [];
  expect(table.apply(diff(services, present, new Set())).every((result) => result.ok)).toBe(true);
  return table;
}
function dumpOf(table: ReturnType<typeof tableOf>): TableDump {
  const dumped = table.dump();
  if (!dumped.ok) throw new Error('no dump');
  return dumped.value;
}
const said = (operations: readonly TableOperation[]): string[] =>
  operations.map((operation) =>
    'destination' in operation
      ? `${operation.kind} ${operation.destination.address}${'weight' in operation.destination ? ` w${operation.destination.weight}` : ''}`
      : `${operation.kind} ${serviceName(operation.service)}`,
  );
const changed = (before: DesiredService, now: DesiredService): string[] =>
  said(diff([now], dumpOf(tableOf([before])), new Set([WEB])));

describe('operations', () => {
  test('an empty table: the service, then its destinations in the order of the configuration', () => {
    expect(diff([web], [], new Set())).toEqual([
      {
        kind: 'add-service',
        service: { address: web.address, port: 80, protocol: 'tcp', scheduler: 'wrr', persistence: undefined },
      },
      { kind: 'add-destination', service: { address: web.address, port: 80, protocol: 'tcp' }, destination: a },
      { kind: 'add-destination', service: { address: web.address, port: 80, protocol: 'tcp' }, destination: b },
    ]);
  });

  test('what is as it should be is left alone', () => {
    expect(changed(web, web)).toEqual([]);
    expect(changed(web, { ...web, destinations: [b, a] })).toEqual([]);
  });

  test('a weight, a method: one edit', () => {
    expect(changed(web, { ...web, destinations: [a, { ...b, weight: 2 }] })).toEqual([
      'edit-destination 198.51.100.2 w2',
    ]);
    expect(changed(web, { ...web, destinations: [a, { ...b, method: 'NAT' }] })).toEqual([
      'edit-destination 198.51.100.2 w1',
    ]);
  });

  test('scheduler and persistence are edited in place, a fraction of a second is no difference', () => {
    expect(changed(web, { ...web, scheduler: 'rr' })).toEqual([`edit-service ${WEB}`]);
    expect(changed(web, { ...web, persistence: seconds(50) })).toEqual([`edit-service ${WEB}`]);
    expect(changed({ ...web, persistence: seconds(50) }, web)).toEqual([`edit-service ${WEB}`]);
    expect(changed({ ...web, persistence: seconds(50) }, { ...web, persistence: milliseconds(49_500) })).toEqual([]);
  });

  test('servers come before servers go, weights rise before weights fall', () => {
    const c: DestinationSpec = { ...a, address: ip('198.51.100.3') };
    const now = { ...web, destinations: [{ ...a, weight: 0 }, { ...b, weight: 5 }, c] };
    expect(changed({ ...web, destinations: [a, b, { ...c, address: ip('198.51.100.4') }] }, now)).toEqual([
      'edit-destination 198.51.100.2 w5',
      'add-destination 198.51.100.3 w3',
      'edit-destination 198.51.100.1 w0',
      'delete-destination 198.51.100.4',
    ]);
  });

  test('what was ours and is not wanted goes; what was never ours stays', () => {
    const table = tableOf([web, { ...web, port: 81 }]);
    expect(said(diff([], dumpOf(table), new Set([WEB])))).toEqual([`delete-service ${WEB}`]);
    expect(diff([], dumpOf(table), new Set())).toEqual([]);
  });

  test('a service that is there but not known as ours is adopted, with its connections', () => {
    const table = tableOf([web]);
    const connection = table.connect(web, { address: ip('203.0.113.1'), port: 4000 });
    const wanted = { ...web, scheduler: 'rr', destinations: [{ ...a, weight: 1 }] };
    table.apply(diff([wanted], dumpOf(table), new Set()));
    expect(connection?.alive()).toBe(true);
    expect(dumpOf(table)[0]).toMatchObject({ scheduler: 'rr', destinations: [{ weight: 1, activeConnections: 1 }] });
  });
});

const destination: fc.Arbitrary<DestinationSpec> = fc.record({
  address: fc.constantFrom(ip('198.51.100.1'), ip('198.51.100.2'), ip('198.51.100.3'), ip('198.51.100.4')),
  port: fc.constantFrom(80, 8080),
  weight: fc.constantFrom(0, 1, 2, 100),
  method: fc.constantFrom('DR', 'NAT', 'TUN'),
  upperThreshold: fc.constantFrom(undefined, 100),
});
const key: fc.Arbitrary<ServiceKey> = fc.oneof(
  fc.record({
    address: fc.constantFrom(ip('192.0.2.10'), ip('2001:db8::10')),
    port: fc.constantFrom(80, 443),
    protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
  }),
  fc.record({ mark: fc.constantFrom(1, 2), family: fc.constantFrom(4 as const, 6 as const) }),
);
const service: fc.Arbitrary<DesiredService> = fc
  .tuple(
    key,
    fc.record({
      scheduler: fc.constantFrom('rr', 'wrr', 'wlc'),
      schedulerFlags: fc.constantFrom(undefined, 1, 6),
      persistence: fc.constantFrom(undefined, seconds(50), seconds(360)),
      granularity: fc.constantFrom(undefined, 24),
      onePacket: fc.constantFrom(undefined, true),
      destinations: fc.uniqueArray(destination, { selector: (d) => `${d.address} ${d.port}`, maxLength: 6 }),
    }),
  )
  .map(([name, settings]) => ({ ...name, ...settings }));
const services = fc.uniqueArray(service, { selector: serviceName, maxLength: 6 });

const stated = (value: object) => Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
/** Without what a dump adds, and in one order. */
const bare = (entries: readonly DesiredService[]) =>
  [...entries]
    .sort((x, y) => (serviceName(x) < serviceName(y) ? -1 : 1))
    .map((entry) => {
      const { destinations, counters: _, ...spec } = entry as ServiceEntry;
      return {
        ...stated(spec),
        destinations: [...destinations]
          .sort((x, y) => (hostPort(x) < hostPort(y) ? -1 : 1))
          .map(({ activeConnections: _, inactiveConnections: __, persistentConnections: ___, counters: ____, ...d }) =>
            stated(d),
          ),
      };
    });
const weightOf = (entry: DesiredService | undefined): number =>
  (entry?.destinations ?? []).reduce((sum, d) => sum + d.weight, 0);

describe('whatever is there and whatever is wanted', () => {
  // What is ours in the table is a random part of it.
  const cases = fc.tuple(services, services, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }));
  const prepare = ([before, wanted, ours]: [DesiredService[], DesiredService[], boolean[]]) => {
    const owned = new Set(before.filter((_, i) => ours[i]).map(serviceName));
    return { table: tableOf(before), before, wanted, owned };
  };

  test('the operations are accepted and lead there, leave the foreign alone, and are none the second time', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { table, before, wanted, owned } = prepare(drawn);
        const results = table.apply(diff(wanted, dumpOf(table), owned));
        expect(results.filter((result) => !result.ok)).toEqual([]);
        const names = new Set(wanted.map(serviceName));
        const foreign = before.filter((s) => !owned.has(serviceName(s)) && !names.has(serviceName(s)));
        expect(bare(dumpOf(table))).toEqual(bare([...wanted, ...foreign]));
        expect(diff(wanted, dumpOf(table), owned)).toEqual([]);
      }),
    );
  });

  test('a service with weight before and after is never without', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { table, before, wanted, owned } = prepare(drawn);
        const weighty = wanted.filter(
          (s) => weightOf(s) > 0 && weightOf(before.find((was) => serviceName(was) === serviceName(s))) > 0,
        );
        for (const operation of diff(wanted, dumpOf(table), owned)) {
          table.apply([operation]);
          const now = dumpOf(table);
          for (const s of weighty) {
            expect(weightOf(now.find((entry) => serviceName(entry) === serviceName(s)))).toBeGreaterThan(0);
          }
        }
      }),
    );
  });

  test('no destination is named twice in one list', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { table, wanted, owned } = prepare(drawn);
        const names = diff(wanted, dumpOf(table), owned).map((operation) =>
          'destination' in operation
            ? `${serviceName(operation.service)} ${operation.destination.address} ${operation.destination.port}`
            : serviceName(operation.service),
        );
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
