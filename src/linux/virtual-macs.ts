/**
 * Interfaces with a virtual MAC: macvlan in private mode. What is ours bears our mark, its alias, which says what was
 * changed on the interface below: it lives as long as the interface, so a life that was killed leaves it to the next one.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { OsError } from '../ports/os-error.ts';
import { describeOsError } from '../ports/os-error.ts';
import type { VirtualMac, VirtualMacs } from '../ports/virtual-macs.ts';
import { aliasLink, decodeDetails, deleteLink, type LinkDetails, newMacvlan, setLinkUp } from '../wire/macvlan.ts';
import { FLAG } from '../wire/netlink.ts';
import { linkDump, RTM } from '../wire/rtnetlink.ts';
import * as libc from './libc.ts';
import type { NetlinkConnection } from './netlink-conn.ts';
import { readSetting, writeSetting } from './settings.ts';
import {
  type Change,
  PARENT_SETTINGS,
  type ParentSetting,
  parentPath,
  readMark,
  settingsOf,
  writeMark,
} from './virtual-mac-settings.ts';

export function createVirtualMacs(connection: NetlinkConnection): VirtualMacs {
  // Somebody may take one of ours away, and its mark with it.
  const memory: Memory = new Map();
  return {
    make: (wanted) => make(connection, wanted, memory),
    setUp(name, up) {
      const what = `set ${name} ${up ? 'up' : 'down'}`;
      const index = libc.interfaceIndex(name);
      if (!index.ok) return err(`${what}: ${index.error}`);
      return change(connection, RTM.newLink, setLinkUp(index.value, up), what);
    },
    keepOnly: (kept) => keepOnly(connection, kept, memory),
  };
}

/** The settings of each parent before us. */
type Memory = Map<string, readonly ParentSetting[]>;

/** Why an interface that has the name already cannot be used as `wanted`, in words; undefined: it can. */
export function whyNotUsable(
  there: LinkDetails,
  wanted: VirtualMac,
  parent: Pick<LinkDetails, 'index'> | undefined,
): string | undefined {
  const what =
    there.kind !== 'macvlan'
      ? `is ${there.kind ? `of kind ${there.kind}` : 'no macvlan'}`
      : there.mac !== wanted.mac
        ? `has the MAC ${there.mac}, not ${wanted.mac}`
        : there.parent !== parent?.index
          ? `is not above ${wanted.parent}`
          : there.isPrivate
            ? undefined
            : 'is not in private mode';
  if (what === undefined) return undefined;
  return `interface ${wanted.name} exists already and ${what}: give use_vmac another name, or remove it (ip link delete ${wanted.name})`;
}

/** What keeps `wanted` from being made, on the machine as it is, in words. What is ours is no obstacle. */
export function obstacles(connection: NetlinkConnection, wanted: readonly VirtualMac[]): string[] {
  const links = listLinks(connection);
  return wanted.flatMap((one) => {
    const there = links.find(({ name }) => name === one.name);
    const parent = links.find(({ name }) => name === one.parent);
    return there && !readMark(there.alias) ? (whyNotUsable(there, one, parent) ?? []) : [];
  });
}

function make(connection: NetlinkConnection, wanted: VirtualMac, memory: Memory): Result<'made' | 'present', string> {
  const links = listLinks(connection);
  const parent = links.find(({ name }) => name === wanted.parent);
  if (!parent) return err(`interface ${wanted.parent} does not exist`);
  const there = links.find(({ name }) => name === wanted.name);
  const unusable = there && whyNotUsable(there, wanted, parent);
  if (unusable !== undefined) return err(unusable);
  if (!there) {
    const payload = newMacvlan(wanted.name, parent.index, wanted.mac);
    const made = change(connection, RTM.newLink, payload, `make ${wanted.name}`, FLAG.create | FLAG.exclusive);
    if (!made.ok) return made;
  }
  const known = links.flatMap((one) => (one.parent === parent.index ? (readMark(one.alias) ?? []) : []))[0];
  const before = known?.before ?? memory.get(wanted.parent) ?? settingsNow(wanted.parent);
  memory.set(wanted.parent, before);
  const marked = readMark(there?.alias) ? ok(undefined) : mark(connection, wanted, there !== undefined, before);
  const settled = marked.ok ? apply([...settingsOf(wanted), ...raised(wanted.parent)]) : marked;
  if (settled.ok) return ok(there ? 'present' : 'made');
  if (!there) remove(connection, wanted.name);
  return settled;
}

