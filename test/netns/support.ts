import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';

/** Namespaces of this test's own, the processes in them, and their end. */
export interface Netns {
  readonly names: readonly string[];
  /** The real name of a namespace. */
  name(short: string): string;
  /** Runs a program in a namespace and gives its output. */
  run(short: string, ...argv: string[]): string;
  /** Starts a program in a namespace; it is killed at the end. */
  start(short: string, ...argv: string[]): Lines;
  /** Bundles a TypeScript file beside this one into something Node can run; it is removed at the end. */
  bundle(file: string): Promise<string>;
  close(): Promise<void>;
}

/** Of this file: what a set-up that failed half-way has made goes at the file's end, too. */
const open = new Set<Netns>();
afterAll(async () => {
  for (const world of open) await world.close();
});

export function createNetns(...shorts: string[]): Netns {
  const tag = `hatop-${randomBytes(3).toString('hex')}`;
  const name = (short: string): string => `${tag}-${short}`;
  const started: Lines[] = [];
  const bundles: string[] = [];
  const world: Netns = {
    names: shorts.map(name),
    name,
    run: (short, ...argv) => execFileSync('ip', ['netns', 'exec', name(short), ...argv], { encoding: 'utf8' }),
    start(short, ...argv) {
      const lines = follow(spawn('ip', ['netns', 'exec', name(short), ...argv], { stdio: ['pipe', 'pipe', 'pipe'] }));
      started.push(lines);
      return lines;
    },
    async bundle(file) {
      const outfile = await bundleFile(file);
      bundles.push(outfile);
      return outfile;
    },
    async close() {
      if (!open.delete(world)) return;
      for (const file of bundles) rmSync(file, { force: true });
      await Promise.all(started.map((lines) => lines.end()));
      for (const short of shorts) ip('netns', 'delete', name(short));
    },
  };
  open.add(world);
  for (const short of shorts) ip('netns', 'add', name(short));
  for (const short of shorts) ip('-n', name(short), 'link', 'set', 'lo', 'up');
  return world;
}

/** A pair of namespaces, `a` and `b`, joined by veth `eth0` with 10.9.0.1/24 and 10.9.0.2/24. */
export function createPair(): Netns {
  const world = createNetns('a', 'b');
  const [a, b] = [world.name('a'), world.name('b')];
  ip('-n', a, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', b);
  for (const [namespace, address] of [[a, '10.9.0.1/24'] as const, [b, '10.9.0.2/24'] as const]) {
    ip('-n', namespace, 'address', 'add', address, 'dev', 'eth0');
    ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  }
  return world;
}

export const ip = (...argv: string[]): string => execFileSync('ip', argv, { encoding: 'utf8', stdio: 'pipe' });

/** A process that speaks in lines. */
export interface Lines {
  readonly pid: number;
  readonly seen: readonly string[];
  write(line: string): void;
  /** The first line from `from` on that `wanted` accepts; throws with all that was said when none comes in time. */
  find(wanted: (line: string) => boolean, options?: { readonly from?: number; readonly ms?: number }): Promise<string>;
  /** Its exit code, undefined for a signal. */
  exited(): Promise<number | undefined>;
  end(): Promise<void>;
}

function follow(child: ChildProcess): Lines {
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  const hear = (line: string): void => {
    seen.push(line);
    for (const look of [...waiting]) look();
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', hear);
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const exited = ended.then(() => child.exitCode ?? undefined);
  return {
    pid: child.pid ?? 0,
    seen,
    write: (line) => void child.stdin?.write(`${line}\n`),
    find: (wanted, { from = 0, ms = 5000 } = {}) =>
      new Promise((done, fail) => {
        let next = from;
        const look = (): void => {
          while (next < seen.length) {
            const line = seen[next++] ?? '';
            if (!wanted(line)) continue;
            stop();
            done(line);
            return;
          }
        };
        const timer = setTimeout(() => {
          stop();
          fail(new Error(`no such line within ${ms} ms; its last words:\n${seen.slice(-30).join('\n')}`));
        }, ms);
        const stop = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    exited: () => exited,
    end: () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      return ended;
    },
  };
}

async function bundleFile(file: string): Promise<string> {
  const scratch = fileURLToPath(new URL('../../.scratch/', import.meta.url));
  mkdirSync(scratch, { recursive: true });
  const outfile = `${scratch}${file.replace(/\.ts$/, '')}-${process.pid}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
    logLevel: 'error',
  });
  return outfile;
}
