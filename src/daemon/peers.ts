/** Who is at the other end of the control socket, from the kernel: root alone says nothing in a journal. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Peer } from '../control/server.ts';
import { peerCredentials } from '../linux/peer-credentials.ts';

export interface IdentifiedPeer extends Peer {
  /** The address of ours that their SSH session came in by. */
  readonly sshServer: string | undefined;
}

/** Undefined where the kernel does not say. */
export function identifyPeer(socket: Socket): IdentifiedPeer | undefined {
  // The descriptor is not public in Node; without it nobody can be identified, and is refused.
  const fd = (socket as { _handle?: { fd?: number } })._handle?.fd;
  if (fd === undefined || fd < 0) return undefined;
  const credentials = peerCredentials(fd);
  if (!credentials.ok) return undefined;
  const { pid, uid } = credentials.value;
  const ssh = environment(pid).get('SSH_CONNECTION')?.split(' ');
  const from = ssh?.[0] ? ` from ${ssh[0]}` : '';
  return { pid, uid, name: `${loginName(pid, uid)}${from}`, sshServer: ssh?.[2] };
}

/** The one who logged in, also behind sudo: /proc/PID/loginuid, else the process's own user. */
function loginName(pid: number, uid: number): string {
  const login = Number(readOrEmpty(`/proc/${pid}/loginuid`));
  const NOT_SET = 0xffffffff;
  const id = Number.isInteger(login) && login !== NOT_SET && login >= 0 ? login : uid;
  const entry = readOrEmpty('/etc/passwd')
    .split('\n')
    .find((line) => line.split(':')[2] === String(id));
  return entry?.split(':')[0] ?? `uid ${id}`;
}

function environment(pid: number): Map<string, string> {
  const pairs = readOrEmpty(`/proc/${pid}/environ`).split('\0');
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
