import { unreachable } from '../base/assert.ts';
import { familyOf } from '../base/ip.ts';
import { seconds } from '../base/time.ts';
import {
  type DestinationEntry,
  type DestinationSpec,
  type ForwardingMethod,
  familyOfService,
  isMark,
  type Protocol,
  type ServiceEntry,
  type ServiceKey,
  type ServiceSpec,
  type TableOperation,
  type Tunnel,
} from '../ipvs/types.ts';
import {
  encodeIpvsDestination,
  encodeIpvsDestinationId,
  encodeIpvsService,
  encodeIpvsServiceId,
} from '../wire/ipvs.ts';
import {
  IP_PROTOCOL,
  IPVS_COMMAND,
  IPVS_FLAG,
  IPVS_METHOD,
  IPVS_SCHEDULER_FLAGS,
  IPVS_TUNNEL,
  IPVS_TUNNEL_CHECKSUM,
  type IpvsDestination,
  type IpvsDestinationEntry,
  type IpvsService,
  type IpvsServiceEntry,
  type IpvsServiceId,
} from '../wire/ipvs-layout.ts';

// Between the core's words and the kernel's numbers.

/** The request that carries out `operation`. */
export function encode(operation: TableOperation): Uint8Array {
  const service = serviceId(operation.service);
  switch (operation.kind) {
    case 'add-service':
      return encodeIpvsService(IPVS_COMMAND.newService, serviceSpec(operation.service));
    case 'edit-service':
      return encodeIpvsService(IPVS_COMMAND.setService, serviceSpec(operation.service));
    case 'delete-service':
      return encodeIpvsServiceId(IPVS_COMMAND.deleteService, service);
    case 'add-destination':
      return encodeIpvsDestination(IPVS_COMMAND.newDestination, service, destinationSpec(operation.destination));
    case 'edit-destination':
      return encodeIpvsDestination(IPVS_COMMAND.setDestination, service, destinationSpec(operation.destination));
    case 'delete-destination':
      return encodeIpvsDestinationId(IPVS_COMMAND.deleteDestination, service, operation.destination);
    default:
      return unreachable(operation);
  }
}

const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp', 'sctp'];
const METHODS: Record<ForwardingMethod, number> = {
  DR: IPVS_METHOD.direct,
  NAT: IPVS_METHOD.nat,
  TUN: IPVS_METHOD.tunnel,
};

const serviceId = (key: ServiceKey): IpvsServiceId =>
  isMark(key)
    ? { family: key.family, mark: key.mark }
    : {
        family: familyOf(key.address),
        protocol: IP_PROTOCOL[key.protocol],
        address: key.address,
        port: key.port,
      };

/** Undefined for a service of a protocol that is not ours. */
export function serviceKeyOf(id: IpvsServiceId): ServiceKey | undefined {
  if ('mark' in id) return { mark: id.mark, family: id.family };
  const protocol = PROTOCOLS.find((name) => IP_PROTOCOL[name] === id.protocol);
  return protocol && { address: id.address, port: id.port, protocol };
}

/** `hashed` alone is the kernel's own. */
const SAID = IPVS_FLAG.persistent | IPVS_FLAG.onePacket | IPVS_SCHEDULER_FLAGS;

const serviceSpec = (spec: ServiceSpec): IpvsService => ({
  id: serviceId(spec),
  scheduler: spec.scheduler,
  flags:
    (spec.persistence === undefined ? 0 : IPVS_FLAG.persistent) |
    (spec.onePacket ? IPVS_FLAG.onePacket : 0) |
    ((spec.schedulerFlags ?? 0) * IPVS_FLAG.scheduler),
  flagMask: SAID,
  timeout: spec.persistence === undefined ? 0 : Math.ceil(spec.persistence / 1000),
  prefix: spec.granularity ?? widthOf(spec),
  engine: spec.persistenceEngine,
});

const widthOf = (key: ServiceKey): number => (familyOfService(key) === 6 ? 128 : 32);

const destinationSpec = (spec: DestinationSpec): IpvsDestination => ({
  address: spec.address,
  port: spec.port,
  method: METHODS[spec.method],
  weight: spec.weight,
  upper: spec.upperThreshold ?? 0,
  lower: spec.lowerThreshold ?? 0,
  tunnel: spec.tunnel && {
    type: IPVS_TUNNEL[spec.tunnel.type],
    port: spec.tunnel.port,
    flags: IPVS_TUNNEL_CHECKSUM[spec.tunnel.checksum],
  },
});

function tunnelOf({ tunnel }: IpvsDestinationEntry): Tunnel | undefined {
  if (!tunnel) return undefined;
  const type = tunnel.type === IPVS_TUNNEL.gue ? 'gue' : 'gre';
  const { flags } = tunnel;
  const checksum =
    flags === IPVS_TUNNEL_CHECKSUM.checksum ? 'checksum' : flags === IPVS_TUNNEL_CHECKSUM.remote ? 'remote' : 'none';
  return { type, port: tunnel.port, checksum };
}

export const serviceEntry = (
  key: ServiceKey,
  service: IpvsServiceEntry,
  destinations: readonly DestinationEntry[],
): ServiceEntry => ({
  ...key,
  scheduler: service.scheduler,
  schedulerFlags: (service.flags & IPVS_SCHEDULER_FLAGS) / IPVS_FLAG.scheduler || undefined,
  persistence: (service.flags & IPVS_FLAG.persistent) === 0 ? undefined : seconds(service.timeout),
  granularity: service.prefix === widthOf(key) ? undefined : service.prefix,
  persistenceEngine: service.engine,
  onePacket: (service.flags & IPVS_FLAG.onePacket) !== 0 || undefined,
  destinations,
  counters: service.stats,
});

export const destinationEntry = (entry: IpvsDestinationEntry): DestinationEntry => ({
  address: entry.address,
  port: entry.port,
  weight: entry.weight,
  method: entry.method === IPVS_METHOD.nat ? 'NAT' : entry.method === IPVS_METHOD.tunnel ? 'TUN' : 'DR',
  tunnel: tunnelOf(entry),
  upperThreshold: entry.upper || undefined,
  lowerThreshold: entry.lower || undefined,
  activeConnections: entry.active,
  inactiveConnections: entry.inactive,
  persistentConnections: entry.persistent,
  counters: entry.stats,
});
