/** From what is there to what shall be: the text of one `nft -f -`, which the kernel takes as a whole or not at all. */
import { type Family, familyOf, ipBytes } from '../base/ip.ts';
import { fieldsOf } from './fields.ts';
import type { Hook, NftDestination, NftService, NftTable } from './model.ts';
import { destinationComment, serviceRules, TIMEOUT } from './service-rules.ts';

export const TABLE = 'netdev hatop';
/** What this layout is called, so that a later one can tell what it finds. */
export const FORMAT = 2;
/** After other people's ingress filters (priority 0 and below): what they drop is never forwarded. */
export const PRIORITY = 100;
/** Counters of the table as a whole. */
export const TABLE_COUNTERS = ['full', 'unknown', 'unserved', 'removed', 'fragments'] as const;
/** Entries of one service: flows, closing flows and persistent clients each. They take memory only when used. */
export const FLOWS_MAX = 262_144;
const FRAGMENTS_MAX = 16_384;

/** Undefined where nothing is to be done. `before` undefined: there is no table of ours. */
export function render(before: NftTable | undefined, after: NftTable, flowsMax = FLOWS_MAX): string | undefined {
  if (after.services.length === 0) return before ? `delete table ${TABLE}\n` : undefined;
  const lines = [
    ...(before ? [] : foundation()),
    ...hookChanges(before?.hooks ?? [], after.hooks),
    ...serviceChanges(before?.services ?? [], after.services, flowsMax),
  ];
  if (lines.length === 0) return undefined;
  return `${[...lines, ...fill('state', [`return comment "format ${FORMAT} next ${after.nextId}"`])].join('\n')}\n`;
}

function foundation(): string[] {
  return [
    `add table ${TABLE}`,
    ...['state', 'dispatch'].map(addChain),
    ...TABLE_COUNTERS.map((name) => `add counter ${TABLE} ${name}`),
    `add map ${TABLE} connections { type mark : counter; }`,
    `add map ${TABLE} deliver { type mark : verdict; }`,
    `add set ${TABLE} alive { type mark; }`,
    ...([4, 6] as const).flatMap(family),
    ...fill('dispatch', ['meta protocol ip goto packets4', 'meta protocol ip6 goto packets6']),
  ];
}

function family(version: Family): string[] {
  const fields = fieldsOf(version);
  const { ip } = fields;
  return [
    `add map ${TABLE} services${version} { type inet_proto . ${fields.addressType} . inet_service : verdict; }`,
    `add map ${TABLE} errors${version} { typeof ${fields.quotedService} : verdict; }`,
    `add map ${TABLE} fragments${version} { typeof ${fields.datagramType} : meta mark; size ${FRAGMENTS_MAX}; flags dynamic,timeout; }`,
    `add set ${TABLE} vips${version} { type ${fields.addressType}; }`,
    ...[`packets${version}`, `deliver${version}`].map(addChain),
    ...fill(`packets${version}`, [
      `${ip} daddr != @vips${version} accept`,
      `${fields.laterFragment} meta mark set ${fields.datagram} map @fragments${version} meta mark vmap @deliver`,
      `${fields.laterFragment} counter name "fragments" accept`,
      `meta l4proto . ${ip} daddr . th dport vmap @services${version}`,
      `${fields.error} ${fields.quotedService} vmap @errors${version}`,
    ]),
    ...fill(`deliver${version}`, [
      `${fields.firstFragment} update @fragments${version} { ${fields.datagram} timeout ${TIMEOUT.fragments}s : meta mark }`,
      'meta mark vmap @deliver',
    ]),
  ];
}

/** One base chain for each interface, named by its index. The kernel itself lets go of it with the interface. */
function hookChanges(before: readonly Hook[], after: readonly Hook[]): string[] {
  const has = (hooks: readonly Hook[], hook: Hook): boolean => hooks.some((other) => other.index === hook.index);
  return [
    ...before.filter((hook) => !has(after, hook)).flatMap(({ index }) => removeChain(`ingress-${index}`)),
    ...after
      .filter((hook) => !has(before, hook))
      .flatMap(({ index, name }) => [
        `add chain ${TABLE} ingress-${index} { type filter hook ingress device "${name}" priority ${PRIORITY}; }`,
        // Frames for others are seen here too, and a packet for an address that this node has not, or no longer, is
        // not ours to forward: the kernel looks it up packet by packet, so a backup never does.
        ...fill(`ingress-${index}`, ['meta pkttype host fib daddr . iif type local goto dispatch']),
      ]),
  ];
}

function serviceChanges(before: readonly NftService[], after: readonly NftService[], flowsMax: number): string[] {
  const old = new Map(before.map((service) => [service.id, service]));
  const kept = new Set(after.map(({ id }) => id));
  return [
    // First, since the same service may be there again under another number.
    ...before.filter(({ id }) => !kept.has(id)).flatMap(removeService),
    ...after.flatMap((service) => changeService(old.get(service.id), service, flowsMax)),
    ...vipChanges(before, after),
  ];
}

