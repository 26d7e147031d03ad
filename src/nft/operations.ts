/** The operations of the port over the model: the refusals are those of IPVS, and ENOTSUP for what this cannot do. */
import { unreachable } from '../base/assert.ts';
import { familyOf, type IpAddress } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Duration, seconds } from '../base/time.ts';
import {
  type AddressKey,
  type DestinationKey,
  type DestinationSpec,
  describeOperation,
  hostPort,
  isMark,
  type ServiceSettings,
  type ServiceSpec,
  serviceName,
  type TableOperation,
} from '../ipvs/types.ts';
import type { NftDestination, NftService, NftServiceSpec, NftTable, Path } from './model.ts';
import { isIpvsOnly, isScheduler, SCHEDULERS } from './schedulers.ts';

/** What was refused: a code as errno(3) names it, and words. */
export interface Refusal {
  readonly code: string;
  readonly what: string;
}

/** Where packets for an address would go from this machine. */
export type PathFinder = (address: IpAddress) => Path;

/** The table after one operation. */
export function operate(table: NftTable, operation: TableOperation, pathTo: PathFinder): Result<NftTable, Refusal> {
  const what = describeOperation(operation);
  const service = table.services.find((s) => serviceName(s.spec) === serviceName(operation.service));
  if (operation.kind === 'add-service') {
    if (service) return refuse('EEXIST', what);
    return then(supported(operation.service, what), (spec) => addService(table, spec));
  }
  if (!service) return refuse('ESRCH', what);
  switch (operation.kind) {
    case 'edit-service':
      return then(supported(operation.service, what), (spec) => put(table, { ...service, spec }));
    case 'delete-service':
      return ok({ ...table, services: table.services.filter((s) => s !== service) });
    case 'add-destination':
      if (find(service, operation.destination)) return refuse('EEXIST', what);
      return then(acceptable(service, operation.destination, what), () =>
        addDestination(table, service, operation.destination, pathTo),
      );
    case 'edit-destination': {
      const there = find(service, operation.destination);
      if (!there) return refuse('ENOENT', what);
      return then(acceptable(service, operation.destination, what), () =>
        ok(replaceDestination(table, service, { ...there, spec: destinationSpec(operation.destination) })),
      );
    }
    case 'delete-destination': {
      const there = find(service, operation.destination);
      if (!there) return refuse('ENOENT', what);
      return put(table, { ...service, destinations: service.destinations.filter((d) => d !== there) });
    }
    default:
      return unreachable(operation);
  }
}

/** The spec as it is kept, or why not. */
function supported(spec: ServiceSpec, what: string): Result<NftServiceSpec, Refusal> {
  if (isMark(spec)) return unsupported(what, 'services by address and port, not by firewall mark');
  const lacking = settingsLacking(spec);
  if (lacking !== undefined) return unsupported(what, lacking);
  if (isScheduler(spec.scheduler)) return ok(specOf(spec, spec));
  if (!isIpvsOnly(spec.scheduler)) return refuse('ENOENT', what);
  return unsupported(what, `the schedulers ${SCHEDULERS.join(', ')}, not ${spec.scheduler}: choose one of them`);
}

function settingsLacking(spec: AddressKey & ServiceSettings): string | undefined {
  if (spec.protocol === 'sctp') return 'TCP and UDP, not SCTP';
  if (spec.port === 0) return 'services with a port, not port 0 (all ports)';
  if ((spec.schedulerFlags ?? 0) !== 0) return 'no scheduler flags';
  if (spec.granularity !== undefined) return 'persistence by whole address, no granularity';
  if (spec.persistenceEngine !== undefined) return `persistence by address, not by ${spec.persistenceEngine}`;
  return spec.onePacket ? 'UDP by flow, not packet by packet (ops)' : undefined;
}

function acceptable(service: NftService, spec: DestinationSpec, what: string): Result<void, Refusal> {
  if (spec.weight < 0) return refuse('ERANGE', what);
  if (familyOf(spec.address) !== familyOf(service.spec.address)) return refuse('EINVAL', what);
  if (spec.method !== 'DR') return unsupported(what, `direct routing (lb_kind DR) only, not ${spec.method}`);
  if ((spec.upperThreshold ?? 0) !== 0 || (spec.lowerThreshold ?? 0) !== 0) {
    return unsupported(what, 'no connection thresholds (uthreshold, lthreshold)');
  }
  return ok(undefined);
}

const unsupported = (what: string, has: string) =>
  refuse('ENOTSUP', `${what}: the nftables data plane has ${has}; IPVS can (modprobe ip_vs)`);

function addService(table: NftTable, spec: NftServiceSpec): Result<NftTable, Refusal> {
  const service = { id: table.nextId, spec, destinations: [] };
  return ok({ ...table, nextId: table.nextId + 1, services: [...table.services, service] });
}

function addDestination(
  table: NftTable,
  service: NftService,
  spec: DestinationSpec,
  pathTo: PathFinder,
): Result<NftTable, Refusal> {
  const destination = { id: table.nextId, spec: destinationSpec(spec), path: pathTo(spec.address) };
  const after = { ...service, destinations: [...service.destinations, destination] };
  return put({ ...table, nextId: table.nextId + 1 }, after);
}

const put = (table: NftTable, service: NftService): { readonly ok: true; readonly value: NftTable } =>
  ok({ ...table, services: table.services.map((s) => (s.id === service.id ? service : s)) });

const replaceDestination = (table: NftTable, service: NftService, destination: NftDestination): NftTable =>
  put(table, {
    ...service,
    destinations: service.destinations.map((d) => (d.id === destination.id ? destination : d)),
  }).value;

const find = (service: NftService, key: DestinationKey): NftDestination | undefined =>
  service.destinations.find((d) => hostPort(d.spec) === hostPort(key));

const specOf = (
  { address, port, protocol }: AddressKey,
  { scheduler, persistence }: ServiceSettings,
): NftServiceSpec => ({
  address,
  port,
  protocol,
  scheduler,
  persistence: persistence === undefined ? undefined : wholeSeconds(persistence),
});
const destinationSpec = ({ address, port, weight, method }: DestinationSpec): DestinationSpec => ({
  address,
  port,
  weight,
  method,
});
/** As IPVS keeps it. */
const wholeSeconds = (d: Duration): Duration => seconds(Math.ceil(d / 1000));
const refuse = (code: string, what: string) => err({ code, what });
const then = <S, T>(first: Result<S, Refusal>, next: (value: S) => Result<T, Refusal>): Result<T, Refusal> =>
  first.ok ? next(first.value) : first;
