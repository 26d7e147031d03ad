/** Load on the machine, and what a stack uses of it. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { descendants } from '../../src/lab/process.ts';

/** Runs `run` beside so many busy loops, of which each ends by itself, whatever becomes of us. */
export async function withBusyLoops<T>(loops: number, seconds: number, run: () => Promise<T>): Promise<T> {
  const code = `const end=Date.now()+${(seconds + 5) * 1000};while(Date.now()<end);`;
  const busy = Array.from({ length: loops }, () => spawn(process.execPath, ['-e', code], { stdio: 'ignore' }));
  try {
    return await run();
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
}

export interface Use {
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** Of a process and all below it, so far. The CPU time is the scheduler's own, in nanoseconds, of the threads that live. */
export function usedBy(pid: number): Use {
  const all = [pid, ...descendants(pid)].map((member) => {
    const threads = readdirSync(`/proc/${member}/task`).map((thread) =>
      Number(readFileSync(`/proc/${member}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1];
    return { cpuMs: threads.reduce((sum, one) => sum + one, 0) / 1e6, rssMb: Number(resident) / 1024 };
  });
  const sum = (key: keyof Use): number => all.reduce((total, one) => total + one[key], 0);
  return { cpuMs: sum('cpuMs'), rssMb: sum('rssMb') };
}
