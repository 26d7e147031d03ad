/** Processes of a lab: started in a namespace, their lines kept with times, ended by process id. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

export interface Line {
  /** Wall-clock ms with a fraction, when we read it. */
  readonly at: number;
  readonly from: 'stdout' | 'stderr';
  readonly text: string;
}

export interface LabProcess {
  readonly pid: number;
  readonly lines: readonly Line[];
  /** Resolves with the exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
  /** Everything it printed, for a test's message. */
  output(): string;
  /** The first line, past or future, that matches. Rejects with the output when it ends or takes too long. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<Line>;
  onLine(listener: (line: Line) => void): void;
  /** One line to its standard input. */
  write(line: string): void;
  /** Closes its standard input. */
  endInput(): void;
  /** Asks it to end, and kills it and its children when it does not. */
  stop(options?: { readonly signal?: NodeJS.Signals; readonly graceMs?: number }): Promise<number | string>;
  /** SIGKILL to it and all its descendants at one moment: none of them can clean up after another. */
  crash(): Promise<void>;
  /** SIGSTOP or SIGCONT for it and its descendants. */
  signalAll(signal: NodeJS.Signals): void;
}

export interface StartOptions {
  /** Absent: where we are. */
  readonly namespace?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The wall clock with microseconds, comparable between processes of this machine and with captures. */
export const wallNow = (): number => performance.timeOrigin + performance.now();

/** `ip netns exec` becomes the program, so the process id is the program's own. */
export function startProcess(argv: readonly string[], options: StartOptions = {}): LabProcess {
  const [file = '', ...rest] = options.namespace ? ['ip', 'netns', 'exec', options.namespace, ...argv] : argv;
  const child = execa(file, rest, { buffer: false, reject: false, stdin: 'pipe', env: options.environment ?? {} });
  const lines: Line[] = [];
  const listeners = new Set<(line: Line) => void>();
  const keep = (from: 'stdout' | 'stderr', text: string): void => {
    const line = { at: wallNow(), from, text };
    lines.push(line);
    for (const listener of listeners) listener(line);
  };
  const read = async (from: 'stdout' | 'stderr'): Promise<void> => {
    for await (const line of child.iterable({ from })) keep(from, line);
  };
  child.stdin.on('error', () => {});
  const drained = Promise.allSettled([read('stdout'), read('stderr')]);
  // A grandchild may hold the pipes for longer than the process lives; its last words do not matter.
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', async (code, signal) => {
      await Promise.race([drained, sleep(200)]);
      resolve(signal ?? code ?? 'unknown');
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${argv.join(' ')}`);
  const output = (): string => lines.map((line) => line.text).join('\n');
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const member of [...descendants(pid), pid]) send(member, signal);
  };
  const crash = async (): Promise<void> => {
    // Stopped first: the death of a parent makes keepalived's children shut down in good order, which is no crash.
    signalAll('SIGSTOP');
    signalAll('SIGKILL');
    await ended;
  };
  return {
    pid,
    lines,
    ended,
    output,
    signalAll,
    crash,
    onLine: (listener) => listeners.add(listener),
    write: (line) => void child.stdin.write(`${line}\n`),
    endInput: () => child.stdin.end(),
    waitFor: (pattern, timeoutMs = 10_000) => waitForLine({ lines, listeners, ended, output }, pattern, timeoutMs),
    async stop({ signal = 'SIGTERM', graceMs = 5000 } = {}) {
      send(pid, signal);
      const late = setTimeout(crash, graceMs);
      const how = await ended;
      clearTimeout(late);
      return how;
    },
  };
}

interface Watched {
  readonly lines: readonly Line[];
  readonly listeners: Set<(line: Line) => void>;
  readonly ended: Promise<number | string>;
  output(): string;
}

function waitForLine(watched: Watched, pattern: RegExp, timeoutMs: number): Promise<Line> {
  const past = watched.lines.find((line) => pattern.test(line.text));
  if (past) return Promise.resolve(past);
  return new Promise((resolve, reject) => {
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      watched.listeners.delete(look);
      act();
    };
    const look = (line: Line): void => {
      if (pattern.test(line.text)) finish(() => resolve(line));
    };
    const fail = (why: string): void => reject(new Error(`${pattern} not seen: ${why}\n${watched.output()}`));
    const timer = setTimeout(() => finish(() => fail(`waited ${timeoutMs} ms`)), timeoutMs);
    watched.listeners.add(look);
    watched.ended.then((how) => finish(() => fail(`the process ended (${how})`)));
  });
}

/** Children, their children and so on; the youngest generation first. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : undefined;
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const below = (parent: number): number[] => (parents.get(parent) ?? []).flatMap((child) => [...below(child), child]);
  return below(pid);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
