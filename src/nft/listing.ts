/** From what the kernel lists of the table back to the model, and to what the port shows. */
import { type IpAddress, parseIp } from '../base/ip.ts';
import { seconds } from '../base/time.ts';
import {
  type Counters,
  type DestinationEntry,
  type Protocol,
  type ServiceEntry,
  serviceName,
  type TableDump,
} from '../ipvs/types.ts';
import type { FlowCount } from './flows.ts';
import type { Hook, NftDestination, NftService, NftServiceSpec, NftTable, Path } from './model.ts';
import type { TABLE_COUNTERS } from './render.ts';

export interface Listing {
  readonly chains: readonly { readonly name: string; readonly device: string | undefined }[];
  readonly rules: readonly { readonly chain: string; readonly comment: string | undefined }[];
  readonly counters: ReadonlyMap<string, { readonly packets: bigint; readonly bytes: bigint }>;
}

/**
 * Undefined: there is no table of ours, or none that this version made. The comments carry what the rules mean; a service
 * or destination without its rule is not there.
 */
export function readTable(listing: Listing, format: number): NftTable | undefined {
  const comments = new Map(listing.rules.flatMap(({ chain, comment }) => (comment ? [[chain, comment]] : [])));
  const state = /^format (\d+) next (\d+)$/.exec(comments.get('state') ?? '');
  if (!state || Number(state[1]) !== format) return undefined;
  const destinations = [...comments].flatMap(([chain, comment]) => readDestination(chain, comment) ?? []);
  const services = [...comments].flatMap(([chain, comment]): NftService[] => {
    const id = numberAfter('service-', chain);
    const spec = id === undefined ? undefined : readService(comment);
    if (id === undefined || !spec) return [];
    return [{ id, spec, destinations: destinations.filter((d) => d.service === id).map((d) => d.destination) }];
  });
  return { nextId: Number(state[2]), hooks: readHooks(listing), services: services.sort((a, b) => a.id - b.id) };
}

const readHooks = (listing: Listing): Hook[] =>
  listing.chains.flatMap(({ name, device }) => {
    const index = numberAfter('ingress-', name);
    return index === undefined ? [] : [{ index, name: device ?? '' }];
  });

/** `192.0.2.10:80/tcp wrr persistence 50` */
function readService(comment: string): NftServiceSpec | undefined {
  const found = /^(\S+):(\d+)\/(tcp|udp) (\S+)(?: persistence (\d+))?$/.exec(comment);
  const address = found && bareAddress(found[1] ?? '');
  if (!found || !address) return undefined;
  return {
    address,
    port: Number(found[2]),
    protocol: found[3] as Protocol,
    scheduler: found[4] ?? '',
    persistence: found[5] === undefined ? undefined : seconds(Number(found[5])),
  };
}

/** `3 10.0.0.2:80 weight 3 dev eth0#4`, with `via 10.0.0.1` before the device where that is not the server, or `… weight 3 local` */
function readDestination(
  chain: string,
  comment: string,
): { readonly service: number; readonly destination: NftDestination } | undefined {
  const id = numberAfter('destination-', chain);
  const found = /^(\d+) (\S+):(\d+) weight (\d+) (?:(local|unreachable)|(?:via (\S+) )?dev (\S+)#(\d+))$/.exec(comment);
  const address = found && bareAddress(found[2] ?? '');
  if (id === undefined || !found || !address) return undefined;
  const via = found[6] === undefined ? address : parseIp(found[6]);
  const path: Path =
    via && found[7] !== undefined
      ? { kind: 'forward', via, device: found[7], index: Number(found[8]) }
      : { kind: found[5] === 'local' ? 'local' : 'unreachable' };
  const spec = { address, port: Number(found[3]), weight: Number(found[4]), method: 'DR' as const };
  return { service: Number(found[1]), destination: { id, spec, path } };
}

const bareAddress = (text: string): IpAddress | undefined => parseIp(text.replace(/^\[|\]$/g, ''));
function numberAfter(prefix: string, name: string): number | undefined {
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^\d+$/.test(rest) ? Number(rest) : undefined;
}

/** How full, and what was not forwarded: shape and meaning are those of the port's TableUsage. */
export function usageOf(table: NftTable, listing: Listing, flows: ReadonlyMap<number, number>, max: number) {
  const packets = (name: (typeof TABLE_COUNTERS)[number]): bigint => listing.counters.get(name)?.packets ?? 0n;
  return {
    flows: table.services.map(({ id, spec }) => ({ service: serviceName(spec), flows: flows.get(id) ?? 0, max })),
    full: packets('full'),
    unknown: packets('unknown'),
    unserved: packets('unserved'),
    removed: packets('removed'),
    fragments: packets('fragments'),
  };
}

/** What the port shows. Answers do not pass a director in direct routing: nothing is counted outwards. */
export function dumpOf(table: NftTable, listing: Listing, flows: ReadonlyMap<number, FlowCount>): TableDump {
  return table.services.map((service): ServiceEntry => {
    const destinations = service.destinations.map((d) => entryOf(d, listing, flows.get(d.id)));
    return { ...service.spec, destinations, counters: sum(destinations.map(({ counters }) => counters)) };
  });
}

function entryOf({ id, spec }: NftDestination, listing: Listing, flows: FlowCount | undefined): DestinationEntry {
  const traffic = listing.counters.get(`traffic-${id}`);
  return {
    ...spec,
    activeConnections: flows?.active ?? 0,
    inactiveConnections: flows?.inactive ?? 0,
    persistentConnections: flows?.persistent ?? 0,
    counters: {
      connections: listing.counters.get(`connections-${id}`)?.packets ?? 0n,
      inPackets: traffic?.packets ?? 0n,
      outPackets: 0n,
      inBytes: traffic?.bytes ?? 0n,
      outBytes: 0n,
    },
  };
}

const sum = (all: readonly Counters[]): Counters => ({
  connections: all.reduce((n, c) => n + c.connections, 0n),
  inPackets: all.reduce((n, c) => n + c.inPackets, 0n),
  outPackets: 0n,
  inBytes: all.reduce((n, c) => n + c.inBytes, 0n),
  outBytes: 0n,
});
