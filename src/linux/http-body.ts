/**
 * Bodies of HTTP answers as they arrive: bounded by Content-Length, in chunks (RFC 9112 §7.1), or until the server
 * closes. The first MiB is kept, the MD5 taken over all of it.
 */
import { createHash } from 'node:crypto';

const keptBytes = 1024 * 1024;
/** A health check that downloads more than this is a mistake, and must not hold the checker for its whole timeout. */
const largestBody = 64 * 1024 * 1024;
const longestChunkLine = 4096;

export type BodyProgress = 'more' | 'complete' | { readonly malformed: string };

export class BodyDigest {
  #kept: Uint8Array[] = [];
  #keptLength = 0;
  #total = 0;
  readonly #hash = createHash('md5');

  add(bytes: Uint8Array): BodyProgress {
    this.#total += bytes.length;
    if (this.#total > largestBody) return { malformed: `a body of more than ${largestBody / 1024 / 1024} MiB` };
    this.#hash.update(bytes);
    const part = bytes.subarray(0, keptBytes - this.#keptLength);
    if (part.length > 0) this.#kept.push(part);
    this.#keptLength += part.length;
    return 'more';
  }

  /** To be called once. */
  finish(): { body: Uint8Array; md5: string } {
    return { body: Buffer.concat(this.#kept), md5: this.#hash.digest('hex') };
  }
}

export interface BodyReader {
  push(bytes: Uint8Array): BodyProgress;
  /** Bytes that were announced and have not come. */
  missing(): number;
}

export function readUntilClose(body: BodyDigest): BodyReader {
  return { push: (bytes) => body.add(bytes), missing: () => 0 };
}

export function readLength(body: BodyDigest, length: number): BodyReader {
  let left = length;
  return {
    push(bytes) {
      const part = bytes.subarray(0, left);
      left -= part.length;
      const progress = body.add(part);
      return progress === 'more' && left === 0 ? 'complete' : progress;
    },
    missing: () => left,
  };
}

export function readChunks(body: BodyDigest): BodyReader {
  let line = '';
  /** Bytes of data left in this chunk; undefined: a line is being read. */
  let left: number | undefined;
  let expecting: 'size' | 'end-of-data' | 'trailer' = 'size';

  const endOfLine = (text: string): BodyProgress => {
    if (expecting === 'trailer') return text === '' ? 'complete' : 'more';
    if (expecting === 'end-of-data') {
      expecting = 'size';
      return text === '' ? 'more' : { malformed: 'a chunk longer than it says' };
    }
    const size = /^[0-9a-f]{1,8}(?=\s*(;|$))/i.exec(text)?.[0];
    if (size === undefined) return { malformed: `a chunk of size ${JSON.stringify(text.slice(0, 20))}` };
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) expecting = 'trailer';
    else left = bytes;
    return 'more';
  };

  /** Eats from `bytes`, says how much. */
  const eat = (bytes: Uint8Array): [number, BodyProgress] => {
    if (left !== undefined) {
      const part = bytes.subarray(0, left);
      left -= part.length;
      if (left === 0) {
        left = undefined;
        expecting = 'end-of-data';
      }
      return [part.length, body.add(part)];
    }
    const newline = bytes.indexOf(10);
    const end = newline < 0 ? bytes.length : newline;
    line += Buffer.from(bytes.subarray(0, end)).toString('latin1');
    if (line.length > longestChunkLine) return [end, { malformed: 'a chunk line without end' }];
    if (newline < 0) return [end, 'more'];
    const text = line.replace(/\r$/, '');
    line = '';
    return [end + 1, endOfLine(text)];
  };

  return {
    push(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        const [eaten, progress] = eat(rest);
        if (progress !== 'more') return progress;
        rest = rest.subarray(eaten);
      }
      return 'more';
    },
    missing: () => left ?? 0,
  };
}
