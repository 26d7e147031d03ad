/** Routes and rules of policy routing as configuration, kernel and operator name them: in the words of ip-route(8). */
import type { Family, IpAddress } from './ip.ts';

/** A network; undefined where one may stand means every address. */
export interface Network {
  readonly address: IpAddress;
  /** 0…32 or 0…128. */
  readonly prefix: number;
}

export type RouteType = 'unicast' | 'blackhole' | 'unreachable' | 'prohibit' | 'throw';

export interface NextHop {
  /** Undefined: directly by the interface. */
  readonly gateway: IpAddress | undefined;
  /** Undefined: the kernel finds it by the gateway. */
  readonly interface: string | undefined;
  /** 1…256: its share of several. */
  readonly weight: number;
  /** The gateway is taken to be on the link, whatever the addresses say. */
  readonly onlink: boolean;
}

export interface Route {
  readonly kind: 'route';
  readonly family: Family;
  readonly type: RouteType;
  /** Undefined: the default route. */
  readonly destination: Network | undefined;
  /** Empty where `type` sends nothing anywhere; several share the traffic. */
  readonly hops: readonly NextHop[];
  /** The address that our own packets leave with. */
  readonly source: IpAddress | undefined;
  /** 1…4294967295. */
  readonly table: number;
  /** 0 global, 253 link, 254 host. IPv6 knows none. */
  readonly scope: number;
  /** Undefined: the kernel's default (0; IPv6: 1024). */
  readonly metric: number | undefined;
  /** Bytes. */
  readonly mtu: number | undefined;
}

export interface Rule {
  readonly kind: 'rule';
  readonly family: Family;
  /** Smallest first. */
  readonly priority: number;
  readonly from: Network | undefined;
  readonly to: Network | undefined;
  readonly mark: { readonly value: number; readonly mask: number } | undefined;
  readonly incoming: string | undefined;
  readonly outgoing: string | undefined;
  /** The table that is looked up, or the end of the search. */
  readonly action: { readonly table: number } | 'blackhole' | 'unreachable' | 'prohibit';
}

/** One line of `virtual_routes` or `virtual_rules`. */
export type RoutingEntry = Route | Rule;

export const MAIN_TABLE = 254;

/** `198.51.100.0/24 via 192.0.2.1 dev eth0 table 100`, `rule 99: from 192.0.2.0/24 lookup 100`. */
export const describeRouting = (entry: RoutingEntry): string =>
  entry.kind === 'route' ? describeRoute(entry) : describeRule(entry);

function describeRoute(route: Route): string {
  const { destination, hops, source, table, scope, metric, mtu, family } = route;
  const [only, ...more] = hops;
  return words(
    route.type === 'unicast' ? undefined : route.type,
    destination ? network(destination) : family === 6 ? 'default (IPv6)' : 'default',
    ...(only && more.length === 0 ? [hop(only)] : hops.map((one) => `nexthop ${hop(one)} weight ${one.weight}`)),
    table === MAIN_TABLE ? undefined : `table ${table}`,
    scope === 0 ? undefined : `scope ${scope}`,
    source && `src ${source}`,
    metric === undefined ? undefined : `metric ${metric}`,
    mtu === undefined ? undefined : `mtu ${mtu}`,
  );
}

const hop = ({ gateway, interface: link, onlink }: NextHop): string =>
  words(gateway && `via ${gateway}`, link && `dev ${link}`, onlink ? 'onlink' : undefined);

function describeRule({ priority, from, to, mark, incoming, outgoing, action, family }: Rule): string {
  return words(
    `rule ${priority}:`,
    from ? `from ${network(from)}` : family === 6 ? 'from all (IPv6)' : 'from all',
    to && `to ${network(to)}`,
    mark && `fwmark 0x${mark.value.toString(16)}/0x${mark.mask.toString(16)}`,
    incoming && `iif ${incoming}`,
    outgoing && `oif ${outgoing}`,
    typeof action === 'string' ? action : `lookup ${action.table}`,
  );
}

const network = ({ address, prefix }: Network): string =>
  prefix === (address.includes(':') ? 128 : 32) ? address : `${address}/${prefix}`;

const words = (...all: (string | undefined)[]): string => all.filter(Boolean).join(' ');

/** Whether `found`, as the kernel tells it, is `wanted`: what that leaves open, the kernel may have filled in. */
export function isRouting(wanted: RoutingEntry, found: RoutingEntry): boolean {
  // Each is compared with all others: few of them are worth putting into words.
  if (!samePlace(wanted, found)) return false;
  if (wanted.kind === 'rule' || found.kind === 'rule') return describeRouting(wanted) === describeRouting(found);
  const filled = { ...wanted, metric: metricOf(wanted), hops: filledHops(wanted.hops, found.hops) };
  return describeRoute(filled) === describeRoute({ ...found, metric: metricOf(found) });
}

function samePlace(a: RoutingEntry, b: RoutingEntry): boolean {
  if (a.family !== b.family) return false;
  if (a.kind === 'rule') return b.kind === 'rule' && a.priority === b.priority;
  if (b.kind === 'rule' || a.table !== b.table) return false;
  return a.destination?.address === b.destination?.address && a.destination?.prefix === b.destination?.prefix;
}

/** What the kernel makes of none: another metric is another route. */
const metricOf = ({ metric, family }: Route): number | undefined => metric || (family === 6 ? 1024 : undefined);

function filledHops(wanted: readonly NextHop[], found: readonly NextHop[]): readonly NextHop[] {
  return wanted.map((one, i) => ({ ...one, interface: one.interface ?? found[i]?.interface }));
}
