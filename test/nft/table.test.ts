/** From operations to a table, from the table to a transaction, and back from what the kernel would list. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { seconds } from '../../src/base/time.ts';
import type { DestinationSpec, ServiceSpec, TableOperation } from '../../src/ipvs/types.ts';
import { type Listing, readTable } from '../../src/nft/listing.ts';
import { emptyTable, type NftTable, type Path, refreshPaths } from '../../src/nft/model.ts';
import { operate } from '../../src/nft/operations.ts';
import { FORMAT, render } from '../../src/nft/render.ts';
import { insteadOf } from '../../src/nft/schedulers.ts';

const web: ServiceSpec = { address: ip('192.0.2.10'), port: 80, protocol: 'tcp', scheduler: 'wrr' };
const dns6: ServiceSpec = {
  address: ip('2001:db8::10'),
  port: 53,
  protocol: 'udp',
  scheduler: 'rr',
  persistence: seconds(50),
};
const one: DestinationSpec = { address: ip('10.0.0.2'), port: 80, weight: 3, method: 'DR' };
const two: DestinationSpec = { address: ip('10.0.0.3'), port: 80, weight: 1, method: 'DR' };
const six: DestinationSpec = { address: ip('2001:db8::2'), port: 53, weight: 1, method: 'DR' };

const onLink = (address: DestinationSpec['address']): Path => ({
  kind: 'forward',
  via: address,
  device: 'eth0',
  index: 4,
});
const add = (service: ServiceSpec, ...destinations: DestinationSpec[]): TableOperation[] => [
  { kind: 'add-service', service },
  ...destinations.map((destination) => ({ kind: 'add-destination', service, destination }) as const),
];

function after(start: NftTable, ...operations: TableOperation[]): NftTable {
  return operations.reduce((table, operation) => {
    const outcome = operate(table, operation, onLink);
    if (!outcome.ok) throw new Error(outcome.error.what);
    return outcome.value;
  }, start);
}
const refusal = (start: NftTable, operation: TableOperation) => {
  const outcome = operate(start, operation, onLink);
  return outcome.ok ? undefined : outcome.error;
};
const start: NftTable = { ...emptyTable(), hooks: [{ index: 4, name: 'eth0' }] };
const lines = (script: string | undefined): string[] => (script ?? '').trim().split('\n');

/** What the kernel would list after a whole script: the last rules of each chain. */
function listingOf(script: string): Listing {
  const comments = [...script.matchAll(/^add rule netdev hatop (\S+) .*comment "([^"]*)"$/gm)];
  const chains = [...script.matchAll(/^add chain netdev hatop (\S+)(?: .* device "(\S+)")?/gm)];
  return {
    chains: chains.map(([, name = '', device]) => ({ name, device })),
    rules: comments.map(([, chain = '', comment]) => ({ chain, comment })),
    counters: new Map(),
  };
}

describe('a transaction', () => {
  test('what it makes is read back as what it was made of', () => {
    const table = after(start, ...add(web, one, two), ...add(dns6, six));
    expect(readTable(listingOf(render(undefined, table) ?? ''), FORMAT)).toEqual(table);
  });

  test('no comment is longer than nft takes, however long the names; what it leaves out is looked up anew', () => {
    const long = (last: string) => ip(`2001:db8:4f81:1c17:a8bb:ccff:fe12:${last}`);
    const service: ServiceSpec = { ...dns6, address: long('1111') };
    const server: DestinationSpec = { address: long('3456'), port: 65_535, weight: 65_535, method: 'DR' };
    const far = (via: string): Path => ({ kind: 'forward', via: long(via), device: 'enp130s0f0.1024', index: 123_456 });
    for (const path of [far('3456'), far('9999')]) {
      const table = refreshPaths(
        after({ ...emptyTable(1_234_567), hooks: start.hooks }, ...add(service, server)),
        () => path,
      );
      const script = render(undefined, table) ?? '';
      const comments = [...script.matchAll(/comment "([^"]*)"/g)].map(([, text = '']) => text.length);
      expect(Math.max(...comments)).toBeLessThanOrEqual(128);
      const back = readTable(listingOf(script), FORMAT);
      expect(back?.services[0]?.destinations[0]?.spec).toEqual(server);
      expect(refreshPaths(back ?? start, () => path).services[0]?.destinations[0]?.path).toEqual(path);
    }
  });

  test('nothing to be done is no transaction', () => {
    const table = after(start, ...add(web, one));
    expect(render(table, table)).toBeUndefined();
    expect(render(table, refreshPaths(table, onLink))).toBeUndefined();
    expect(render(undefined, start)).toBeUndefined();
  });

  test('a change of weight touches the rules of its service and no map, counter or other service', () => {
    const table = after(start, ...add(web, one, two), ...add(dns6, six));
    const lighter = { kind: 'edit-destination', service: web, destination: { ...one, weight: 0 } } as const;
    const script = lines(render(table, after(table, lighter)));
    expect(script.filter((line) => !/^(?:flush chain|add rule) netdev hatop \S*(?:-[12]|state)\b/.test(line))).toEqual(
      [],
    );
    expect(script.join('\n')).toContain('numgen inc mod 1 map { 0 : 3 }');
  });

  test('the last service takes the table along', () => {
    const table = after(start, ...add(web, one));
    expect(render(table, after(table, { kind: 'delete-service', service: web }))).toBe('delete table netdev hatop\n');
  });

  test('a service that goes and comes in one transaction goes first: its names are free again', () => {
    const table = after(start, ...add(web, one));
    const script = lines(render(table, after(table, { kind: 'delete-service', service: web }, ...add(web, one))));
    const at = (verb: string): number =>
      script.findIndex((line) => line.startsWith(`${verb} element netdev hatop services4`));
    expect(at('delete')).toBeGreaterThan(-1);
    expect(at('delete')).toBeLessThan(at('add'));
  });

  test('another interface, or another one of the same name, is hooked anew', () => {
    const table = after(start, ...add(web, one));
    const script = lines(render(table, { ...table, hooks: [{ index: 9, name: 'eth0' }] }));
    expect(script).toContain('delete chain netdev hatop ingress-4');
    expect(script).toContain(
      'add chain netdev hatop ingress-9 { type filter hook ingress device "eth0" priority 100; }',
    );
  });

  test('a route that changed changes the rule of its destination', () => {
    const table = after(start, ...add(web, one));
    const moved = refreshPaths(table, (via) => ({ kind: 'forward', via, device: 'eth1', index: 5 }));
    expect(render(table, moved)).toContain('fwd ip to 10.0.0.2 device "eth1"');
    expect(
      render(
        table,
        refreshPaths(table, () => ({ kind: 'local' })),
      ),
    ).toMatch(/destination-2 counter name \S+ accept/);
    expect(
      render(
        table,
        refreshPaths(table, () => ({ kind: 'unreachable' })),
      ),
    ).toMatch(/destination-2 .* drop comment/);
  });

  test('numbers are not given twice', () => {
    const table = after(start, ...add(web, one));
    const removed = after(table, { kind: 'delete-destination', service: web, destination: one });
    const again = after(removed, { kind: 'add-destination', service: web, destination: one });
    expect(again.services[0]?.destinations[0]?.id).not.toBe(table.services[0]?.destinations[0]?.id);
  });
});