const mark = (connection: NetlinkConnection, { name }: VirtualMac, found: boolean, before: readonly ParentSetting[]) =>
  change(connection, RTM.newLink, aliasLink(name, writeMark({ found, before })), `mark ${name}`);

const settingsNow = (parent: string): ParentSetting[] =>
  PARENT_SETTINGS.map(({ setting, value }) => ({ setting, value: readSetting(parentPath(parent, setting)) ?? value }));

const raised = (parent: string): Change[] =>
  PARENT_SETTINGS.flatMap(({ setting, value }) => {
    const path = parentPath(parent, setting);
    return Number(readSetting(path)) < Number(value) ? [{ path, value }] : [];
  });

function keepOnly(
  connection: NetlinkConnection,
  kept: readonly VirtualMac[],
  memory: Memory,
): ReturnType<VirtualMacs['keepOnly']> {
  const links = listLinks(connection);
  const ours = links.flatMap((link) => {
    const mark = readMark(link.alias);
    const parent = links.find(({ index }) => index === link.parent)?.name;
    return mark ? [{ link, mark, parent }] : [];
  });
  const stays = ({ link, parent: below }: (typeof ours)[number]): boolean =>
    kept.some(({ name, parent, mac }) => name === link.name && mac === link.mac && parent === below);
  const problems: string[] = [];
  const note = (done: Result<void, string>): void => void (done.ok || problems.push(done.error));
  for (const { mark, parent } of ours) if (parent !== undefined) memory.set(parent, mark.before);
  const leaving = ours.filter((one) => !stays(one));
  for (const { link, mark } of leaving) {
    // One that was there before us stays, without our mark.
    if (mark.found) note(change(connection, RTM.newLink, aliasLink(link.name, ''), `release ${link.name}`));
    else note(remove(connection, link.name));
  }
  for (const [parent, before] of memory) {
    if (kept.some((one) => one.parent === parent)) continue;
    note(putBack(parent, before));
    memory.delete(parent);
  }
  return { removed: leaving.flatMap(({ link, mark }) => (mark.found ? [] : [link.name])), problems };
}

/** Only what still has our value: somebody else may have changed it meanwhile. */
function putBack(parent: string, before: readonly ParentSetting[]): Result<void, string> {
  const changed = before.flatMap(({ setting, value }) => {
    const path = parentPath(parent, setting);
    const ours = PARENT_SETTINGS.find((one) => one.setting === setting)?.value;
    return readSetting(path) === ours ? [{ path, value }] : [];
  });
  return apply(changed);
}

function apply(changes: readonly Change[]): Result<void, string> {
  for (const { path, value } of changes) {
    const now = readSetting(path);
    // A kernel without IPv6 has no such setting, and no need of it.
    if (now === undefined || now === value) continue;
    const written = writeSetting(path, value);
    if (!written.ok) return err(`cannot set ${path} to ${value}: ${written.error}`);
  }
  return ok(undefined);
}

function remove(connection: NetlinkConnection, name: string): Result<void, string> {
  const link = listLinks(connection).find((one) => one.name === name);
  return link ? change(connection, RTM.delLink, deleteLink(link.index), `remove ${name}`) : ok(undefined);
}

function change(
  connection: NetlinkConnection,
  type: number,
  payload: Uint8Array,
  what: string,
  flags = 0,
): Result<void, string> {
  const reply = connection.request({ type, flags, payload, what });
  return reply.ok ? ok(undefined) : err(inWords(reply.error));
}

const inWords = (error: OsError): string =>
  error.code === 'EOPNOTSUPP' ? `${describeOsError(error)}: this kernel has no macvlan` : describeOsError(error);

function listLinks(connection: NetlinkConnection): LinkDetails[] {
  const reply = connection.request({
    type: RTM.getLink,
    flags: FLAG.dump,
    payload: linkDump(),
    what: 'list the interfaces',
  });
  return reply.ok ? reply.value.flatMap((message) => decodeDetails(message) ?? []) : [];
}
