import { err, ok, type Result } from '../base/result.ts';
import type { TableDump } from '../ipvs/types.ts';
import { dumpOf, type Listing, readTable, usageOf } from '../nft/listing.ts';
import { emptyTable, type Hook, type NftTable, refreshPaths } from '../nft/model.ts';
import { operate } from '../nft/operations.ts';
import { removals } from '../nft/removal.ts';
import { FLOWS_MAX, FORMAT, render, TABLE } from '../nft/render.ts';
import { insteadOf } from '../nft/schedulers.ts';
import type { IpvsTable, TableOperation, TableUsage } from '../ports/ipvs-table.ts';
import { describeOsError, type OsError, osError } from '../ports/os-error.ts';
import { NETLINK_NETFILTER, NETLINK_ROUTE } from './constants.ts';
import { type NetlinkConnection, openNetlink } from './netlink-conn.ts';
import { countFlows, type FlowCounts, forget } from './nft-flows.ts';
import { findLacking } from './nft-probe.ts';
import { runNft } from './nft-program.ts';
import { readListing } from './nft-reader.ts';
import { noneTable } from './none-table.ts';
import { createPathFinder, listHooks } from './path-finder.ts';
import { sparing } from './sparing.ts';

export interface NftTableOptions {
  /** The interfaces whose received packets are looked at: those that may have a VIP. Absent: all but the loopback. */
  readonly interfaces?: (() => readonly string[]) | undefined;
  /** Flows of one service at most; absent: FLOWS_MAX. Of services that are added: one that is there keeps its own. */
  readonly flowsMax?: number | undefined;
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

function createTable(netfilter: NetlinkConnection, routes: NetlinkConnection, options: NftTableOptions): IpvsTable {
  /** Numbers are never given twice, even after the table has gone with its last service. */
  let nextId = 1;
  let usage: TableUsage | undefined;
  let trouble: string | undefined;
  let countedAnew = false;
  /** As they are, or with many flows as they were when they were last counted. */
  let counts: FlowCounts = { byDestination: new Map(), byService: new Map() };
  const recount = sparing((table: NftTable) => countFlows(netfilter, table));

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
    const script = render(before, after, options.flowsMax);
    if (script === undefined) return ok(undefined);
    // A table of our name that we cannot read is of another version, or broken: it is made anew.
    const done = runNft(exists && !before ? `delete table ${TABLE}\n${script}` : script);
    if (!done.ok) return err(osError('EINVAL', `change the nftables table: ${done.error}`));
    for (const removal of removals(before, after)) forget(netfilter, removal);
    return done;
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

  /** Interfaces come and go and routes change: the rules name both, and are put right where they differ. */
  const follow = sparing((table: NftTable): Result<void, OsError> => {
    const links = listHooks(routes);
    const now = refreshPaths({ ...table, hooks: hooksOf(links) }, createPathFinder(routes, links));
    return commit(table, true, now);
  });

  function dump(): Result<TableDump, OsError> {
    const now = read();
    if (!now.ok) return now;
    const { table, listing } = now.value;
    usage = undefined;
    if (!table) return ok([]);
    // What is there is there, also where it could not be put right: what else is to be done must not wait for it.
    const followed = follow(table);
    if (followed) trouble = followed.ok ? undefined : describeOsError(followed.error);
    const recounted = recount(table);
    countedAnew = recounted !== undefined;
    counts = recounted ?? counts;
    usage = usageOf(table, listing, counts.byService, options.flowsMax ?? FLOWS_MAX);
    return ok(dumpOf(table, listing, counts.byDestination));
  }

  return {
    kind: 'nftables',
    dump,
    usage: () => usage,
    trouble: () => trouble,
    instead: insteadOf,
    countedAnew: () => countedAnew,
    apply,
    close() {
      netfilter.close();
      routes.close();
    },
  };
}
