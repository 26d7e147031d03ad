/** This machine for plans of the real server's side: interfaces, addresses, host routes and settings, read and changed. */
import { type Family, familyOf } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import { describeOsError, type OsError } from '../ports/os-error.ts';
import type { HeldAddress, HostRoute, MachineInterface, MachineView, Step } from '../realserver/machine.ts';
import { FLAG, type NetlinkMessage, readU32 } from '../wire/netlink.ts';
import { addressDump, decodeAddress, decodeLink, delAddress, linkDump, newAddress, RTM } from '../wire/rtnetlink.ts';
import { decodeRoute, delHostRoute, isMain, newHostRoute, RTM_ROUTE, routeDump } from '../wire/rtnetlink-route.ts';
import { NETLINK_ROUTE } from './constants.ts';
import * as libc from './libc.ts';
import { type NetlinkConnection, openNetlink } from './netlink-conn.ts';
import type { RecordFile } from './record-file.ts';
import { readSettings, writeSetting } from './settings.ts';

const READ_SETTINGS = ['arp_ignore', 'arp_announce', 'rp_filter'];
const READ_PATHS = ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding'];

export interface ChangeMachine {
  readonly connection: NetlinkConnection;
  /** As it is now. Throws where the kernel does not answer. */
  view(): MachineView;
  /** The name of errno where it is refused. What is as wanted already is no refusal. */
  perform(step: Step): Result<void, string>;
  close(): void;
}

/** `record` keeps the record steps; looking needs none. Opening needs no privilege. */
export function openChangeMachine(record?: RecordFile): Result<ChangeMachine, OsError> {
  const opened = openNetlink(NETLINK_ROUTE);
  if (!opened.ok) return opened;
  const connection = opened.value;
  return ok({
    connection,
    view: () => look(connection),
    perform: (step) => (step.kind === 'record' ? keep(record, step) : change(connection, step)),
    close: () => connection.close(),
  });
}

const keep = (file: RecordFile | undefined, { record }: Extract<Step, { kind: 'record' }>): Result<void, string> =>
  file ? file.write(record) : err('EBADF');

function look(connection: NetlinkConnection): MachineView {
  const links = dump(connection, RTM.getLink, linkDump(), 'list the interfaces').flatMap((message) => {
    const link = decodeLink(message);
    return link ? [{ ...link, arp: resolvesNeighbours(message) }] : [];
  });
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return {
    interfaces: links.map(
      ({ name, adminUp, running, arp }): MachineInterface => ({ name, up: adminUp && running, arp }),
    ),
    addresses: dump(connection, RTM.getAddr, addressDump(), 'list the addresses').flatMap((message): HeldAddress[] => {
      const found = decodeAddress(message);
      const name = found && names.get(found.index);
      if (!found || name === undefined) return [];
      const { address, prefix, label } = found;
      return [{ interface: name, address, prefix, label: label === name ? undefined : label }];
    }),
    routes: ([4, 6] as const).flatMap((family) => hostRoutes(connection, family, names)),
    settings: readSettings(READ_SETTINGS, READ_PATHS),
  };
}

function hostRoutes(connection: NetlinkConnection, family: Family, names: Map<number, string>): HostRoute[] {
  const found = dump(connection, RTM_ROUTE.get, routeDump(family), 'list the routes');
  return found.flatMap((message) => {
    const route = decodeRoute(message);
    const name = route?.index === undefined ? undefined : names.get(route.index);
    if (!route?.destination || name === undefined || !isMain(route) || route.type !== 'unicast') return [];
    if (route.gateway !== undefined || route.prefix !== (family === 6 ? 128 : 32)) return [];
    return [{ interface: name, address: route.destination }];
  });
}

const IFF = { loopback: 0x8, noArp: 0x80 } as const;
const FLAGS_AT = 8;
const resolvesNeighbours = ({ payload }: NetlinkMessage): boolean =>
  (readU32(payload.subarray(FLAGS_AT)) & (IFF.loopback | IFF.noArp)) === 0;

function dump(connection: NetlinkConnection, type: number, payload: Uint8Array, what: string): NetlinkMessage[] {
  const reply = connection.request({ type, flags: FLAG.dump, payload, what });
  if (reply.ok) return reply.value;
  // A kernel without IPv6 has no routes of it.
  if (type === RTM_ROUTE.get && reply.error.code === 'EAFNOSUPPORT') return [];
  throw new Error(describeOsError(reply.error));
}

type KernelStep = Exclude<Step, { kind: 'record' }>;

function change(connection: NetlinkConnection, step: KernelStep): Result<void, string> {
  if (step.kind === 'set') return writeSetting(step.path, step.value);
  const index = libc.interfaceIndex(step.interface);
  if (!index.ok) return index;
  const { type, flags, payload, fine } = request(step, index.value);
  const reply = connection.request({ type, flags, payload, what: step.kind });
  return reply.ok || reply.error.code === fine ? ok(undefined) : err(reply.error.code);
}

interface Request {
  readonly type: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  /** The refusal that means: it is so already. */
  readonly fine: string;
}

function request(step: Exclude<KernelStep, { kind: 'set' }>, index: number): Request {
  const create = FLAG.create | FLAG.exclusive;
  switch (step.kind) {
    case 'add-address':
      return { type: RTM.newAddr, flags: create, payload: servedAddress(step, index), fine: 'EEXIST' };
    case 'remove-address':
      return { type: RTM.delAddr, flags: 0, payload: delAddress({ ...step, index }), fine: 'EADDRNOTAVAIL' };
    case 'add-route':
      return { type: RTM_ROUTE.new, flags: create, payload: newHostRoute({ ...step, index }), fine: 'EEXIST' };
    case 'remove-route':
      return { type: RTM_ROUTE.delete, flags: 0, payload: delHostRoute({ ...step, index }), fine: 'ESRCH' };
  }
}

/** IPv6 with a preferred lifetime of 0: a virtual address is never the source of this host's own connections. */
const servedAddress = ({ address, prefix, label }: HeldAddress, index: number): Uint8Array =>
  newAddress({ index, address, prefix, label, options: familyOf(address) === 6 ? { preferredLifetime: 0 } : {} });
