/** A terminal with a program on it, in a tmux server of its own: keys go in, the screen comes out. */
import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
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
  /** The exit code, or `signal N`, when the program has ended. */
  ended(timeoutMs?: number): Promise<string>;
  /** The terminal goes away under the program: SIGHUP. */
  hangUp(): Promise<void>;
}

/** Opens it at 80×24; it goes with the test, or with this process. */
export async function openTerminal(argv: readonly string[], columns = 80, rows = 24): Promise<Terminal> {
  const server = `hatop-${randomBytes(4).toString('hex')}`;
  const environment = { TERM: 'screen-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  const tmux = async (...args: string[]): Promise<string> =>
    (await execa('tmux', ['-L', server, '-f', '/dev/null', ...args], { env: environment })).stdout;
  const reaper = startReaper();
  onTestFinished(async () => {
    await tmux('kill-server').catch(() => {});
    await reaper.reap();
  });
  // The option comes first: a program that ends at once must not take its screen with it.
  await tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, 'sleep 600');
  reaper.process(Number(await tmux('display-message', '-p', '#{pid}')));
  await tmux('set-option', '-g', 'remain-on-exit', 'on');
  await tmux('set-option', '-g', 'status', 'off');
  await tmux('respawn-pane', '-k', '--', ...argv);
  const ask = (format: string): Promise<string> => tmux('display-message', '-p', format);
  const pid = Number(await ask('#{pane_pid}'));
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
        const [dead, status, signal] = (await ask('#{pane_dead}|#{pane_dead_status}|#{pane_dead_signal}')).split('|');
        // tmux knows first that the program is gone, and then how.
        if (dead !== '1' || !(status || signal)) throw new Error(`the program has not ended:\n${await screen()}`);
        return status || `signal ${signal}`;
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
