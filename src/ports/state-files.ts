import type { Result } from '../base/result.ts';
import type { OsError } from './os-error.ts';

/** Small files that survive a restart (on Linux below /var/lib/hatop). */
export interface StateFiles {
  /** Undefined where there is no such file. */
  read(name: string): Result<string | undefined, OsError>;
  /** Atomic: after a crash the old or the new text is there, whole (write, fsync, rename). */
  replace(name: string, text: string): Result<void, OsError>;
  /** Appends a line; durable before it returns. */
  append(name: string, line: string): Result<void, OsError>;
}
