import type { Result } from '../base/result.ts';

/** Named pipes that other programs read. */
export interface Fifos {
  /** Made where it is not there; the error is words. */
  open(path: string): Result<Fifo, string>;
}

export interface Fifo {
  /** One line, its end included by us. False: nobody reads and the pipe is full, the line is lost. */
  write(line: string): boolean;
  /** Takes away what `open` has made. */
  close(): void;
}
