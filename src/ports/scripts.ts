import type { Duration } from '../base/time.ts';
import type { Cancel } from './clock.ts';

export interface ScriptCommand {
  /** Program and arguments; never passed through a shell. */
  readonly argv: readonly string[];
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  /** SIGTERM after this, SIGKILL 2 s later. Undefined: no limit. */
  readonly timeout?: Duration | undefined;
}

export type ScriptResult =
  | { readonly kind: 'exited'; readonly code: number; readonly took: Duration; readonly output: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly detail: string };

export interface Scripts {
  run(command: ScriptCommand, done: (result: ScriptResult) => void): Cancel;
}
