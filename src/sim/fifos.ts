/** Named pipes that keep what was written to them. */
import { ok } from '../base/result.ts';
import type { Fifos } from '../ports/fifos.ts';

export interface SimFifos extends Fifos {
  lines(path: string): readonly string[];
  /** The paths of those that are open. */
  readonly opened: ReadonlySet<string>;
}

export function createSimFifos(): SimFifos {
  const written = new Map<string, string[]>();
  const opened = new Set<string>();
  const of = (path: string): string[] => {
    const lines = written.get(path) ?? [];
    written.set(path, lines);
    return lines;
  };
  return {
    open(path) {
      opened.add(path);
      return ok({ write: (line) => of(path).push(line) > 0, close: () => void opened.delete(path) });
    },
    opened,
    lines: of,
  };
}
