import { err, ok, type Result } from '../base/result.ts';
import type { TableDump } from '../ipvs/types.ts';
import { countEntries, type FlowCount, MAPS } from '../nft/flows.ts';
import { dumpOf, type Listing, readTable } from '../nft/listing.ts';
import { emptyTable, type Hook, type NftTable, refreshPaths } from '../nft/model.ts';
import { operate } from '../nft/operations.ts';
import { FORMAT, render, TABLE } from '../nft/render.ts';
import type { IpvsTable, TableOperation } from '../ports/ipvs-table.ts';
import { describeOsError, type OsError, osError } from '../ports/os-error.ts';
import { NETLINK_NETFILTER, NETLINK_ROUTE } from './constants.ts';
import { type NetlinkConnection, openNetlink } from './netlink-conn.ts';
import { runNft } from './nft-program.ts';
import { readElements, readListing } from './nft-reader.ts';
import { noneTable } from './none-table.ts';
import { createPathFinder, listHooks } from './path-finder.ts';

export interface NftTableOptions {
  /** The interfaces whose received packets are looked at: those that may have a VIP. Absent: all but the loopback. */
  readonly interfaces?: (() => readonly string[]) | undefined;
}

/**
 * Virtual services by nftables alone, of the network namespace that calls: direct routing from the ingress hook of the
 * VIP's interface. Where that cannot be the answer is a table of kind `none` that says why.
 */
export function openNftTable(options: NftTableOptions = {}): IpvsTable {
  const netfilter = openNetlink(NETLINK_NETFILTER);
  if (!netfilter.ok) return noneTable(`nftables cannot be reached: ${describeOsError(netfilter.error)}`);
  const routes = openNetlink(NETLINK_ROUTE);
  if (!routes.ok) {
    netfilter.value.close();
    return noneTable(`nftables cannot be reached: ${describeOsError(routes.error)}`);
  }
  const lacking = findLacking();
  if (lacking === undefined) return createTable(netfilter.value, routes.value, options);
  netfilter.value.close();
  routes.value.close();
  return noneTable(lacking);
}

/** What this machine lacks for it, in words; undefined: nothing. Asked by a table that is checked and never made. */
function findLacking(): string | undefined {
  if (probe(NEEDED.map(({ rule }) => rule).join('\n')).ok) return undefined;
  for (const { rule, name } of NEEDED) {
    const probed = probe(rule);
    if (!probed.ok) return `nftables cannot balance here: ${name}: ${probed.error}`;
  }
  return undefined;
}

const probe = (rules: string): Result<void, string> =>
  runNft(
    `table netdev hatop-probe {
  map m { typeof @nh,96,32 : meta mark; size 1; flags dynamic,timeout; }
  chain c {\n${rules}\n }
}\n`,
    true,
  );

/** The first that fails says why: the program, the rights and the family come before the single expressions. */
const NEEDED = [
  { name: 'a table of the netdev family', rule: '' },
  { name: 'whether an address is local, by packet (nft_fib_netdev)', rule: 'fib daddr . iif type local accept' },
  { name: 'turns and hashes (nft_numgen, nft_hash)', rule: 'numgen inc mod 2 0 jhash ip saddr mod 2 0 accept' },
  { name: 'a map filled by packets (nft_dynset)', rule: 'update @m { @nh,96,32 timeout 1s : meta mark } accept' },
  { name: 'forwarding from ingress (nft_fwd_netdev)', rule: 'fwd ip to 192.0.2.1 device "lo"' },
] as const;

function createTable(netfilter: NetlinkConnection, routes: NetlinkConnection, options: NftTableOptions): IpvsTable {
  /** Numbers are never given twice, even after the table has gone with its last service. */
  let nextId = 1;

  const hooksOf = (links: readonly Hook[]): readonly Hook[] => {
    const wanted = options.interfaces?.();
    return wanted ? links.filter(({ name }) => wanted.includes(name)) : links;
  };

  function read(): Result<{ listing: Listing; table: NftTable | undefined }, OsError> {
    const listing = readListing(netfilter);
    if (!listing.ok) return listing;
    const table = readTable(listing.value, FORMAT);
    nextId = Math.max(nextId, table?.nextId ?? 1);
    return ok({ listing: listing.value, table });
  }

  function commit(before: NftTable | undefined, exists: boolean, after: NftTable): Result<void, OsError> {
    const script = render(before, after);
    if (script === undefined) return ok(undefined);
    // A table of our name that we cannot read is of another version, or broken: it is made anew.
    const done = runNft(exists && !before ? `delete table ${TABLE}\n${script}` : script);
    return done.ok ? done : err(osError('EINVAL', `change the nftables table: ${done.error}`));
  }

  function apply(operations: readonly TableOperation[]): Result<void, OsError>[] {
    const now = read();
    if (!now.ok) return operations.map(() => now);
    const links = listHooks(routes);
    const pathTo = createPathFinder(routes, links);
    let table: NftTable = { ...(now.value.table ?? emptyTable()), nextId, hooks: hooksOf(links) };
    const results = operations.map((operation): Result<void, OsError> => {
      const outcome = operate(table, operation, pathTo);
      if (!outcome.ok) return outcome;
      table = outcome.value;
      return ok(undefined);
    });
    const done = commit(now.value.table, now.value.listing.chains.length > 0, table);
    if (done.ok) nextId = table.nextId;
    return done.ok ? results : results.map((result) => (result.ok ? done : result));
  }

  function countFlows(table: NftTable): Map<number, FlowCount> {
    const counts = new Map<number, FlowCount>();
    for (const service of table.services) {
      for (const kind of MAPS) {
        const elements = readElements(netfilter, `${kind}-${service.id}`);
        if (elements.ok) countEntries(counts, service, kind, elements.value);
      }
    }
    return counts;
  }

  /** Interfaces come and go and routes change: the rules name both, and are put right where they differ. */
  function follow(table: NftTable): Result<void, OsError> {
    const links = listHooks(routes);
    const now = refreshPaths({ ...table, hooks: hooksOf(links) }, createPathFinder(routes, links));
    return commit(table, true, now);
  }

  function dump(): Result<TableDump, OsError> {
    const now = read();
    if (!now.ok) return now;
    const { table, listing } = now.value;
    if (!table) return ok([]);
    const followed = follow(table);
    return followed.ok ? ok(dumpOf(table, listing, countFlows(table))) : followed;
  }

  return {
    kind: 'nftables',
    dump,
    apply,
    close() {
      netfilter.close();
      routes.close();
    },
  };
}
