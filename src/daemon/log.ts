/**
 * The daemon's log on standard error, which must never stop it: a reader that has gone is no error, and one that stands
 * still (a terminal after Ctrl-S, a pager) loses lines, which is said as soon as it reads on.
 */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';

import { clean } from '../control/clean.ts';
import type { JournalEvent } from '../control/link.ts';

export type Log = (text: string) => void;

/** What the log says of an event: one line, and nothing in it that a terminal could take for something else than text. */
export const journalLine = ({ severity, subject, text }: Pick<JournalEvent, 'severity' | 'subject' | 'text'>): string =>
  clean(`${severity}: ${subject ? `${subject}: ` : ''}${text}`);

export function openLog(): Log {
  // Node's stream would wait for the reader. A description of our own can be asked not to; sockets (systemd's journal)
  // have no such door, and their reader does not stand still.
  const own = openWithoutWaiting();
  process.stderr.on('error', () => {});
  return own === undefined ? (text) => void process.stderr.write(`${text}\n`) : lossy(own);
}

const FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Pipes and terminals only: a file never makes us wait, and two descriptions of one would overwrite each other. */
function openWithoutWaiting(): number | undefined {
  try {
    const target = fstatSync(2);
    return target.isFIFO() || target.isCharacterDevice() ? openSync('/proc/self/fd/2', FLAGS) : undefined;
  } catch {
    return undefined;
  }
}

function lossy(fd: number): Log {
  let lost = 0;
  let torn = false;
  return (text) => {
    const gap = lost > 0 ? `(${lost} lines of this log were lost: nobody read it)\n` : '';
    const bytes = Buffer.from(`${torn ? '\n' : ''}${gap}${text}\n`);
    const written = attempt(fd, bytes);
    if (written === 0) lost += 1;
    else {
      torn = written < bytes.length;
      lost = torn ? 1 : 0;
    }
  };
}

/** How many bytes the reader's end took. */
function attempt(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch {
    return 0;
  }
}
