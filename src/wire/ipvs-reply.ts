/** What the IPVS family answers; its layout is in `ipvs-layout.ts`. */
import { type Family, type IpAddress, ipFromBytes } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import { decodeGeneric } from './genetlink.ts';
import {
  AF,
  DESTINATION,
  INFO,
  type IpvsDestination,
  type IpvsDestinationEntry,
  type IpvsServiceEntry,
  type IpvsStats,
  PART,
  SERVICE,
  STATS,
} from './ipvs-layout.ts';
import { parseAttributes, readBe16, readString, readU8, readU16, readU32 } from './netlink.ts';

export function decodeIpvsService(payload: Uint8Array): Result<IpvsServiceEntry, string> {
  const part = partOf(payload, PART.service);
  if (!part.ok) return part;
  const a = part.value;
  const family = familyFrom(readU16(a.get(SERVICE.family)));
  if (!family) return err(`a service of the unknown address family ${readU16(a.get(SERVICE.family))}`);
  const scheduler = a.get(SERVICE.scheduler);
  if (!scheduler) return err('a service without a scheduler');
  const mark = a.get(SERVICE.mark);
  const address = readAddress(family, a.get(SERVICE.address));
  if (!mark && !address) return err('a service without an address or a firewall mark');
  const flags = a.get(SERVICE.flags);
  return ok({
    id:
      mark || !address
        ? { family, mark: readU32(mark) }
        : { family, protocol: readU16(a.get(SERVICE.protocol)), address, port: readBe16(a.get(SERVICE.port)) },
    scheduler: readString(scheduler),
    flags: readU32(flags),
    flagMask: readU32(flags?.subarray(4)),
    timeout: readU32(a.get(SERVICE.timeout)),
    prefix: readPrefix(family, a.get(SERVICE.netmask)),
    engine: readEngine(a.get(SERVICE.persistenceEngine)),
    stats: readStats(a.get(SERVICE.stats64), a.get(SERVICE.stats)),
  });
}

/** `family` is the service's: kernels before 3.18 do not say the destination's own. */
export function decodeIpvsDestination(payload: Uint8Array, family: Family): Result<IpvsDestinationEntry, string> {
  const part = partOf(payload, PART.destination);
  if (!part.ok) return part;
  const a = part.value;
  const own = familyFrom(readU16(a.get(DESTINATION.family))) ?? family;
  const address = readAddress(own, a.get(DESTINATION.address));
  if (!address) return err('a destination without an address');
  return ok({
    address,
    port: readBe16(a.get(DESTINATION.port)),
    method: readU32(a.get(DESTINATION.method)),
    weight: readU32(a.get(DESTINATION.weight)),
    upper: readU32(a.get(DESTINATION.upper)),
    lower: readU32(a.get(DESTINATION.lower)),
    tunnel: readTunnel(a),
    active: readU32(a.get(DESTINATION.active)),
    inactive: readU32(a.get(DESTINATION.inactive)),
    persistent: readU32(a.get(DESTINATION.persistent)),
    stats: readStats(a.get(DESTINATION.stats64), a.get(DESTINATION.stats)),
  });
}

/** The answer to GET_INFO: the version as the kernel prints it, and the size of its connection table. */
export function decodeIpvsInfo(payload: Uint8Array): Result<{ version: string; connectionTableSize: number }, string> {
  const message = decodeGeneric(payload);
  if (!message.ok) return message;
  const version = readU32(message.value.attributes.get(INFO.version));
  return ok({
    version: `${version >> 16}.${(version >> 8) & 0xff}.${version & 0xff}`,
    connectionTableSize: readU32(message.value.attributes.get(INFO.connectionTableSize)),
  });
}

const readEngine = (bytes: Uint8Array | undefined): string | undefined => bytes && readString(bytes);

/** Undefined where it is plain IP in IP, or not a tunnel at all. */
function readTunnel(a: ReadonlyMap<number, Uint8Array>): IpvsDestination['tunnel'] {
  const type = readU8(a.get(DESTINATION.tunnelType));
  if (type === 0) return undefined;
  return { type, port: readBe16(a.get(DESTINATION.tunnelPort)), flags: readU16(a.get(DESTINATION.tunnelFlags)) };
}

function readPrefix(family: Family, bytes: Uint8Array | undefined): number {
  if (family === 6) return readU32(bytes);
  let ones = 0;
  for (let mask = readU32(bytes); mask > 0; mask = Math.floor(mask / 2)) ones += mask % 2;
  return ones;
}

function readAddress(family: Family, bytes: Uint8Array | undefined): IpAddress | undefined {
  const width = family === 6 ? 16 : 4;
  return bytes && bytes.length >= width ? ipFromBytes(bytes.subarray(0, width)) : undefined;
}

const familyFrom = (number: number): Family | undefined => (number === AF[4] ? 4 : number === AF[6] ? 6 : undefined);

function partOf(payload: Uint8Array, part: number): Result<Map<number, Uint8Array>, string> {
  const message = decodeGeneric(payload);
  if (!message.ok) return message;
  const bytes = message.value.attributes.get(part);
  return bytes ? ok(parseAttributes(bytes)) : err(`an IPVS message without attribute ${part}`);
}

/** STATS64 where the kernel has it (4.1 on): STATS counts connections and packets in 32 bits, which wrap. */
function readStats(stats64: Uint8Array | undefined, stats: Uint8Array | undefined): IpvsStats {
  const a = parseAttributes(stats64 ?? stats ?? new Uint8Array(0));
  return {
    connections: counter(a.get(STATS.connections)),
    inPackets: counter(a.get(STATS.inPackets)),
    outPackets: counter(a.get(STATS.outPackets)),
    inBytes: counter(a.get(STATS.inBytes)),
    outBytes: counter(a.get(STATS.outBytes)),
  };
}

/** Four or eight bytes; 0 where the kernel sent none. */
const counter = (bytes: Uint8Array | undefined): bigint =>
  (bytes ?? new Uint8Array(0)).reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
