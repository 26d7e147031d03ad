/** The lines of `virtual_routes` and `static_routes`: ip-route(8)'s grammar, as far as hatop acts on it. */
import { type Family, familyOf, type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import {
  describeRouting,
  MAIN_TABLE,
  type Network,
  type NextHop,
  type Route,
  type RouteType,
} from '../base/routing.ts';
import type { Report } from './diagnostic.ts';
import { bindEach, type ConfiguredRouting, type RoutingContext, Words } from './routing-words.ts';
import { type Line, spanOf, type Word } from './statement.ts';

const TYPES = ['unicast', 'blackhole', 'unreachable', 'prohibit', 'throw'] as const;
const SCOPES: Readonly<Record<string, number>> = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 };
/** keepalived's, whose meaning would be lost. */
const NOT_ACTED = new Set(
  `from tos dsfield protocol proto as encap lock advmss rtt rttvar reordering window cwnd initcwnd initrwnd ssthresh
  realms rto_min hoplimit quickack congctl features pref expires ttl-propagate fastopen_no_cookie equalize local nat
  broadcast multicast anycast track_group`.split(/\s+/),
);
const KNOWN = `to dst via gw or dev oif src table scope metric priority mtu onlink nexthop no_track weight`.split(' ');

interface Draft {
  type: RouteType;
  destination: { readonly network: Network | undefined } | undefined;
  hops: Hop[];
  source: IpAddress | undefined;
  table: number;
  scope: number;
  metric: number | undefined;
  mtu: number | undefined;
  tracked: boolean;
  /** Of every address that the line names. */
  families: Set<Family>;
}
type Hop = { -readonly [K in keyof NextHop]: NextHop[K] };

export const bindRoutes = (lines: readonly Line[], context: RoutingContext, report: Report): ConfiguredRouting[] =>
  bindEach(lines, (line) => bindRoute(line, context, report));

function bindRoute(line: Line, context: RoutingContext, report: Report): ConfiguredRouting {
  const words = new Words(line, 'route', report);
  const draft = readDraft(words, context);
  if (!draft.destination)
    words.wrongLine('a route needs a destination', 'write `NETWORK/LENGTH via GATEWAY`, or `default via …`');
  if (draft.families.size > 1) words.wrongLine('a route has addresses of one family', 'IPv4 or IPv6, not both');
  const family = draft.families.has(6) ? 6 : 4;
  if (draft.type === 'unicast' && !draft.hops.every(({ gateway, interface: name }) => gateway ?? name)) {
    words.wrongLine('a route needs a way', 'write `via GATEWAY`, `dev INTERFACE` or both');
  }
  const entry: Route = {
    kind: 'route',
    family,
    type: draft.type,
    destination: wholeNetwork(draft.destination?.network, line, report),
    hops: draft.type === 'unicast' ? draft.hops : [],
    source: draft.source,
    table: draft.table,
    scope: family === 6 ? 0 : draft.scope,
    metric: draft.metric || undefined,
    mtu: draft.mtu,
  };
  const names = entry.hops.flatMap((hop) => hop.interface ?? []);
  return {
    name: describeRouting(entry),
    entry,
    tracked: draft.tracked ? [...new Set(names)] : [],
    span: spanOf(line),
  };
}

const newHop = (): Hop => ({ gateway: undefined, interface: undefined, weight: 1, onlink: false });

function readDraft(words: Words, context: RoutingContext): Draft {
  const draft: Draft = {
    type: 'unicast',
    destination: undefined,
    hops: [newHop()],
    source: undefined,
    table: MAIN_TABLE,
    scope: 0,
    metric: undefined,
    mtu: undefined,
    tracked: true,
    families: new Set(),
  };
  let several = false;
  for (let word = words.next(); word; word = words.next()) {
    if (word.text === 'nexthop') {
      if (several) draft.hops.push(newHop());
      several = true;
    } else readWord(word, draft, words, context);
  }
  return draft;
}

function readWord(word: Word, draft: Draft, words: Words, context: RoutingContext): void {
  const hop = draft.hops.at(-1) ?? newHop();
  switch (word.text) {
    case 'via':
    case 'gw':
      if (words.peek() === 'inet' || words.peek() === 'inet6') words.next();
      hop.gateway = seen(draft, words.address(word));
      return;
    case 'or':
      draft.hops.push({ ...newHop(), gateway: seen(draft, words.address(word)) });
      return;
    case 'dev':
    case 'oif':
      hop.interface = words.value(word).text;
      return;
    case 'onlink':
      hop.onlink = true;
      return;
    case 'weight':
      hop.weight = words.number(word, 1, 256);
      return;
    case 'src':
      draft.source = seen(draft, words.address(word));
      return;
    case 'table':
      draft.table = words.table(word, context);
      return;
    case 'scope':
      draft.scope = readScope(word, words);
      return;
    case 'metric':
    case 'priority':
    case 'preference':
      draft.metric = words.number(word, 0, 0xffff_ffff);
      return;
    case 'mtu':
      if (words.peek() === 'lock') words.notActed(words.value(word));
      draft.mtu = words.number(word, 1, 0xffff_ffff);
      return;
    case 'no_track':
      draft.tracked = false;
      return;
    case 'inet':
    case 'inet6':
      draft.families.add(word.text === 'inet6' ? 6 : 4);
      return;
    default:
      readDestination(word, draft, words);
  }
}

function seen(draft: Draft, address: IpAddress): IpAddress {
  draft.families.add(familyOf(address));
  return address;
}

function readScope(word: Word, words: Words): number {
  const name = words.peek() ?? '';
  if (!Object.hasOwn(SCOPES, name)) return words.number(word, 0, 255);
  words.next();
  return SCOPES[name] as number;
}

/** `[TYPE] [to] NETWORK`. */
function readDestination(word: Word, draft: Draft, words: Words): void {
  const type = TYPES.find((name) => name === word.text);
  if (type) {
    draft.type = type;
    return;
  }
  if (NOT_ACTED.has(word.text)) words.notActed(word);
  const named = word.text === 'to' || word.text === 'dst' ? words.value(word) : word;
  if (named === word && !/^(default|all|any|[\da-f]*[.:].*)$/i.test(word.text)) words.unknown(word, KNOWN);
  const { network, family } = words.network(named);
  if (family) draft.families.add(family);
  draft.destination = { network };
}

/** The kernel refuses a network with bits beyond its length. */
function wholeNetwork(network: Network | undefined, line: Line, report: Report): Network | undefined {
  if (!network) return undefined;
  const { address, prefix } = network;
  const bytes = ipBytes(address).map(
    (byte, i) => byte & ((0xff << (8 - Math.min(8, Math.max(0, prefix - i * 8)))) & 0xff),
  );
  const first = ipFromBytes(bytes);
  if (first === address) return network;
  const message = `\`${address}/${prefix}\` is no network: it has bits beyond its length`;
  report({ code: 'adjusted', severity: 'warning', message, span: spanOf(line), hint: `${first}/${prefix} is used` });
  return { address: first, prefix };
}
