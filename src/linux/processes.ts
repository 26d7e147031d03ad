/** The processes of this machine, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Processes, RunningProcess } from '../ports/watched.ts';

export function createProcesses(): Processes {
  return {
    list: () =>
      readdirSync('/proc')
        .filter((entry) => /^\d+$/.test(entry))
        .flatMap((entry) => processOf(Number(entry)) ?? []),
  };
}

/** Undefined for one that has ended meanwhile, and for a dead one that nobody has waited for (state Z). */
function processOf(pid: number): RunningProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name is in parentheses and may hold some itself.
    const end = stat.lastIndexOf(')');
    if (/^ [ZX]/.test(stat.slice(end + 1))) return undefined;
    const name = stat.slice(stat.indexOf('(') + 1, end);
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { pid, name, argv };
  } catch {
    return undefined;
  }
}
