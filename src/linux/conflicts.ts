import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Others on this machine who would speak VRRP beside us: two on one host are deaf to each other. */
export interface Conflicts {
  /** Raw sockets for protocol 112 in this network namespace, IPv4 and IPv6, ours included where we have any. */
  readonly protocol112Sockets: number;
  /** Live processes called keepalived in this network namespace. */
  readonly keepalived: readonly number[];
}

/** What cannot be read (a process that has just ended, a kernel without IPv6) does not count. */
export function findConflicts(proc = '/proc'): Conflicts {
  const tables = ['net/raw', 'net/raw6'].map((table) => textOf(join(proc, 'thread-self', table)));
  const home = linkOf(join(proc, 'thread-self/ns/net'));
  const keepalived = processes(proc).filter((pid) => {
    const own = join(proc, String(pid));
    return (
      textOf(join(own, 'comm')).trim() === 'keepalived' &&
      linkOf(join(own, 'ns/net')) === home &&
      isAlive(textOf(join(own, 'stat')))
    );
  });
  return { protocol112Sockets: tables.reduce((total, table) => total + countVrrpSockets(table), 0), keepalived };
}

/** Lines of /proc/net/raw whose local address ends in `:0070`: a raw socket shows its protocol as port. */
export const countVrrpSockets = (table: string): number =>
  table.split('\n').filter((line) => line.trim().split(/\s+/)[1]?.endsWith(':0070')).length;

/** Not a zombie: /proc/PID/stat has the state behind the name, which may hold blanks and brackets. */
const isAlive = (stat: string): boolean => !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));

const processes = (proc: string): number[] =>
  readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const textOf = (path: string): string => unlessGone(() => readFileSync(path, 'utf8'));
const linkOf = (path: string): string => unlessGone(() => readlinkSync(path));

function unlessGone(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
