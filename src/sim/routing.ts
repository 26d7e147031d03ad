import { familyOf, type IpAddress, inNetwork } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import { describeRouting, isRouting, type NextHop, type Route, type RoutingEntry } from '../base/routing.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import type { AddressTable } from './addresses.ts';
import { type Broadcast, createBroadcast } from './broadcast.ts';
import type { LinkTable } from './links.ts';

/** The routes and rules of one simulated machine that bear our mark, with the kernel's refusals. */
export interface RoutingTable {
  list(): RoutingEntry[];
  add(entry: RoutingEntry): Result<'added' | 'present', OsError>;
  remove(entry: RoutingEntry): Result<'removed' | 'absent', OsError>;
  readonly changes: Broadcast<void>;
}

/** Linux takes a route away with the link that it goes by, and with its source address: so do `links` and `addresses`. */
export function createRoutingTable(links: LinkTable, addresses: AddressTable): RoutingTable {
  let table: RoutingEntry[] = [];
  const changes = createBroadcast<void>();

  const keep = (stays: (entry: RoutingEntry) => boolean): void => {
    const before = table.length;
    table = table.filter(stays);
    if (table.length !== before) changes.tell();
  };
  links.changes.listen(({ kind, link }) => {
    if (kind === 'removed' || !link.up) keep((entry) => entry.kind === 'rule' || !uses(entry, link.name));
  });
  addresses.changes.listen(({ kind, address: { address } }) => {
    if (kind === 'removed') keep((entry) => entry.kind === 'rule' || entry.source !== address);
  });

  const wayOut = (gateway: IpAddress): string | undefined =>
    addresses
      .list()
      .find((one) => familyOf(one.address) === familyOf(gateway) && inNetwork(gateway, one.address, one.prefix))
      ?.interface;

  const filledHop = (hop: NextHop): NextHop => ({
    ...hop,
    interface: hop.interface ?? (hop.gateway && wayOut(hop.gateway)),
  });

  const refusal = (route: Route): string | undefined => {
    for (const { interface: name, gateway, onlink } of route.hops.map(filledHop)) {
      if (name === undefined) return 'ENETUNREACH';
      const link = links.find(name);
      if (!link) return 'ENODEV';
      if (!link.up) return 'ENETDOWN';
      if (gateway && !onlink && wayOut(gateway) === undefined) return 'ENETUNREACH';
    }
    return route.source && !addresses.holds(route.source) ? 'EINVAL' : undefined;
  };

  return {
    changes,
    list: () => [...table],
    add(entry) {
      const what = `add ${describeRouting(entry)}`;
      if (table.some((other) => isRouting(entry, other))) return ok('present');
      const code = entry.kind === 'route' ? refusal(entry) : undefined;
      if (code !== undefined) return err(osError(code, what));
      if (table.some((other) => sameKey(entry, other))) return err(osError('EEXIST', what));
      table.push(entry.kind === 'route' ? { ...entry, hops: entry.hops.map(filledHop) } : entry);
      changes.tell();
      return ok('added');
    },
    remove(entry) {
      const present = table.some((other) => isRouting(entry, other));
      keep((other) => !isRouting(entry, other));
      return ok(present ? 'removed' : 'absent');
    },
  };
}

const uses = (route: Route, name: string): boolean => route.hops.some((hop) => hop.interface === name);

/** What the kernel has once, whatever it leads to. */
function sameKey(a: RoutingEntry, b: RoutingEntry): boolean {
  if (a.kind === 'rule' || b.kind === 'rule' || a.family !== b.family) return false;
  const key = ({ destination, table, metric }: Route): string =>
    `${destination?.address}/${destination?.prefix} ${table} ${metric ?? 0}`;
  return key(a) === key(b);
}
