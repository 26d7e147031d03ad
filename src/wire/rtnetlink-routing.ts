/**
 * The routes and rules that a virtual router holds, in rtnetlink's messages (rtnetlink(7), linux/rtnetlink.h,
 * linux/fib_rules.h). All bear the protocol number that keepalived marks its own with.
 *
 *   rtmsg         | family u8 | dst len u8 | src len u8 | tos u8 | table u8 | protocol u8 | scope u8 | type u8 | flags u32 |
 *   fib_rule_hdr  | family u8 | dst len u8 | src len u8 | tos u8 | table u8 | pad u8 | pad u8 | action u8 | flags u32 |
 *   rtnexthop     | length u16 | flags u8 | weight - 1 u8 | index i32 | attributes |
 */
import { type Family, type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import type { Network, NextHop, Route, RouteType, Rule } from '../base/routing.ts';
import {
  attribute,
  concat,
  listAttributes,
  type NetlinkMessage,
  nested,
  parseAttributes,
  readString,
  readU8,
  readU16,
  readU32,
  string,
  u8,
  u16,
  u32,
} from './netlink.ts';
import { RTM_ROUTE } from './rtnetlink-route.ts';

/** RTPROT_KEEPALIVED. */
export const PROTOCOL_KEEPALIVED = 18;
export const RTM_RULE = { new: 32, delete: 33, get: 34 } as const;
/** Multicast groups as bits for bind(2). */
export const ROUTING_GROUPS = 0x40 | 0x80 | 0x400 | 0x40000;

const RTA = {
  destination: 1,
  out: 4,
  gateway: 5,
  priority: 6,
  source: 7,
  metrics: 8,
  multipath: 9,
  table: 15,
} as const;
const RTAX_MTU = 2;
const RTNH_ONLINK = 4;
const FRA = {
  to: 1,
  from: 2,
  incoming: 3,
  priority: 6,
  mark: 10,
  table: 15,
  mask: 16,
  outgoing: 17,
  protocol: 21,
} as const;
const AF = { 4: 2, 6: 10 } as const;
const TYPE: Readonly<Record<RouteType, number>> = { unicast: 1, blackhole: 6, unreachable: 7, prohibit: 8, throw: 9 };
const ACTION = { table: 1, blackhole: 6, unreachable: 7, prohibit: 8 } as const;
const HEADER = 12;
/** Larger table numbers stand in an attribute alone (RT_TABLE_UNSPEC). */
const tableByte = (table: number): number => (table < 256 ? table : 0);

/** Payload of RTM_NEWROUTE and RTM_DELROUTE; `indexOf` names the interfaces, which must exist. */
export function routePayload(route: Route, indexOf: (name: string) => number): Uint8Array {
  const { family, destination, hops, source, table, metric, mtu } = route;
  const [only, ...more] = hops;
  const flags = only?.onlink && more.length === 0 ? RTNH_ONLINK : 0;
  const scope = family === 6 ? 0 : route.scope;
  const fixed = Uint8Array.of(AF[family], destination?.prefix ?? 0, 0, 0, tableByte(table), PROTOCOL_KEEPALIVED, scope);
  const parts = [fixed, u8(TYPE[route.type]), u32(flags), attribute(RTA.table, u32(table))];
  if (destination) parts.push(attribute(RTA.destination, ipBytes(destination.address)));
  if (source) parts.push(attribute(RTA.source, ipBytes(source)));
  if (metric !== undefined) parts.push(attribute(RTA.priority, u32(metric)));
  if (mtu !== undefined) parts.push(nested(RTA.metrics, attribute(RTAX_MTU, u32(mtu))));
  if (more.length > 0) parts.push(attribute(RTA.multipath, concat(...hops.map((hop) => hopPart(hop, indexOf)))));
  else if (only) parts.push(...way(only, indexOf));
  return concat(...parts);
}

function way({ gateway, interface: name }: NextHop, indexOf: (name: string) => number): Uint8Array[] {
  return [
    ...(gateway ? [attribute(RTA.gateway, ipBytes(gateway))] : []),
    ...(name === undefined ? [] : [attribute(RTA.out, u32(indexOf(name)))]),
  ];
}

function hopPart(hop: NextHop, indexOf: (name: string) => number): Uint8Array {
  const index = hop.interface === undefined ? 0 : indexOf(hop.interface);
  const attributes = hop.gateway ? attribute(RTA.gateway, ipBytes(hop.gateway)) : new Uint8Array();
  const fixed = concat(u16(8 + attributes.length), u8(hop.onlink ? RTNH_ONLINK : 0), u8(hop.weight - 1), u32(index));
  return concat(fixed, attributes);
}

/** Payload of RTM_NEWRULE and RTM_DELRULE. */
export function rulePayload({ family, from, to, priority, mark, incoming, outgoing, action }: Rule): Uint8Array {
  const table = typeof action === 'string' ? undefined : action.table;
  const code = typeof action === 'string' ? ACTION[action] : ACTION.table;
  const lengths = [to?.prefix ?? 0, from?.prefix ?? 0];
  const parts = [Uint8Array.of(AF[family], ...lengths, 0, tableByte(table ?? 0), 0, 0, code), u32(0)];
  if (table !== undefined) parts.push(attribute(FRA.table, u32(table)));
  if (from) parts.push(attribute(FRA.from, ipBytes(from.address)));
  if (to) parts.push(attribute(FRA.to, ipBytes(to.address)));
  if (mark) parts.push(attribute(FRA.mark, u32(mark.value)), attribute(FRA.mask, u32(mark.mask)));
  if (incoming !== undefined) parts.push(attribute(FRA.incoming, string(incoming)));
  if (outgoing !== undefined) parts.push(attribute(FRA.outgoing, string(outgoing)));
  return concat(...parts, attribute(FRA.priority, u32(priority)), attribute(FRA.protocol, u8(PROTOCOL_KEEPALIVED)));
}

/** Payload of an RTM_GETROUTE dump; a kernel that checks strictly gives those with the mark alone. */
export const markedRouteDump = (family: Family): Uint8Array =>
  concat(Uint8Array.of(AF[family], 0, 0, 0, 0, PROTOCOL_KEEPALIVED, 0, 0), u32(0));
/** Payload of an RTM_GETRULE dump. */
export const ruleDump = (family: Family): Uint8Array => concat(u8(AF[family]), new Uint8Array(HEADER - 1));

/** A route with the mark; undefined for others, for those of other types, and for what is no route. */
export function decodeMarkedRoute(message: NetlinkMessage, nameOf: (index: number) => string): Route | undefined {
  const { payload } = message;
  const family = familyIn(payload);
  if (message.type !== RTM_ROUTE.new || !family || payload[5] !== PROTOCOL_KEEPALIVED) return undefined;
  const type = (Object.keys(TYPE) as RouteType[]).find((name) => TYPE[name] === payload[7]);
  if (!type) return undefined;
  const attributes = parseAttributes(payload.subarray(HEADER));
  const number = (of: number): number | undefined => (attributes.has(of) ? readU32(attributes.get(of)) : undefined);
  const metrics = attributes.get(RTA.metrics);
  const mtu = metrics && parseAttributes(metrics).get(RTAX_MTU);
  const flags = readU32(payload.subarray(8));
  const hop = oneHop({ attributes, index: number(RTA.out) ?? 0, weight: 1, flags }, nameOf);
  const several = attributes.get(RTA.multipath);
  return {
    kind: 'route',
    family,
    type,
    destination: networkOf(attributes.get(RTA.destination), payload[1]),
    hops: type !== 'unicast' ? [] : several ? hopsOf(several, nameOf) : [hop],
    source: addressOf(attributes.get(RTA.source)),
    table: number(RTA.table) ?? readU8(payload.subarray(4)),
    scope: readU8(payload.subarray(6)),
    metric: number(RTA.priority),
    mtu: mtu && readU32(mtu),
  };
}

interface RawHop {
  readonly attributes: ReadonlyMap<number, Uint8Array>;
  readonly index: number;
  readonly weight: number;
  readonly flags: number;
}

const oneHop = ({ attributes, index, weight, flags }: RawHop, nameOf: (index: number) => string): NextHop => ({
  gateway: addressOf(attributes.get(RTA.gateway)),
  interface: index === 0 ? undefined : nameOf(index),
  weight,
  onlink: (flags & RTNH_ONLINK) !== 0,
});

function hopsOf(bytes: Uint8Array, nameOf: (index: number) => string): NextHop[] {
  const hops: NextHop[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = readU16(bytes.subarray(at));
    if (length < 8 || at + length > bytes.length) break;
    const attributes = new Map(listAttributes(bytes.subarray(at + 8, at + length)));
    const [flags = 0, weight = 0] = bytes.subarray(at + 2);
    hops.push(oneHop({ attributes, index: readU32(bytes.subarray(at + 4)), weight: weight + 1, flags }, nameOf));
    at += (length + 3) & ~3;
  }
  return hops;
}

/** A rule with the mark; undefined like `decodeMarkedRoute`. */
export function decodeMarkedRule(message: NetlinkMessage): Rule | undefined {
  const { payload } = message;
  const family = familyIn(payload);
  if (message.type !== RTM_RULE.new || !family) return undefined;
  const attributes = parseAttributes(payload.subarray(HEADER));
  if (readU8(attributes.get(FRA.protocol)) !== PROTOCOL_KEEPALIVED) return undefined;
  const code = payload[7];
  const ending = (['blackhole', 'unreachable', 'prohibit'] as const).find((name) => ACTION[name] === code);
  if (!ending && code !== ACTION.table) return undefined;
  const text = (of: number): string | undefined => {
    const bytes = attributes.get(of);
    return bytes && readString(bytes);
  };
  const mark = attributes.get(FRA.mark);
  return {
    kind: 'rule',
    family,
    priority: readU32(attributes.get(FRA.priority)),
    from: networkOf(attributes.get(FRA.from), payload[2]),
    to: networkOf(attributes.get(FRA.to), payload[1]),
    mark: mark && { value: readU32(mark), mask: readU32(attributes.get(FRA.mask)) },
    incoming: text(FRA.incoming),
    outgoing: text(FRA.outgoing),
    action: ending ?? { table: readU32(attributes.get(FRA.table)) },
  };
}

function familyIn(payload: Uint8Array): Family | undefined {
  if (payload.length < HEADER) return undefined;
  return payload[0] === AF[4] ? 4 : payload[0] === AF[6] ? 6 : undefined;
}

const addressOf = (bytes: Uint8Array | undefined): IpAddress | undefined =>
  bytes && (bytes.length === 4 || bytes.length === 16) ? ipFromBytes(bytes) : undefined;

function networkOf(bytes: Uint8Array | undefined, prefix = 0): Network | undefined {
  const address = addressOf(bytes);
  return address && { address, prefix };
}
