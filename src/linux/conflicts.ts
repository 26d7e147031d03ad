import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Others on this machine who would speak VRRP beside us: two on one host are deaf to each other. */
export interface Conflicts {
  /**
   * Raw sockets for protocol 112 in this network namespace, IPv4 and IPv6, and for AH (51), behind whose header VRRP
   * goes too; ours included where we have any. Those of processes that only listen do not count.
   */
  readonly vrrpSockets: number;
  /** Live processes called keepalived in this network namespace. */
  readonly keepalived: readonly number[];
}

/** The name of a process that listens to VRRP and never sends any (`hatop adverts`): it is in nobody's way. */
export const LISTENER = 'hatop adverts';

/** What cannot be read (a process that has just ended, a kernel without IPv6) does not count. */
export function findConflicts(proc = '/proc'): Conflicts {
  const tables = ['net/raw', 'net/raw6'].map((table) => textOf(join(proc, 'thread-self', table)));
  const home = linkOf(join(proc, 'thread-self/ns/net'));
  const neighbours = (name: string): number[] =>
    processes(proc).filter((pid) => {
      const own = join(proc, String(pid));
      return (
        textOf(join(own, 'comm')).trimEnd() === name &&
        linkOf(join(own, 'ns/net')) === home &&
        isAlive(textOf(join(own, 'stat')))
      );
    });
  const sockets = tables.flatMap(vrrpSockets);
  const harmless = new Set(sockets.length > 0 ? neighbours(LISTENER).flatMap((pid) => socketsOf(proc, pid)) : []);
  return {
    vrrpSockets: sockets.filter((inode) => !harmless.has(inode)).length,
    keepalived: neighbours('keepalived'),
  };
}

const INODE_COLUMN = 9;

/** 112 and 51: a raw socket shows its protocol as the port of its local address. */
const PORTS = /:00(?:70|33)$/;

/** The inodes of VRRP's sockets in /proc/net/raw. */
export const vrrpSockets = (table: string): string[] =>
  table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap((columns) => (PORTS.test(columns[1] ?? '') ? [columns[INODE_COLUMN] ?? ''] : []));

const socketsOf = (proc: string, pid: number): string[] =>
  entriesOf(join(proc, String(pid), 'fd')).flatMap(
    (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(join(proc, String(pid), 'fd', fd)))?.[1] ?? [],
  );

/** Not a zombie: /proc/PID/stat has the state behind the name, which may hold blanks and brackets. */
const isAlive = (stat: string): boolean => !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));

const processes = (proc: string): number[] =>
  entriesOf(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const textOf = (path: string): string => unlessGone(() => readFileSync(path, 'utf8'), '');
const linkOf = (path: string): string => unlessGone(() => readlinkSync(path), '');
const entriesOf = (path: string): string[] => unlessGone(() => readdirSync(path), []);

function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
