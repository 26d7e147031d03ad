/**
 * keepalived's `enable_script_security`: a script that root runs must be out of everybody else's reach, and so must every
 * directory on the way to it.
 */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** One element of a path, itself and not what it points to. */
export interface PathPart {
  readonly kind: 'directory' | 'link' | 'file';
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, sticky bit included. */
  readonly mode: number;
  /** Where a link points. */
  readonly target?: string | undefined;
}

export interface FileView {
  /** Undefined where there is nothing at `path`. */
  part(path: string): PathPart | 'unreadable' | undefined;
  userName(uid: number): string;
  groupName(gid: number): string;
}

const mostLinks = 40;
const groupWrites = 0o020;
const othersWrite = 0o002;
const sticky = 0o1000;

/**
 * The first element on the way to `path` (links followed) that somebody else than root can change, and who that is:
 * `/opt/checks is writable by group staff`. Undefined: none, as far as the path exists.
 */
export function insecurePathPart(path: string, view: FileView = realFiles): string | undefined {
  if (!path.startsWith('/')) return `${path} is not an absolute path`;
  let links = 0;
  let at = '/';
  // As the kernel walks: `..` after a link leaves the directory that the link led to.
  const names = ['.', ...path.split('/')];
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const element = join(at, name);
    const part = view.part(element);
    if (part === 'unreadable') return `${element} cannot be examined`;
    if (!part) return undefined;
    const fault = faultOf(element, part, view);
    if (fault) return fault;
    if (part.kind !== 'link') {
      at = element;
      continue;
    }
    links += 1;
    if (links > mostLinks) return `${element} is one of too many symbolic links`;
    const target = part.target ?? '';
    if (target.startsWith('/')) at = '/';
    names.unshift(...target.split('/'));
  }
  return undefined;
}

function faultOf(path: string, part: PathPart, view: FileView): string | undefined {
  if (part.uid !== 0) return `${path} belongs to user ${view.userName(part.uid)}`;
  // A link's own mode means nothing, and in a sticky directory (/tmp) others cannot replace what is root's.
  if (part.kind === 'link' || (part.kind === 'directory' && part.mode & sticky)) return undefined;
  if (part.mode & othersWrite) return `${path} is writable by everybody`;
  if (part.mode & groupWrites && part.gid !== 0) return `${path} is writable by group ${view.groupName(part.gid)}`;
  return undefined;
}

const realFiles: FileView = {
  part(path) {
    try {
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (!stat) return undefined;
      const { uid, gid, mode } = stat;
      if (stat.isSymbolicLink()) return { kind: 'link', uid, gid, mode, target: readlinkSync(path) };
      return { kind: stat.isDirectory() ? 'directory' : 'file', uid, gid, mode };
    } catch {
      return 'unreadable';
    }
  },
  userName: (uid) => nameIn('/etc/passwd', uid),
  groupName: (gid) => nameIn('/etc/group', gid),
};

/** The name of an id, or the id where it has none. */
function nameIn(file: string, id: number): string {
  const entries = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  return entries.find((fields) => fields[2] === String(id))?.[0] ?? String(id);
}
