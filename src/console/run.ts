/** The console on a terminal. Where there is none, one plain status page. */
import { closeSync, openSync } from 'node:fs';
import { ReadStream, type WriteStream } from 'node:tty';
import { format } from 'node:util';
import type { EngineLink } from '../control/link.ts';
import { type App, createApp } from './app.ts';
import { lazyCharts } from './charts.ts';
import { createFrameSink } from './frame-sink.ts';
import { createKeyParser } from './key-parser.ts';
import { initialModel, type Title } from './model.ts';
import { renderPlain } from './plain.ts';
import { type Theme, themeFrom } from './theme.ts';
import { openTty, type TtySession } from './tty-session.ts';
import { viewOf } from './view.ts';

export interface ConsoleOptions {
  /** One per node; `o` goes from one to the next. They stay the caller's: they are not closed here. */
  readonly links: readonly EngineLink[];
  readonly title: Title;
  /** Operations are refused here too, though the engine is who enforces it. */
  readonly readOnly: boolean;
  /** Default: what the environment says (NO_COLOR, HATOP_ASCII, TERM, the locale). */
  readonly theme?: Theme;
  /** Only the charts: `q` leaves. */
  readonly wallboard?: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** An ESC that stays alone for so long is the key. */
const ESCAPE_MS = 40;
/** What the terminal still sends after the last key must not reach the shell. */
const DRAIN_MS = 30;
/** After a crash the caller has so long to put things in order. */
const CRASH_MS = 3000;

/** Resolves with the exit code when the operator leaves, or a signal ends it (128 + signal); the screen is restored. */
export async function runConsole(options: ConsoleOptions): Promise<number> {
  const { stdout } = options;
  const stdin = stdout.isTTY && process.env.TERM !== 'dumb' ? keyboard(options.stdin) : undefined;
  if (!stdin) {
    for (const link of options.links) stdout.write(renderPlain(await link.snapshot()));
    return 0;
  }
  const { render, drawScreen } = await loadInk();
  const theme = options.theme ?? themeFrom(process.env);
  const sink = createFrameSink(stdout, stdout.columns, stdout.rows);
  const printed = captureConsole();

  return new Promise<number>((resolve) => {
    let app: App | undefined;
    let tty: TtySession | undefined;
    let ink: ReturnType<typeof render> | undefined;
    let escapeTimer: NodeJS.Timeout | undefined;
    const parser = createKeyParser();
    const charts = lazyCharts(theme, () => app?.draw());

    function finish(code: number, error?: unknown): void {
      clearTimeout(escapeTimer);
      app?.stop();
      tty?.close();
      sink.paused = true;
      ink?.unmount();
      printed.release();
      if (stdin !== options.stdin) stdin?.destroy();
      if (error !== undefined) {
        process.stderr.write(`hatop: the console failed, and this is a bug:\n${format(error)}\n`);
        setTimeout(() => process.exit(1), CRASH_MS).unref();
      }
      resolve(code);
    }

    function onBytes(bytes: Buffer): void {
      clearTimeout(escapeTimer);
      app?.input(parser.feed(bytes));
      if (parser.waiting) escapeTimer = setTimeout(() => app?.input(parser.flush()), ESCAPE_MS);
    }

    const model = initialModel({
      at: performance.now(),
      columns: stdout.columns,
      rows: stdout.rows,
      ascii: theme.ascii,
      title: options.title,
      readOnly: options.readOnly,
      links: options.links.map(({ name }) => name),
      wallboardAlone: options.wallboard === true,
    });
    const resized = (): void => {
      sink.resize(stdout.columns, stdout.rows);
      app?.resize(stdout.columns, stdout.rows);
    };
    app = createApp(
      model,
      options.links,
      {
        draw(newest) {
          const element = drawScreen(viewOf(newest, theme, charts.for(newest)));
          if (ink) ink.rerender(element);
          else ink = render(element, inkOptions(sink, stdin));
        },
        whenPainted: (done) => sink.whenPainted(done),
        repaint: () => sink.repaint(),
        suspend: () => tty?.suspend(),
        quit(code) {
          app?.stop();
          setTimeout(() => finish(code), DRAIN_MS);
        },
      },
      () => performance.now(),
    );
    tty = openTty({
      stdin,
      stdout,
      onBytes,
      onResize: resized,
      onLeave: () => {
        sink.paused = true;
      },
      onReturn: () => {
        sink.paused = false;
        resized();
      },
      onEnd: finish,
    });
    app.start();
  });
}

/** The keys come from standard input, or where that is a pipe from the terminal itself; undefined: there is none. */
function keyboard(stdin: NodeJS.ReadStream): ReadStream | undefined {
  if (stdin.isTTY) return stdin as ReadStream;
  let fd: number | undefined;
  try {
    fd = openSync('/dev/tty', 'r+');
    return new ReadStream(fd);
  } catch {
    if (fd !== undefined) closeSync(fd);
    return undefined;
  }
}

/** React and chalk look at the environment when they are loaded, and then never again. */
async function loadInk() {
  const { env } = process;
  const before = env.FORCE_COLOR;
  env.NODE_ENV ??= 'production';
  env.FORCE_COLOR = '1';
  const [{ render }, { drawScreen }] = await Promise.all([import('ink'), import('./screen.tsx')]);
  // The scripts that an embedded engine runs inherit the environment.
  if (before === undefined) delete env.FORCE_COLOR;
  else env.FORCE_COLOR = before;
  return { render, drawScreen };
}

/** In debug mode Ink writes every frame whole and at once, whatever CI says: the sink does the rest. */
function inkOptions(sink: ReturnType<typeof createFrameSink>, stdin: ReadStream) {
  return {
    stdout: sink as unknown as WriteStream,
    stdin,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
    isScreenReaderEnabled: false,
  };
}

const KEPT_LINES = 200;

/** What libraries print while the screen is ours comes to stderr afterwards. */
function captureConsole(): { release(): void } {
  const names = ['log', 'info', 'warn', 'error', 'debug'] as const;
  const originals = names.map((name) => console[name]);
  const lines: string[] = [];
  for (const name of names) {
    console[name] = (...parts: unknown[]) => {
      lines.push(format(...parts));
      if (lines.length > KEPT_LINES) lines.shift();
    };
  }
  return {
    release() {
      for (const [i, name] of names.entries()) console[name] = originals[i] ?? (() => {});
      if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
      lines.length = 0;
    },
  };
}
