/** What keeps a busy machine from delaying a thread: a realtime priority, and its code locked into memory. */
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import * as libc from './libc.ts';

const SCHED_RR = 2;
/** What this thread starts is ordinary again. */
const RESET_ON_FORK = 0x40000000;

/**
 * The calling thread runs before all ordinary ones (sched(7)); `priority` 1…99. EPERM without CAP_SYS_NICE and a limit
 * RLIMIT_RTPRIO that allows it, or in a control group without a realtime share.
 */
export function makeRealtime(priority: number): Result<void, OsError> {
  const done = libc.setScheduler(SCHED_RR | RESET_ON_FORK, priority);
  return done.ok ? ok(undefined) : err(osError(done.error, `realtime priority ${priority}`));
}

export interface CodeRange {
  readonly start: number;
  readonly length: number;
}

/**
 * Of /proc/PID/maps, the code that comes from files: the program and its libraries. Not what the JIT compiles, which it
 * moves and frees, and not the heap: V8 reserves gigabytes that it never uses, and to lock those ends it.
 */
export function codeRanges(maps: string): CodeRange[] {
  return [...maps.matchAll(/^(?<from>[0-9a-f]+)-(?<to>[0-9a-f]+) r-xp \S+ \S+ [1-9]\d* +\//gm)].map(({ groups }) => {
    const [start, end] = [groups?.from, groups?.to].map((hex) => Number.parseInt(hex ?? '0', 16)) as [number, number];
    return { start, length: end - start };
  });
}

/** Locks this process's code into memory and tells how many bytes that are. ENOMEM, EPERM: beyond RLIMIT_MEMLOCK. */
export function lockCode(): Result<number, OsError> {
  let bytes = 0;
  for (const { start, length } of codeRanges(readFileSync('/proc/self/maps', 'utf8'))) {
    const locked = libc.mlock(start, length);
    if (!locked.ok) return err(osError(locked.error, `lock ${length >> 10} kB of code into memory`));
    bytes += length;
  }
  return ok(bytes);
}
