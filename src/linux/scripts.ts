/**
 * Check and notify scripts. Each is run as it is, never through a shell, in a process group of its own, so that what it
 * starts ends with it. Supplementary groups are dropped where the user changes.
 */
import { constants as access } from 'node:fs';
import { access as mayAccess } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { ResultPromise } from 'execa';
import { err, ok, type Result } from '../base/result.ts';
import { milliseconds } from '../base/time.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ScriptCommand, ScriptResult, Scripts } from '../ports/scripts.ts';
import { findAccount, findGroup } from './accounts.ts';

interface Options {
  readonly reject: false;
  readonly buffer: false;
  readonly detached: true;
  readonly cwd: '/';
  readonly stdin: 'ignore';
  readonly uid?: number;
  readonly gid?: number;
}
type Running = ResultPromise<Options>;

const keptOutput = 4096;
/** How long output that was written before the exit may take to arrive, while something else holds the pipe open. */
const outputLag = 50;

/** `killAfter`: ms from SIGTERM to SIGKILL. */
export function createScripts({ killAfter = 2000 } = {}): Scripts {
  return {
    run(command, done) {
      let cancelled = false;
      let stop: Cancel = () => {};
      const report = (result: ScriptResult): void => {
        if (!cancelled) done(result);
      };
      const begin = async (): Promise<void> => {
        const launch = await prepare(command);
        if (!launch.ok) return report({ kind: 'not-started', detail: launch.error });
        if (!cancelled) stop = watch(command, launch.value(), killAfter, report);
      };
      begin().catch((error: Error) => report({ kind: 'not-started', detail: error.message }));
      return () => {
        cancelled = true;
        stop();
      };
    },
  };
}

async function prepare({ argv, user, group }: ScriptCommand): Promise<Result<() => Running, string>> {
  const [program, ...words] = argv;
  if (program === undefined || program === '') return err('the command is empty');
  const identity = await identityOf(user, group);
  if (!identity.ok) return identity;
  const { execa } = await import('execa');
  const options: Options = {
    reject: false,
    buffer: false,
    detached: true,
    cwd: '/',
    stdin: 'ignore',
    ...identity.value,
  };
  return ok(() => execa(program, words, options));
}

type Identity = { readonly uid?: number; readonly gid?: number };

/** Only what has to change: one who is not root may still run what is to run as himself. */
async function identityOf(user: string | undefined, group: string | undefined): Promise<Result<Identity, string>> {
  if (user === undefined) {
    if (group === undefined) return ok({});
    const gid = await findGroup(group);
    return gid === undefined ? err(`no such group: ${group}`) : ok(gid === process.getgid?.() ? {} : { gid });
  }
  const account = await findAccount(user, group);
  if (!account.ok) return account;
  const { uid, gid } = account.value;
  return ok(uid === process.getuid?.() && gid === process.getgid?.() ? {} : { uid, gid });
}

/** Reports once, when the script has ended; the returned function ends it, silently for the rest. */
function watch(
  { argv, timeout }: ScriptCommand,
  running: Running,
  killAfter: number,
  report: (result: ScriptResult) => void,
): Cancel {
  const started = performance.now();
  const output = collectOutput(running);
  let ended = false;
  let overdue = false;
  let killTimer: NodeJS.Timeout | undefined;
  const signal = (name: NodeJS.Signals | 0): boolean => signalGroup(running.pid, name);
  const terminate = (): void => {
    if (ended || killTimer) return;
    signal('SIGTERM');
    killTimer = setTimeout(() => signal('SIGKILL'), killAfter);
  };
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          overdue = true;
          terminate();
        }, timeout);
  const conclude = (result: ScriptResult): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    // What the script started may still be on its way out.
    if (!signal(0)) clearTimeout(killTimer);
    report(overdue ? { kind: 'timed-out' } : result);
  };

  running.once('exit', (code, by) => {
    const took = milliseconds(performance.now() - started);
    clearTimeout(timer);
    output.afterExit((text) =>
      conclude(
        code === null ? { kind: 'killed', signal: by ?? 'unknown' } : { kind: 'exited', code, took, output: text },
      ),
    );
  });
  void running.then(async (result) => {
    if (result.code !== undefined && running.pid === undefined) {
      conclude({ kind: 'not-started', detail: await whyNotStarted(argv[0] ?? '', result.code) });
    }
  });
  return terminate;
}

/** False where nobody is left in the group. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function collectOutput(running: Running) {
  let kept = Buffer.alloc(0);
  const pipes = [running.stdout, running.stderr];
  // Read on after the limit: a full pipe would stop the script.
  for (const pipe of pipes) {
    pipe.on('data', (chunk: Buffer) => {
      if (kept.length < keptOutput) kept = Buffer.concat([kept, chunk.subarray(0, keptOutput - kept.length)]);
    });
  }
  return {
    /** Calls `use` when all pipes are closed; soon also where something that the script left behind holds them. */
    afterExit(use: (text: string) => void): void {
      const finish = (): void => {
        clearTimeout(lag);
        running.off('close', finish);
        for (const pipe of pipes) (pipe as typeof pipe & { unref?: () => void }).unref?.();
        use(kept.toString('utf8'));
      };
      const lag = setTimeout(finish, outputLag);
      running.once('close', finish);
    },
  };
}

async function whyNotStarted(program: string, code: string): Promise<string> {
  if (code === 'EACCES') return `${program}: not executable for the user it is run as (EACCES)`;
  if (code === 'EPERM') return `${program}: not permitted to run it as that user (EPERM)`;
  if (code !== 'ENOENT') return `${program}: ${code}`;
  const isThere = program.includes('/') && (await mayAccess(program, access.F_OK).then(yes, no));
  return isThere ? `${program}: the interpreter it names is missing (ENOENT)` : `${program}: no such file (ENOENT)`;
}
const yes = (): boolean => true;
const no = (): boolean => false;
