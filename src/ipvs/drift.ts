import {
  type DesiredService,
  type DestinationKey,
  type DestinationSpec,
  hostPort,
  type ServiceKey,
  serviceName,
  type TableDump,
} from './types.ts';

/** A difference between what we last applied and what is there now: somebody else's hand. */
export type Drift =
  | { readonly kind: 'service-missing'; readonly service: ServiceKey }
  | {
      readonly kind: 'scheduler';
      readonly service: ServiceKey;
      readonly applied: string;
      readonly actual: string;
    }
  | { readonly kind: 'destination-missing'; readonly service: ServiceKey; readonly destination: DestinationKey }
  | { readonly kind: 'destination-foreign'; readonly service: ServiceKey; readonly destination: DestinationSpec }
  | {
      readonly kind: 'weight';
      readonly service: ServiceKey;
      readonly destination: DestinationKey;
      readonly applied: number;
      readonly actual: number;
    };

/** What changed behind our back in the services that we applied. Foreign services are nobody's drift. */
export function findDrift(applied: readonly DesiredService[], actual: TableDump): Drift[] {
  const present = new Map(actual.map((entry) => [serviceName(entry), entry]));
  return applied.flatMap((service): Drift[] => {
    const entry = present.get(serviceName(service));
    if (!entry) return [{ kind: 'service-missing', service }];
    const drifts: Drift[] = destinationDrift(service, entry.destinations);
    if (entry.scheduler === service.scheduler) return drifts;
    return [{ kind: 'scheduler', service, applied: service.scheduler, actual: entry.scheduler }, ...drifts];
  });
}

function destinationDrift(service: DesiredService, actual: readonly DestinationSpec[]): Drift[] {
  const drifts: Drift[] = [];
  const present = new Map(actual.map((destination) => [hostPort(destination), destination]));
  for (const destination of service.destinations) {
    const there = present.get(hostPort(destination));
    present.delete(hostPort(destination));
    if (!there) drifts.push({ kind: 'destination-missing', service, destination });
    else if (there.weight !== destination.weight) {
      drifts.push({ kind: 'weight', service, destination, applied: destination.weight, actual: there.weight });
    }
  }
  for (const destination of present.values()) drifts.push({ kind: 'destination-foreign', service, destination });
  return drifts;
}

/** One sentence: what, where, from which weight to which. */
export function describeDrift(drift: Drift): string {
  const service = serviceName(drift.service);
  switch (drift.kind) {
    case 'service-missing':
      return `service ${service} was removed by somebody else`;
    case 'scheduler':
      return `scheduler of ${service} was changed by somebody else: ${drift.applied} → ${drift.actual}`;
    case 'destination-missing':
      return `${hostPort(drift.destination)} was removed from ${service} by somebody else`;
    case 'destination-foreign':
      return `${hostPort(drift.destination)} was added to ${service} by somebody else, weight ${drift.destination.weight}`;
    case 'weight':
      return `weight of ${hostPort(drift.destination)} in ${service} was changed by somebody else: ${drift.applied} → ${drift.actual}`;
  }
}
