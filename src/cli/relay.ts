/** `hatop relay`: the engine's socket on standard input and output, for `ssh HOST hatop relay`. ssh is the link's lock. */
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { EngineError } from '../control/link.ts';

interface RelayOptions {
  readonly socket: string;
  readonly readOnly?: boolean;
}

/** Ends with 0 when either side closes; rejects with EngineError 3 or 4 where the engine cannot be reached. */
export function relay(
  { socket: path, readOnly }: RelayOptions,
  input: Readable = process.stdin,
  output: Writable = process.stdout,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      const denied = code === 'EACCES' || code === 'EPERM';
      const words = denied ? `no permission to open ${path}` : `no engine at ${path} (${code})`;
      reject(new EngineError(words, denied ? 4 : 3));
    });
    const join = (): void => {
      input.pipe(socket);
      socket.pipe(output, { end: false });
    };
    const refuse = (error: unknown): void => {
      reject(error);
      socket.destroy();
    };
    socket.once('connect', () => {
      if (!readOnly) join();
      else import('./relay-lock.ts').then(({ lock }) => lock(socket, path, join, refuse)).catch(refuse);
    });
    output.on('error', () => socket.destroy());
    socket.once('close', () => {
      input.unpipe(socket);
      input.pause();
      resolve(0);
    });
  });
}
