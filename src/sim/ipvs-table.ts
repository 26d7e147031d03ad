import { unreachable } from '../base/assert.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type DestinationKey, hostPort, type ServiceKey, type ServiceSpec, serviceName } from '../ipvs/types.ts';
import type { Clock } from '../ports/clock.ts';
import type { IpvsTable, TableOperation } from '../ports/ipvs-table.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import { createScheduler } from './ipvs-scheduler.ts';
import { type SimClient, type SimConnection, SimService } from './ipvs-service.ts';

export interface SimIpvsTable extends IpvsTable {
  readonly kind: 'sim';
  /**
   * A client's connection to a service, balanced as the kernel would: a known flow stays where it is, a persistent
   * client goes where it went, anything else is scheduled. Undefined: refused (no service, no server with weight), or
   * dropped because the flow's server has been taken from the table.
   */
  connect(service: ServiceKey, client: SimClient): SimConnection | undefined;
}

/** An IPVS table in memory, with the kernel's refusals, counters and memory of connections. */
export function createSimIpvsTable(clock: Pick<Clock, 'now'>): SimIpvsTable {
  const services = new Map<string, SimService>();
  return {
    kind: 'sim',
    dump: () => ok([...services.values()].map((service) => service.dump())),
    apply: (operations) => operations.map((operation) => perform(services, operation, clock)),
    connect: (service, client) => services.get(serviceName(service))?.connect(client),
    close() {},
  };
}

function perform(
  services: Map<string, SimService>,
  operation: TableOperation,
  clock: Pick<Clock, 'now'>,
): Result<void, OsError> {
  const name = serviceName(operation.service);
  const service = services.get(name);
  switch (operation.kind) {
    case 'add-service':
      if (service) return err(osError('EEXIST', `add service ${name}`));
      return withScheduler(operation.service, (scheduler) =>
        services.set(name, new SimService(operation.service, scheduler, clock.now)),
      );
    case 'edit-service':
      if (!service) return missingService('edit service', operation.service);
      return withScheduler(operation.service, (scheduler) => service.edit(operation.service, scheduler));
    case 'delete-service':
      if (!service) return missingService('delete service', operation.service);
      service.removeAll();
      services.delete(name);
      return ok(undefined);
    case 'add-destination': {
      const what = `add destination ${hostPort(operation.destination)} of ${name}`;
      if (!service) return err(osError('ESRCH', what));
      if (operation.destination.weight < 0) return err(osError('ERANGE', what));
      if (service.has(operation.destination)) return err(osError('EEXIST', what));
      service.put(operation.destination);
      return ok(undefined);
    }
    case 'edit-destination': {
      const what = `edit destination ${hostPort(operation.destination)} of ${name}`;
      const there = present(service, operation.destination, what);
      if (!there.ok) return there;
      if (operation.destination.weight < 0) return err(osError('ERANGE', what));
      there.value.put(operation.destination);
      return ok(undefined);
    }
    case 'delete-destination': {
      const there = present(
        service,
        operation.destination,
        `delete destination ${hostPort(operation.destination)} of ${name}`,
      );
      if (!there.ok) return there;
      there.value.remove(operation.destination);
      return ok(undefined);
    }
    default:
      return unreachable(operation);
  }
}

function withScheduler(
  spec: ServiceSpec,
  use: (scheduler: NonNullable<ReturnType<typeof createScheduler>>) => void,
): Result<void, OsError> {
  const scheduler = createScheduler(spec.scheduler);
  if (!scheduler) return err(osError('ENOENT', `scheduler ${spec.scheduler} for ${serviceName(spec)}`));
  use(scheduler);
  return ok(undefined);
}

const missingService = (verb: string, key: ServiceKey): Result<never, OsError> =>
  err(osError('ESRCH', `${verb} ${serviceName(key)}`));

function present(service: SimService | undefined, key: DestinationKey, what: string): Result<SimService, OsError> {
  if (!service) return err(osError('ESRCH', what));
  return service.has(key) ? ok(service) : err(osError('ENOENT', what));
}
