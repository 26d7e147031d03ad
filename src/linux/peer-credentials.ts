import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import { readU32 } from '../wire/netlink.ts';
import { SO, SOL } from './constants.ts';
import * as libc from './libc.ts';

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who connected to this unix socket, as the kernel noted it then (SO_PEERCRED, unix(7)). */
export function peerCredentials(fd: number): Result<PeerCredentials, OsError> {
  const asked = libc.getsockopt(fd, SOL.socket, SO.peerCredentials, 12);
  if (!asked.ok) return err(osError(asked.error, 'ask who is at the other end of a unix socket'));
  const [pid, uid, gid] = [0, 4, 8].map((at) => readU32(asked.value.subarray(at)));
  return ok({ pid: pid ?? 0, uid: uid ?? 0, gid: gid ?? 0 });
}
