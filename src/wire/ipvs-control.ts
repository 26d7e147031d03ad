/** What the IPVS family has beside services and destinations: timeouts, and the daemons that synchronise connections. */
import { familyOf, type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import { decodeGeneric, encodeGeneric } from './genetlink.ts';
import { IPVS_VERSION } from './ipvs-layout.ts';
import {
  attribute,
  nested,
  parseAttributes,
  readString,
  readU8,
  readU16,
  readU32,
  string,
  u8,
  u16,
  u32,
} from './netlink.ts';

export const IPVS_CONTROL = { newDaemon: 9, deleteDaemon: 10, getDaemon: 11, setConfig: 12, getConfig: 13 } as const;

const PART = { daemon: 3, tcp: 4, tcpFin: 5, udp: 6 } as const;
const DAEMON = { role: 1, interface: 2, id: 3, maxLength: 4, group4: 5, group6: 6, port: 7, ttl: 8 } as const;
const ROLE = { master: 1, backup: 2 } as const;

/** Seconds. Absent: left as it is. */
export interface IpvsTimeouts {
  readonly tcp?: number | undefined;
  readonly tcpFin?: number | undefined;
  readonly udp?: number | undefined;
}

/** A kernel thread that sends (master) or takes in (backup) the table of connections. What is absent, the kernel chooses. */
export interface IpvsDaemon {
  readonly role: 'master' | 'backup';
  readonly interface: string;
  /** 0–255. */
  readonly id: number;
  /** Largest message, bytes. */
  readonly maxLength?: number | undefined;
  readonly group?: IpAddress | undefined;
  readonly port?: number | undefined;
  readonly ttl?: number | undefined;
}

const NOTHING = new Uint8Array(0);

export const encodeIpvsTimeouts = ({ tcp, tcpFin, udp }: IpvsTimeouts): Uint8Array =>
  encodeGeneric(
    IPVS_CONTROL.setConfig,
    IPVS_VERSION,
    // The kernel wants all three, and leaves as it is what is 0.
    attribute(PART.tcp, u32(tcp ?? 0)),
    attribute(PART.tcpFin, u32(tcpFin ?? 0)),
    attribute(PART.udp, u32(udp ?? 0)),
  );

export function decodeIpvsTimeouts(payload: Uint8Array): Result<Required<IpvsTimeouts>, string> {
  const message = decodeGeneric(payload);
  if (!message.ok) return message;
  const seconds = (part: number): number => readU32(message.value.attributes.get(part));
  return ok({ tcp: seconds(PART.tcp), tcpFin: seconds(PART.tcpFin), udp: seconds(PART.udp) });
}

export const encodeIpvsDaemon = (daemon: IpvsDaemon): Uint8Array =>
  encodeGeneric(
    IPVS_CONTROL.newDaemon,
    IPVS_VERSION,
    nested(
      PART.daemon,
      attribute(DAEMON.role, u32(ROLE[daemon.role])),
      attribute(DAEMON.interface, string(daemon.interface)),
      attribute(DAEMON.id, u32(daemon.id)),
      daemon.maxLength === undefined ? NOTHING : attribute(DAEMON.maxLength, u16(daemon.maxLength)),
      groupOf(daemon),
      daemon.port === undefined ? NOTHING : attribute(DAEMON.port, u16(daemon.port)),
      daemon.ttl === undefined ? NOTHING : attribute(DAEMON.ttl, u8(daemon.ttl)),
    ),
  );

function groupOf({ group }: IpvsDaemon): Uint8Array {
  if (group === undefined) return NOTHING;
  return attribute(familyOf(group) === 4 ? DAEMON.group4 : DAEMON.group6, ipBytes(group));
}

export const encodeIpvsDaemonEnd = (role: IpvsDaemon['role']): Uint8Array =>
  encodeGeneric(IPVS_CONTROL.deleteDaemon, IPVS_VERSION, nested(PART.daemon, attribute(DAEMON.role, u32(ROLE[role]))));

export const encodeGetIpvsDaemons = (): Uint8Array => encodeGeneric(IPVS_CONTROL.getDaemon, IPVS_VERSION);
export const encodeGetIpvsTimeouts = (): Uint8Array => encodeGeneric(IPVS_CONTROL.getConfig, IPVS_VERSION);

/** One message of the dump. Kernels before 4.3 say no more than role, interface and id. */
export function decodeIpvsDaemon(payload: Uint8Array): Result<IpvsDaemon, string> {
  const message = decodeGeneric(payload);
  if (!message.ok) return message;
  const part = message.value.attributes.get(PART.daemon);
  if (!part) return err('an answer without a daemon');
  const a = parseAttributes(part);
  const role = readU32(a.get(DAEMON.role));
  if (role !== ROLE.master && role !== ROLE.backup) return err(`a daemon of the unknown role ${role}`);
  const group = a.get(DAEMON.group4) ?? a.get(DAEMON.group6);
  const number = (key: number, read: (bytes: Uint8Array | undefined) => number): number | undefined =>
    a.has(key) ? read(a.get(key)) : undefined;
  return ok({
    role: role === ROLE.master ? 'master' : 'backup',
    interface: readString(a.get(DAEMON.interface) ?? NOTHING),
    id: readU32(a.get(DAEMON.id)),
    maxLength: number(DAEMON.maxLength, readU16),
    group: group && (group.length === 4 || group.length === 16) ? ipFromBytes(group) : undefined,
    port: number(DAEMON.port, readU16),
    ttl: number(DAEMON.ttl, readU8),
  });
}
