import { type Family, familyOf, type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import { attribute, concat, type NetlinkMessage, parseAttributes, readU8, readU32, u8, u32 } from './netlink.ts';

/**
 * Routes in rtnetlink's messages (rtnetlink(7)):
 *
 *   rtmsg  | family u8 | dst len u8 | src len u8 | tos u8 | table u8 | protocol u8 | scope u8 | type u8 | flags u32 |
 *          RTM_…ROUTE, RTA_*
 */
export const RTM_ROUTE = { new: 24, delete: 25, get: 26 } as const;

const RTA = { destination: 1, source: 2, in: 3, out: 4, gateway: 5, preferredSource: 7, table: 15 } as const;
const AF = { 4: 2, 6: 10 } as const;
const TABLE_MAIN = 254;
const PROTOCOL_STATIC = 4;
const SCOPE = { universe: 0, link: 253, nowhere: 255 } as const;
const TYPE = { none: 0, unicast: 1, local: 2 } as const;
const ROUTE_PART = 12;

export interface RouteMessage {
  /** Undefined: every destination (prefix 0). */
  readonly destination: IpAddress | undefined;
  readonly prefix: number;
  readonly gateway: IpAddress | undefined;
  /** Undefined where the route has several next hops or none. */
  readonly index: number | undefined;
  readonly table: number;
  readonly type: 'unicast' | 'local' | 'other';
}

export const isMain = (route: RouteMessage): boolean => route.table === TABLE_MAIN;

/** RTM_NEWROUTE and RTM_DELROUTE of IPv4 and IPv6; undefined for everything else. */
export function decodeRoute(message: NetlinkMessage): RouteMessage | undefined {
  if (message.type !== RTM_ROUTE.new && message.type !== RTM_ROUTE.delete) return undefined;
  const { payload } = message;
  const size = payload[0] === AF[4] ? 4 : payload[0] === AF[6] ? 16 : 0;
  if (size === 0 || payload.length < ROUTE_PART) return undefined;
  const attributes = parseAttributes(payload.subarray(ROUTE_PART));
  const address = (type: number): IpAddress | undefined => {
    const bytes = attributes.get(type);
    return bytes?.length === size ? ipFromBytes(bytes) : undefined;
  };
  const table = attributes.get(RTA.table);
  const out = attributes.get(RTA.out);
  const type = payload[7];
  return {
    destination: address(RTA.destination),
    prefix: readU8(payload.subarray(1)),
    gateway: address(RTA.gateway),
    index: out && readU32(out),
    table: table ? readU32(table) : readU8(payload.subarray(4)),
    type: type === TYPE.unicast ? 'unicast' : type === TYPE.local ? 'local' : 'other',
  };
}

/** Payload of an RTM_GETROUTE dump of one family. */
export const routeDump = (family: Family): Uint8Array => concat(u8(AF[family]), new Uint8Array(ROUTE_PART - 1));

export interface HostRouteSpec {
  readonly address: IpAddress;
  readonly index: number;
}

/** Payload of RTM_NEWROUTE: one host, directly by an interface, in the main table. */
export const newHostRoute = (route: HostRouteSpec): Uint8Array =>
  hostRoute(route, PROTOCOL_STATIC, SCOPE.link, TYPE.unicast);

/** Payload of RTM_DELROUTE, whoever made the route. */
export const delHostRoute = (route: HostRouteSpec): Uint8Array => hostRoute(route, 0, SCOPE.nowhere, TYPE.none);

function hostRoute({ address, index }: HostRouteSpec, protocol: number, scope: number, type: number): Uint8Array {
  const bytes = ipBytes(address);
  const fixed = Uint8Array.of(AF[familyOf(address)], bytes.length * 8, 0, 0, TABLE_MAIN, protocol, scope, type);
  return concat(fixed, u32(0), attribute(RTA.destination, bytes), attribute(RTA.out, u32(index)));
}

/** Payload of RTM_GETROUTE: what would become of a packet from `source` to `destination` that came in by an interface. */
export function routeLookup(destination: IpAddress, from?: { readonly source: IpAddress; readonly index: number }) {
  const bytes = ipBytes(destination);
  const source = from && ipBytes(from.source);
  const fixed = Uint8Array.of(AF[familyOf(destination)], bytes.length * 8, (source?.length ?? 0) * 8, 0, 0, 0, 0, 0);
  const parts = [fixed, u32(0), attribute(RTA.destination, bytes)];
  if (from && source) parts.push(attribute(RTA.source, source), attribute(RTA.in, u32(from.index)));
  return concat(...parts);
}
