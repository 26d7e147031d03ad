/** Requests to the IPVS family; its layout is in `ipvs-layout.ts`, its answers in `ipvs-reply.ts`. */
import { type Family, familyOf, type IpAddress, ipBytes } from '../base/ip.ts';
import { encodeGeneric } from './genetlink.ts';
import {
  AF,
  DESTINATION,
  IPVS_VERSION,
  type IpvsDestination,
  type IpvsDestinationId,
  type IpvsService,
  type IpvsServiceId,
  PART,
  SERVICE,
} from './ipvs-layout.ts';
import { attribute, be16, be32, concat, nested, string, u8, u16, u32 } from './netlink.ts';

const NOTHING = new Uint8Array(0);

/** A payload without arguments: GET_INFO, or GET_SERVICE as a dump. */
export const encodeIpvsCommand = (command: number): Uint8Array => encodeGeneric(command, IPVS_VERSION);

/** NEW_SERVICE and SET_SERVICE. */
export const encodeIpvsService = (command: number, service: IpvsService): Uint8Array =>
  encodeGeneric(
    command,
    IPVS_VERSION,
    nested(
      PART.service,
      serviceId(service.id),
      attribute(SERVICE.scheduler, string(service.scheduler)),
      attribute(SERVICE.flags, concat(u32(service.flags), u32(service.flagMask))),
      attribute(SERVICE.timeout, u32(service.timeout)),
      attribute(SERVICE.netmask, netmask(service.id.family, service.prefix)),
      service.engine === undefined ? NOTHING : attribute(SERVICE.persistenceEngine, string(service.engine)),
    ),
  );

/** DELETE_SERVICE, GET_SERVICE of one, GET_DESTINATION as a dump of one service's destinations. */
export const encodeIpvsServiceId = (command: number, id: IpvsServiceId): Uint8Array =>
  encodeGeneric(command, IPVS_VERSION, nested(PART.service, serviceId(id)));

/** NEW_DESTINATION and SET_DESTINATION. */
export const encodeIpvsDestination = (
  command: number,
  service: IpvsServiceId,
  destination: IpvsDestination,
): Uint8Array =>
  encodeGeneric(
    command,
    IPVS_VERSION,
    nested(PART.service, serviceId(service)),
    nested(
      PART.destination,
      destinationId(destination),
      attribute(DESTINATION.method, u32(destination.method)),
      attribute(DESTINATION.weight, u32(destination.weight)),
      attribute(DESTINATION.upper, u32(destination.upper)),
      attribute(DESTINATION.lower, u32(destination.lower)),
      tunnel(destination),
    ),
  );

/** DELETE_DESTINATION. */
export const encodeIpvsDestinationId = (
  command: number,
  service: IpvsServiceId,
  destination: IpvsDestinationId,
): Uint8Array =>
  encodeGeneric(
    command,
    IPVS_VERSION,
    nested(PART.service, serviceId(service)),
    nested(PART.destination, destinationId(destination)),
  );

const serviceId = (id: IpvsServiceId): Uint8Array =>
  'mark' in id
    ? concat(attribute(SERVICE.family, u16(AF[id.family])), attribute(SERVICE.mark, u32(id.mark)))
    : concat(
        attribute(SERVICE.family, u16(AF[id.family])),
        attribute(SERVICE.protocol, u16(id.protocol)),
        attribute(SERVICE.address, inetAddress(id.address)),
        attribute(SERVICE.port, be16(id.port)),
      );

const destinationId = (id: IpvsDestinationId): Uint8Array =>
  concat(
    attribute(DESTINATION.address, inetAddress(id.address)),
    attribute(DESTINATION.port, be16(id.port)),
    attribute(DESTINATION.family, u16(AF[familyOf(id.address)])),
  );

/** Kernels before 5.2 know no tunnels but IP in IP: nothing is said where that is meant. */
const tunnel = ({ tunnel: t }: IpvsDestination): Uint8Array =>
  t === undefined
    ? NOTHING
    : concat(
        attribute(DESTINATION.tunnelType, u8(t.type)),
        attribute(DESTINATION.tunnelPort, be16(t.port)),
        attribute(DESTINATION.tunnelFlags, u16(t.flags)),
      );

/** union nf_inet_addr: 16 bytes, IPv4 in the first four. */
function inetAddress(address: IpAddress): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(ipBytes(address));
  return bytes;
}

/** IPv4: the mask itself; IPv6: the length of the prefix. */
const netmask = (family: Family, prefix: number): Uint8Array =>
  family === 6 ? u32(prefix) : be32(prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);
