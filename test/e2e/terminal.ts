/** A terminal with a program on it, in a tmux server of its own: keys go in, the screen comes out. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { descendants } from '../../src/lab/process.ts';
import { startReaper } from '../../src/lab/reaper.ts';

export interface Terminal {
  /** Of the program. */
  readonly pid: number;
  /** One stroke after another: tmux's names (`F`, `Enter`, `C-c`, `Escape`). */
  press(...keys: string[]): Promise<void>;
  /** The lines that are shown now. */
  screen(): Promise<string>;
  /** Resolves with the screen that matches; rejects with the last one. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<string>;
  resize(columns: number, rows: number): Promise<void>;
  /** The exit code, 128 + N for signal N, when the program has ended. */
  ended(timeoutMs?: number): Promise<string>;
  /** The terminal goes away under the program: SIGHUP. */
  hangUp(): Promise<void>;
}

/** Opens it at 80×24; it goes with the test, or with this process. */
export async function openTerminal(argv: readonly string[], columns = 80, rows = 24): Promise<Terminal> {
  const reaper = startReaper();
  const folder = await mkdtemp(join(tmpdir(), 'hatop-terminal-'));
  reaper.directory(folder);
  const env = { TERM: 'screen-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TMUX: '' };
  const tmux = async (...args: string[]): Promise<string> =>
    (await execa('tmux', ['-S', join(folder, 'socket'), '-f', '/dev/null', ...args], { env })).stdout;
  onTestFinished(async () => {
    await tmux('kill-server').catch(() => {});
    await reaper.reap();
  });
  // The option comes first: a program that ends at once must not take its screen with it.
  await tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, 'sleep 600');
  reaper.process(Number(await tmux('display-message', '-p', '#{pid}')));
  await tmux('set-option', '-g', 'remain-on-exit', 'on');
  await tmux('set-option', '-g', 'status', 'off');
  // A shell keeps the exit code: tmux 3.3 forgets it now and then. The rename makes it appear whole.
  const status = join(folder, 'status');
  const keeper = `"$@"; echo $? >${status}.new; mv ${status}.new ${status}`;
  await tmux('respawn-pane', '-k', '--', 'sh', '-c', keeper, 'keeper', ...argv);
  const shell = Number(await tmux('display-message', '-p', '#{pane_pid}'));
  const pid = await until(async () => {
    const program = descendants(shell).at(-1);
    if (program === undefined) throw new Error(`the program has not started: ${argv.join(' ')}`);
    return program;
  }, 5000);
  const screen = (): Promise<string> => tmux('capture-pane', '-p');
  return {
    pid,
    screen,
    press: async (...keys) => {
      for (const key of keys) await tmux('send-keys', key);
    },
    resize: async (width, height) => {
      await tmux('resize-window', '-x', `${width}`, '-y', `${height}`);
    },
    hangUp: async () => {
      await tmux('kill-server');
    },
    waitFor: (pattern, timeoutMs = 10_000) =>
      until(async () => {
        const shown = await screen();
        if (!pattern.test(shown)) throw new Error(`${pattern} is not on the screen:\n${shown}`);
        return shown;
      }, timeoutMs),
    ended: (timeoutMs = 10_000) =>
      until(async () => {
        if (existsSync(status)) return readFileSync(status, 'utf8').trim();
        throw new Error(`the program has not ended:\n${await screen()}`);
      }, timeoutMs),
  };
}

async function until<T>(look: () => Promise<T>, timeoutMs: number): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; ) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}
