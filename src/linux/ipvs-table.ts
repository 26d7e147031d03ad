import { err, ok, type Result } from '../base/result.ts';
import {
  type DestinationEntry,
  describeOperation,
  type ServiceEntry,
  type ServiceKey,
  serviceName,
  type TableDump,
} from '../ipvs/types.ts';
import type { IpvsTable } from '../ports/ipvs-table.ts';
import { describeOsError, type OsError, osError } from '../ports/os-error.ts';
import { CONTROLLER, decodeFamily, encodeGetFamily } from '../wire/genetlink.ts';
import { encodeIpvsCommand, encodeIpvsServiceId } from '../wire/ipvs.ts';
import { IPVS_COMMAND, IPVS_FAMILY, type IpvsServiceId } from '../wire/ipvs-layout.ts';
import { decodeIpvsDestination, decodeIpvsService } from '../wire/ipvs-reply.ts';
import { FLAG } from '../wire/netlink.ts';
import { NETLINK_GENERIC } from './constants.ts';
import { controlOver } from './ipvs-control.ts';
import { destinationEntry, encode, serviceEntry, serviceKeyOf } from './ipvs-translate.ts';
import { type NetlinkConnection, openNetlink } from './netlink-conn.ts';
import { noneTable } from './none-table.ts';

/**
 * The kernel's own table, of the network namespace that calls. Where the kernel has no IPVS the answer is a table of
 * kind `none` that says why. Loading a module is the administrator's to decide, so it is not tried.
 */
export function openIpvsTable(): IpvsTable {
  const connection = openNetlink(NETLINK_GENERIC);
  if (!connection.ok) return noneTable(`IPVS cannot be reached: ${describeOsError(connection.error)}`);
  const family = resolveFamily(connection.value);
  if (family.ok) return tableOver(connection.value, family.value);
  connection.value.close();
  return noneTable(family.error);
}

function resolveFamily(connection: NetlinkConnection): Result<number, string> {
  const what = 'look up the IPVS family of generic netlink';
  const reply = connection.request({ type: CONTROLLER, payload: encodeGetFamily(IPVS_FAMILY), what });
  if (!reply.ok) {
    return err(
      reply.error.code === 'ENOENT'
        ? 'this kernel has no IPVS: the module ip_vs is not loaded (modprobe ip_vs) or not built'
        : `IPVS cannot be reached: ${describeOsError(reply.error)}`,
    );
  }
  const family = decodeFamily(reply.value[0]?.payload ?? new Uint8Array(0));
  return family.ok ? ok(family.value.id) : err(`IPVS cannot be reached: ${family.error}`);
}

const tableOver = (connection: NetlinkConnection, type: number): IpvsTable => ({
  kind: 'ipvs',
  dump: () => dump(connection, type),
  apply: (operations) =>
    connection
      .requestAll(
        operations.map((operation) => ({ type, payload: encode(operation), what: describeOperation(operation) })),
      )
      .map((reply) => (reply.ok ? ok(undefined) : reply)),
  control: controlOver(connection, type),
  close: () => connection.close(),
});

/** Services of protocols that are not ours are nobody's but their owner's: they are left out. */
function dump(connection: NetlinkConnection, type: number): Result<TableDump, OsError> {
  const what = 'list the IPVS services';
  const payload = encodeIpvsCommand(IPVS_COMMAND.getService);
  const services = connection.request({ type, flags: FLAG.dump, payload, what });
  if (!services.ok) return services;
  const table: ServiceEntry[] = [];
  for (const message of services.value) {
    const service = decodeIpvsService(message.payload);
    if (!service.ok) return err(osError('EBADMSG', `${what}: ${service.error}`));
    const key = serviceKeyOf(service.value.id);
    if (!key) continue;
    const destinations = dumpDestinations(connection, type, service.value.id, key);
    // Deleted by somebody between the two lists: then it is not there, which is what a dump is to say.
    if (!destinations.ok && destinations.error.code === 'ESRCH') continue;
    if (!destinations.ok) return destinations;
    table.push(serviceEntry(key, service.value, destinations.value));
  }
  return ok(table);
}

function dumpDestinations(
  connection: NetlinkConnection,
  type: number,
  id: IpvsServiceId,
  key: ServiceKey,
): Result<DestinationEntry[], OsError> {
  const what = `list the destinations of ${serviceName(key)}`;
  const payload = encodeIpvsServiceId(IPVS_COMMAND.getDestination, id);
  const listed = connection.request({ type, flags: FLAG.dump, payload, what });
  if (!listed.ok) return listed;
  const destinations: DestinationEntry[] = [];
  for (const message of listed.value) {
    const destination = decodeIpvsDestination(message.payload, id.family);
    if (!destination.ok) return err(osError('EBADMSG', `${what}: ${destination.error}`));
    destinations.push(destinationEntry(destination.value));
  }
  return ok(destinations);
}
