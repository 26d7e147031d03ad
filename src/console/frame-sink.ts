/**
 * What Ink writes to instead of the terminal: whole frames. Only lines that differ from what the screen shows are sent,
 * each to its own place, so that an error in one can never spill into the next. A terminal that does not read costs one
 * frame in flight and the newest one waiting, never more.
 */
import { EventEmitter } from 'node:events';
import { widthOf } from './fit.ts';

export interface SinkOutput {
  write(text: string, done: () => void): unknown;
}

const SYNC_START = '\x1b[?2026h';
const SYNC_END = '\x1b[?2026l';
const RESET = '\x1b[0m';
const ERASE_REST = '\x1b[K';

export interface FrameSink extends EventEmitter {
  columns: number;
  rows: number;
  /** Paused: frames are dropped (the terminal is somebody else's now). */
  paused: boolean;
  readonly isTTY: false;
  /** For Ink. */
  write(frame: string): boolean;
  resize(columns: number, rows: number): void;
  /** The next frame is sent whole. */
  repaint(): void;
  /** Calls back (the last caller only) when the newest frame has been written to its last byte. */
  whenPainted(done: () => void): void;
  readonly stats: { readonly frames: number; readonly dropped: number; readonly bytes: number };
}

/** `frame`'s lines with nothing in them but text and SGR. */
export function safeLines(frame: string, rows: number): string[] {
  const lines = frame.split('\n').slice(0, rows).map(onlySgr);
  while (lines.length < rows) lines.push('');
  return lines;
}

const CONTROL_OR_SGR = /\x1b\[[0-9;:]*m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b.?|[\x00-\x1f\x7f-\x9f]/g;
const SGR_ALL = /\x1b\[[0-9;:]*m/g;
const SGR = /^\x1b\[[0-9;:]*m$/;
const onlySgr = (line: string): string => line.replace(CONTROL_OR_SGR, (found) => (SGR.test(found) ? found : ''));

export function createFrameSink(output: SinkOutput, columns: number, rows: number): FrameSink {
  let shown: string[] | undefined;
  let busy = false;
  let waiting: string | undefined;
  let last = '';
  let painted: (() => void) | undefined;
  const stats = { frames: 0, dropped: 0, bytes: 0 };

  /** After the last column the cursor still stands on it: erasing from there would take that character away. */
  const isFull = (line: string): boolean => widthOf(line.replace(SGR_ALL, '')) >= sink.columns;

  function present(frame: string): void {
    if (busy) {
      if (waiting !== undefined) stats.dropped++;
      waiting = frame;
      return;
    }
    const lines = safeLines(frame, sink.rows);
    let bytes = shown ? '' : `${RESET}\x1b[2J`;
    for (const [y, line] of lines.entries()) {
      if (line !== shown?.[y]) bytes += `\x1b[${y + 1};1H${line}${RESET}${isFull(line) ? '' : ERASE_REST}`;
    }
    shown = lines;
    if (bytes === '') {
      settled();
      return;
    }
    busy = true;
    stats.frames++;
    stats.bytes += bytes.length;
    output.write(SYNC_START + bytes + SYNC_END, () => {
      busy = false;
      const next = waiting;
      waiting = undefined;
      if (next !== undefined && !sink.paused) present(next);
      else settled();
    });
  }

  function settled(): void {
    const call = painted;
    painted = undefined;
    call?.();
  }

  const sink: FrameSink = Object.assign(new EventEmitter(), {
    columns,
    rows,
    paused: false,
    isTTY: false as const,
    stats,
    write(frame: string) {
      // Ink's cursor switching at its end comes here too; no frame of ours begins so.
      if (sink.paused || frame.startsWith('\x1b[?25')) return true;
      last = frame;
      present(frame);
      return true;
    },
    resize(newColumns: number, newRows: number) {
      sink.columns = newColumns;
      sink.rows = newRows;
      shown = undefined;
    },
    repaint() {
      shown = undefined;
      if (!sink.paused && last !== '') present(last);
    },
    whenPainted(done: () => void) {
      if (sink.paused) return;
      if (busy) painted = done;
      else done();
    },
  });
  return sink;
}
