/** The terminal while it is ours: alternate screen, raw keys; and every way out, after which it is as it was. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { isatty, type ReadStream, type WriteStream } from 'node:tty';

/** Alternate screen, no wrapping at the edge, no cursor, pastes marked as such. */
export const ENTER = '\x1b[?1049h\x1b[?7l\x1b[2J\x1b[H\x1b[?25l\x1b[?2004h';
/** The screen is wiped before it is left: some terminals have no alternate one. */
export const LEAVE = '\x1b[?2026l\x1b[?2004l\x1b[0m\x1b[?7h\x1b[H\x1b[2J\x1b[?25h\x1b[?1049l';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** A terminal that does not read is waited for no longer than this. */
const RESTORE_MS = 200;

export interface TtyOptions {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream & { readonly fd?: number };
  readonly onBytes: (bytes: Buffer) => void;
  readonly onResize: () => void;
  /** Before the terminal is given back: stop drawing. */
  readonly onLeave: () => void;
  /** The terminal is ours again: draw everything. */
  readonly onReturn: () => void;
  /** A signal, a crash or a lost terminal ends the console; the screen has been restored already. */
  readonly onEnd: (exitCode: number, error?: unknown) => void;
}

export interface TtySession {
  /** Idempotent. */
  leave(): void;
  /** To the shell; comes back with SIGCONT. */
  suspend(): void;
  /** Leaves, and takes all handlers away. */
  close(): void;
}

export function openTty(options: TtyOptions): TtySession {
  const { stdin, stdout } = options;
  const fd = stdout.fd ?? 1;
  const standard = [0, 1, 2].filter((one) => isatty(one));
  let inside = false;
  let closed = false;

  function enter(): void {
    // A blocking write to a terminal that does not read would stop the whole process, timers and signals with it.
    (stdout as unknown as { _handle?: { setBlocking?: (on: boolean) => void } })._handle?.setBlocking?.(false);
    stdin.setRawMode(true);
    stdin.resume();
    writeNow(fd, ENTER);
    inside = true;
  }

  function leave(): void {
    if (!inside) return;
    inside = false;
    options.onLeave();
    writeNow(fd, LEAVE);
    try {
      stdin.setRawMode(false);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
    stdin.pause();
  }

  function end(exitCode: number, error?: unknown): void {
    if (closed) return;
    close();
    forgetLostTerminal(standard);
    options.onEnd(exitCode, error);
  }

  const onSignal = (signal: NodeJS.Signals): void => end(SIGNALS[signal as keyof typeof SIGNALS] ?? 1);
  const onCrash = (error: unknown): void => end(1, error);
  const onLost = (): void => end(SIGNALS.SIGHUP);

  function resume(): void {
    if (closed) return;
    enter();
    options.onReturn();
  }

  function close(): void {
    closed = true;
    leave();
    stdin.off('data', options.onBytes);
    stdin.off('end', onLost);
    stdin.off('error', onLost);
    stdout.off('error', onLost);
    stdout.off('resize', options.onResize);
    process.off('exit', leave);
    process.off('SIGCONT', resume);
    process.off('uncaughtException', onCrash);
    process.off('unhandledRejection', onCrash);
    // Later: a library (Ink brings signal-exit) that finds itself alone with the signal would kill the process on the spot.
    setImmediate(() => {
      for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
    });
    // A late error of a dying terminal must not become a crash.
    stdout.on('error', () => {});
  }

  stdin.on('data', options.onBytes);
  stdin.on('end', onLost);
  stdin.on('error', onLost);
  stdout.on('error', onLost);
  stdout.on('resize', options.onResize);
  process.on('exit', leave);
  process.on('uncaughtException', onCrash);
  process.on('unhandledRejection', onCrash);
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  enter();

  return {
    leave,
    close,
    suspend() {
      if (closed || !inside) return;
      leave();
      process.once('SIGCONT', resume);
      // The whole group: a shell script or npm around us has to stop too, or the shell would wait for ever.
      process.kill(0, 'SIGTSTP');
    },
  };
}

/** Now, also on a descriptor that does not block: tried again while the terminal is not ready. */
function writeNow(fd: number, text: string): void {
  let rest = Buffer.from(text);
  const until = performance.now() + RESTORE_MS;
  while (rest.length > 0 && performance.now() < until) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Node aborts at its exit when it cannot reset a terminal that has gone: it must not find one in its place. */
function forgetLostTerminal(descriptors: readonly number[]): void {
  for (const fd of descriptors.filter((one) => !isatty(one))) {
    closeSync(fd);
    // The lowest free number is the one just closed.
    openSync('/dev/null', 'r+');
  }
}
