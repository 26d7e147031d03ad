/** fifo(7): opened for reading too, so that it can be opened and written to before anybody reads, as keepalived does. */
import { closeSync, constants, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { err, ok } from '../base/result.ts';
import type { Fifos } from '../ports/fifos.ts';
import * as libc from './libc.ts';

export const linuxFifos: Fifos = {
  open(path) {
    const made = libc.mkfifo(path, 0o600);
    if (!made.ok && made.error !== 'EEXIST') return err(`cannot make ${path}: ${made.error}`);
    try {
      if (!statSync(path).isFIFO()) return err(`${path} is there and is no FIFO`);
      const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      return ok({
        write: (line) => written(fd, `${line}\n`),
        close() {
          closeSync(fd);
          if (made.ok) remove(path);
        },
      });
    } catch (error) {
      return err(`cannot open ${path}: ${(error as NodeJS.ErrnoException).code}`);
    }
  },
};

/** A line is shorter than PIPE_BUF: written whole or not at all. */
function written(fd: number, line: string): boolean {
  try {
    writeSync(fd, line);
    return true;
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else has.
  }
}
