import type { Result } from '../base/result.ts';
import type { OsError } from './os-error.ts';

/**
 * Small files that survive a restart (on Linux below /var/lib/hatop). A name is a plain file name (see
 * `wrongFileName`); EINVAL where it is not, or where a line to append has line breaks in it.
 */
export interface StateFiles {
  /** Undefined where there is no such file. */
  read(name: string): Result<string | undefined, OsError>;
  /** Atomic: after a crash the old or the new text is there, whole (write, fsync, rename). */
  replace(name: string, text: string): Result<void, OsError>;
  /** Appends a line; durable before it returns. */
  append(name: string, line: string): Result<void, OsError>;
}

/** What is wrong with a name, in words; undefined: nothing. */
export function wrongFileName(name: string): string | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) return undefined;
  return 'a file name begins with a letter or digit and goes on with those, dots, dashes and underscores (128 at most)';
}

export const wrongLine = (line: string): string | undefined =>
  line.includes('\n') ? 'a line has no line breaks in it' : undefined;