test.each([
  ['wlc', 'wrr'],
  ['sed', 'wrr'],
  ['nq', 'wrr'],
  ['lc', 'rr'],
])('%s, which counts connections, takes turns as %s does, keeps its name, and it is said', (scheduler, other) => {
  const service = { ...web, scheduler };
  const rules = (spec: ServiceSpec): string => render(undefined, after(start, ...add(spec, one, two))) ?? '';
  expect(rules(service)).toContain(`192.0.2.10:80/tcp ${scheduler}`);
  expect(rules(service).replaceAll(` ${scheduler}"`, ` ${other}"`)).toBe(rules({ ...web, scheduler: other }));
  expect(insteadOf(service)).toBe(`${scheduler} counts connections, which nftables cannot: ${other} takes its place`);
  expect(insteadOf({ ...web, scheduler: other })).toBeUndefined();
  // Its clients are hashed: turns are not taken at all.
  expect(insteadOf({ ...service, persistence: seconds(50) })).toBeUndefined();
});

describe('refusals', () => {
  const table = after(start, ...add(web, one));

  test('what it cannot do is ENOTSUP, with what it can and what else to do', () => {
    const fo = refusal(table, { kind: 'add-service', service: { ...dns6, scheduler: 'fo' } });
    expect(fo?.code).toBe('ENOTSUP');
    expect(fo?.what).toMatch(/add service \[2001:db8::10\]:53.*rr, wrr, sh, mh, not fo.*IPVS can \(modprobe ip_vs\)/);
    const nat = refusal(table, { kind: 'add-destination', service: web, destination: { ...two, method: 'NAT' } });
    expect(nat?.code).toBe('ENOTSUP');
    expect(nat?.what).toMatch(/add destination 10\.0\.0\.3:80 of 192\.0\.2\.10:80\/tcp.*lb_kind DR.*not NAT/);
    expect(refusal(table, { kind: 'edit-service', service: { ...web, scheduler: 'dh' } })?.code).toBe('ENOTSUP');
    const sctp = refusal(table, { kind: 'add-service', service: { ...web, protocol: 'sctp' } });
    expect(sctp?.what).toMatch(/not SCTP/);
  });

  test('a destination of the other family, or with a weight below nothing', () => {
    expect(refusal(table, { kind: 'add-destination', service: web, destination: six })?.code).toBe('EINVAL');
    const minus = { ...two, weight: -1 };
    expect(refusal(table, { kind: 'add-destination', service: web, destination: minus })?.code).toBe('ERANGE');
  });
});

describe('reading back', () => {
  test('a table of another layout is none of ours', () => {
    const script = render(undefined, after(start, ...add(web, one))) ?? '';
    expect(readTable(listingOf(script), FORMAT + 1)).toBeUndefined();
    expect(readTable({ chains: [], rules: [], counters: new Map() }, FORMAT)).toBeUndefined();
  });

  test('a destination without its rule is not there: somebody else took it', () => {
    const listing = listingOf(render(undefined, after(start, ...add(web, one, two))) ?? '');
    const rules = listing.rules.filter(({ chain }) => chain !== 'destination-2');
    expect(readTable({ ...listing, rules }, FORMAT)?.services[0]?.destinations.map((d) => d.spec)).toEqual([two]);
  });
});
