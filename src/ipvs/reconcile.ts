import type { Duration } from '../base/time.ts';
import {
  type DesiredService,
  type DestinationKey,
  type DestinationSpec,
  hostPort,
  type ServiceEntry,
  type ServiceSpec,
  serviceKey,
  serviceName,
  type TableDump,
  type TableOperation,
  type Tunnel,
} from './types.ts';

/**
 * The smallest list of operations, in order, that brings the table from `actual` to `desired`.
 *
 * Ours are the services that are desired and those whose `serviceName` is in `owned` (what we put there earlier, perhaps
 * in an earlier life: IPVS itself knows no owner). A desired service that is there already is adopted: it is edited in
 * place and keeps its connections. Everything else belongs to somebody else and is left alone.
 *
 * A service that has weight before and after has weight all the way through: servers come, and weights rise, before
 * servers go and weights fall. With a service the kernel deletes its destinations.
 */
export function diff(
  desired: readonly DesiredService[],
  actual: TableDump,
  owned: ReadonlySet<string>,
): TableOperation[] {
  const present = new Map(actual.map((entry) => [serviceName(entry), entry]));
  const wanted = new Set(desired.map(serviceName));
  const gone = actual.filter((entry) => owned.has(serviceName(entry)) && !wanted.has(serviceName(entry)));
  return [
    ...desired.flatMap((service) => serviceOperations(service, present.get(serviceName(service)))),
    ...gone.map((entry): TableOperation => ({ kind: 'delete-service', service: serviceKey(entry) })),
  ];
}

function serviceOperations(service: DesiredService, present: ServiceEntry | undefined): TableOperation[] {
  const operations: TableOperation[] = [];
  const spec = serviceSpec(service);
  if (!present) operations.push({ kind: 'add-service', service: spec });
  else if (!sameService(service, present)) operations.push({ kind: 'edit-service', service: spec });
  return [...operations, ...destinationOperations(service, present?.destinations ?? [])];
}

function destinationOperations(service: DesiredService, actual: readonly DestinationSpec[]): TableOperation[] {
  const key = serviceKey(service);
  const present = new Map(actual.map((destination) => [hostPort(destination), destination]));
  const wanted = new Set(service.destinations.map(hostPort));
  const first: TableOperation[] = [];
  const then: TableOperation[] = [];
  for (const destination of service.destinations) {
    const before = present.get(hostPort(destination));
    const spec = destinationSpec(destination);
    if (!before) first.push({ kind: 'add-destination', service: key, destination: spec });
    else if (!sameDestination(destination, before)) {
      const edits = destination.weight < before.weight ? then : first;
      edits.push({ kind: 'edit-destination', service: key, destination: spec });
    }
  }
  for (const destination of actual) {
    if (wanted.has(hostPort(destination))) continue;
    then.push({ kind: 'delete-destination', service: key, destination: destinationKey(destination) });
  }
  return [...first, ...then];
}

const sameService = (a: ServiceSpec, b: ServiceSpec): boolean =>
  a.scheduler === b.scheduler &&
  (a.schedulerFlags ?? 0) === (b.schedulerFlags ?? 0) &&
  wholeSeconds(a.persistence) === wholeSeconds(b.persistence) &&
  a.granularity === b.granularity &&
  a.persistenceEngine === b.persistenceEngine &&
  (a.onePacket ?? false) === (b.onePacket ?? false);
/** As the kernel keeps it: a fraction must not look like a difference for ever. */
const wholeSeconds = (d: Duration | undefined): number | undefined =>
  d === undefined ? undefined : Math.ceil(d / 1000);
const sameDestination = (a: DestinationSpec, b: DestinationSpec): boolean =>
  a.weight === b.weight &&
  a.method === b.method &&
  (a.upperThreshold ?? 0) === (b.upperThreshold ?? 0) &&
  (a.lowerThreshold ?? 0) === (b.lowerThreshold ?? 0) &&
  sameTunnel(a.tunnel, b.tunnel);
const sameTunnel = (a: Tunnel | undefined, b: Tunnel | undefined): boolean =>
  a?.type === b?.type && a?.port === b?.port && a?.checksum === b?.checksum;

// Only what an operation means, so that a dumped entry does not drag its counters along.
const serviceSpec = (s: ServiceSpec): ServiceSpec => ({
  ...serviceKey(s),
  scheduler: s.scheduler,
  schedulerFlags: s.schedulerFlags,
  persistence: s.persistence,
  granularity: s.granularity,
  persistenceEngine: s.persistenceEngine,
  onePacket: s.onePacket,
});
const destinationKey = ({ address, port }: DestinationKey): DestinationKey => ({ address, port });
const destinationSpec = (d: DestinationSpec): DestinationSpec => ({
  ...destinationKey(d),
  weight: d.weight,
  method: d.method,
  tunnel: d.tunnel,
  upperThreshold: d.upperThreshold,
  lowerThreshold: d.lowerThreshold,
});
