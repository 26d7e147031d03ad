/** One process at a time in a directory. The kernel lets go when the holder ends, however it ends. */
import { constants, openSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import * as libc from './libc.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;

/** Held until this process ends. EAGAIN: another process holds it. */
export function lockDirectory(directory: string): Result<void, OsError> {
  const what = `lock ${directory}`;
  try {
    const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    const locked = libc.flock(fd, LOCK_EX | LOCK_NB);
    return locked.ok ? ok(undefined) : err(osError(locked.error, what));
  } catch (error) {
    return err(osError((error as NodeJS.ErrnoException).code ?? String(error), what));
  }
}