function changeService(before: NftService | undefined, after: NftService, flowsMax: number): string[] {
  if (before === after) return [];
  const kept = new Set(after.destinations.map(({ id }) => id));
  const old = new Map((before?.destinations ?? []).map((destination) => [destination.id, destination]));
  return [
    ...(before ? [] : createService(after, flowsMax)),
    ...after.destinations.flatMap((d) => changeDestination(old.get(d.id), after, d)),
    ...Object.entries(serviceRules(after)).flatMap(([chain, rules]) => fill(chain, rules)),
    ...(before ? [] : elementsOf(after, 'add')),
    ...[...old.values()].filter(({ id }) => !kept.has(id)).flatMap(removeDestination),
  ];
}

function createService(service: NftService, flowsMax: number): string[] {
  const { id, spec } = service;
  const fields = fieldsOf(familyOf(spec.address));
  const bounded = `size ${flowsMax}; flags dynamic,timeout;`;
  return [
    `add map ${TABLE} flows-${id} { typeof ${fields.clientType} : meta mark; ${bounded} }`,
    `add map ${TABLE} closing-${id} { typeof ${fields.clientType} : meta mark; ${bounded} }`,
    `add map ${TABLE} clients-${id} { type ${fields.addressType} : mark; ${bounded} }`,
    ...Object.keys(serviceRules(service)).map(addChain),
  ];
}

function elementsOf({ id, spec }: NftService, verb: 'add' | 'delete'): string[] {
  const version = familyOf(spec.address);
  const protocol = spec.protocol === 'tcp' ? 6 : 17;
  const port = `${spec.port >> 8} . ${spec.port & 0xff}`;
  // The quoted address is a raw field, which nft takes as a number only.
  const address = `0x${[...ipBytes(spec.address)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  return [
    `${verb} element ${TABLE} services${version} { ${spec.protocol} . ${spec.address} . ${spec.port} : goto service-${id} }`,
    `${verb} element ${TABLE} errors${version} { ${protocol} . ${address} . ${port} : goto error-${id} }`,
  ];
}

function removeService(service: NftService): string[] {
  const { id } = service;
  return [
    ...elementsOf(service, 'delete'),
    ...Object.keys(serviceRules(service)).map((chain) => `flush chain ${TABLE} ${chain}`),
    ...Object.keys(serviceRules(service)).map((chain) => `delete chain ${TABLE} ${chain}`),
    ...['flows', 'closing', 'clients'].map((map) => `delete map ${TABLE} ${map}-${id}`),
    ...service.destinations.flatMap(removeDestination),
  ];
}

function changeDestination(before: NftDestination | undefined, service: NftService, after: NftDestination): string[] {
  if (before === after) return [];
  const { id } = after;
  const rules = [`counter name "traffic-${id}" ${wayOf(after)} comment "${destinationComment(service, after)}"`];
  if (before) return fill(`destination-${id}`, rules);
  return [
    ...['connections', 'traffic'].map((name) => `add counter ${TABLE} ${name}-${id}`),
    addChain(`destination-${id}`),
    ...fill(`destination-${id}`, rules),
    `add element ${TABLE} connections { ${id} : "connections-${id}" }`,
    `add element ${TABLE} deliver { ${id} : goto destination-${id} }`,
    `add element ${TABLE} alive { ${id} }`,
  ];
}

function wayOf({ path }: NftDestination): string {
  if (path.kind === 'local') return 'accept';
  if (path.kind === 'unreachable') return 'drop';
  return `fwd ${fieldsOf(familyOf(path.via)).ip} to ${path.via} device "${path.device}"`;
}

const removeDestination = ({ id }: NftDestination): string[] => [
  `delete element ${TABLE} deliver { ${id} }`,
  `delete element ${TABLE} alive { ${id} }`,
  `delete element ${TABLE} connections { ${id} }`,
  ...removeChain(`destination-${id}`),
  ...['connections', 'traffic'].map((name) => `delete counter ${TABLE} ${name}-${id}`),
];

function vipChanges(before: readonly NftService[], after: readonly NftService[]): string[] {
  const vips = (services: readonly NftService[]) => new Set(services.map(({ spec }) => spec.address));
  const [old, now] = [vips(before), vips(after)];
  return [
    ...[...now].filter((vip) => !old.has(vip)).map((vip) => `add element ${TABLE} vips${familyOf(vip)} { ${vip} }`),
    ...[...old].filter((vip) => !now.has(vip)).map((vip) => `delete element ${TABLE} vips${familyOf(vip)} { ${vip} }`),
  ];
}

const addChain = (name: string): string => `add chain ${TABLE} ${name}`;
const removeChain = (name: string): string[] => [`flush chain ${TABLE} ${name}`, `delete chain ${TABLE} ${name}`];
/** A chain's rules anew; flows, counters and clients are elsewhere and stay. */
const fill = (chain: string, rules: readonly string[]): string[] => [
  `flush chain ${TABLE} ${chain}`,
  ...rules.map((rule) => `add rule ${TABLE} ${chain} ${rule}`),
];
