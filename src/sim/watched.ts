import { ok } from '../base/result.ts';
import type { Processes, RunningProcess, WatchedFiles } from '../ports/watched.ts';
import { createBroadcast } from './broadcast.ts';

export interface SimWatchedFiles extends WatchedFiles {
  /** Undefined: removed. */
  write(path: string, text: string | undefined): void;
}

export function createSimWatchedFiles(): SimWatchedFiles {
  const texts = new Map<string, string>();
  const changes = createBroadcast<string>();
  const write = (path: string, text: string | undefined): void => {
    if (text === undefined) texts.delete(path);
    else texts.set(path, text);
    changes.tell(path);
  };
  return {
    write,
    watch(path, listener) {
      listener(texts.get(path));
      return changes.listen((changed) => {
        if (changed === path) listener(texts.get(path));
      });
    },
    make(path, text, overwrite) {
      if (overwrite || !texts.has(path)) write(path, text);
      return ok(undefined);
    },
  };
}

export interface SimProcesses extends Processes {
  start(...argv: string[]): RunningProcess;
  end(process: RunningProcess): void;
}

export function createSimProcesses(): SimProcesses {
  const running = new Set<RunningProcess>();
  let pid = 0;
  return {
    list: () => [...running],
    start(...argv) {
      const name = (argv[0] ?? '').split('/').at(-1)?.slice(0, 15) ?? '';
      const process = { pid: ++pid, name, argv };
      running.add(process);
      return process;
    },
    end: (process) => void running.delete(process),
  };
}
