/** What instances may track of a machine beside scripts and interfaces. */
import type { Result } from '../base/result.ts';
import type { RunningProcess } from '../vrrp/process-tracker.ts';
import type { Cancel } from './clock.ts';
import type { OsError } from './os-error.ts';

export type { RunningProcess } from '../vrrp/process-tracker.ts';

export interface WatchedFiles {
  /** Calls with the beginning of the file's text at once, and after each change; undefined: it cannot be read. */
  watch(path: string, listener: (text: string | undefined) => void): Cancel;
  /** Writes `text` into a file that is missing, with `overwrite` into any. */
  make(path: string, text: string, overwrite: boolean): Result<void, OsError>;
}

export interface Processes {
  /** All that run now. */
  list(): readonly RunningProcess[];
}
