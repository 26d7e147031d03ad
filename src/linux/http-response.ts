/**
 * An HTTP/1.x answer, read piece by piece as it arrives (RFC 9112). Tolerant where real servers are sloppy (bare LF, a
 * chunked answer to HTTP/1.0), strict about what makes it an answer: a status line and the end of the headers.
 */
import type { HttpProbeResult } from '../check/probe.ts';
import { BodyDigest, type BodyProgress, type BodyReader, readChunks, readLength, readUntilClose } from './http-body.ts';

export type HttpAnswer = Omit<Extract<HttpProbeResult, { kind: 'response' }>, 'took'>;
export type Malformed = Extract<HttpProbeResult, { kind: 'malformed' }>;

export interface ResponseReader {
  /** `more`: the answer has not ended. After anything else the reader is spent. */
  push(chunk: Uint8Array): 'more' | HttpAnswer | Malformed;
  /** The server has closed: nothing more will come. */
  end(): HttpAnswer | Malformed;
}

const longestHead = 64 * 1024;

export function responseReader(): ResponseReader {
  let head = Buffer.alloc(0);
  let body: { readonly status: number; readonly digest: BodyDigest; readonly reader: BodyReader } | undefined;

  const answer = (shortBy: number): HttpAnswer => {
    if (!body) throw new Error('invariant broken: an answer before its headers');
    const response = { kind: 'response', status: body.status, ...body.digest.finish() } as const;
    return shortBy > 0 ? { ...response, shortBy } : response;
  };
  const proceed = (progress: BodyProgress): 'more' | HttpAnswer | Malformed => {
    if (progress === 'more') return 'more';
    return progress === 'complete' ? answer(0) : malformed(progress.malformed);
  };
  const beginBody = (): 'more' | HttpAnswer | Malformed => {
    const end = endOfHead(head);
    if (end === undefined) {
      return head.length > longestHead ? malformed(`no end of the headers in ${longestHead / 1024} KiB`) : 'more';
    }
    const framing = readHead(head.subarray(0, end).toString('latin1'));
    if ('kind' in framing) return framing;
    const digest = new BodyDigest();
    body = { status: framing.status, digest, reader: readerFor(framing, digest) };
    if (framing.length === 0) return answer(0);
    return proceed(body.reader.push(head.subarray(end)));
  };

  return {
    push(chunk) {
      if (body) return proceed(body.reader.push(chunk));
      head = Buffer.concat([head, chunk]);
      if (!startsLikeHttp(head)) return malformed(`begins with ${quote(head)}`);
      return beginBody();
    },
    end() {
      if (body) return answer(body.reader.missing());
      if (head.length === 0) return malformed('closed without a word');
      return malformed(`closed within the headers, after ${quote(head)}`);
    },
  };
}

interface Framing {
  readonly status: number;
  /** Undefined: unknown before the end. */
  readonly length: number | undefined;
  readonly chunked: boolean;
}

function readHead(text: string): Framing | Malformed {
  const [statusLine = '', ...headers] = text.split(/\r?\n/);
  const code = /^HTTP\/\d+(?:\.\d+)? +(\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (code === undefined) return malformed(`status line ${JSON.stringify(statusLine.slice(0, 40))}`);
  const status = Number(code);
  if (status < 200 || status === 204 || status === 304) return { status, length: 0, chunked: false };
  if (/(^|[\s,])chunked\s*$/i.test(header(headers, 'transfer-encoding') ?? '')) {
    return { status, length: undefined, chunked: true };
  }
  const length = header(headers, 'content-length');
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    return malformed(`Content-Length ${JSON.stringify(length.slice(0, 20))}`);
  }
  return { status, length: length === undefined ? undefined : Number(length), chunked: false };
}

/** The first header of this name. */
function header(lines: readonly string[], name: string): string | undefined {
  const prefix = `${name}:`;
  const line = lines.find((candidate) => candidate.toLowerCase().startsWith(prefix));
  return line?.slice(prefix.length).trim();
}

function readerFor({ length, chunked }: Framing, digest: BodyDigest): BodyReader {
  if (chunked) return readChunks(digest);
  return length === undefined ? readUntilClose(digest) : readLength(digest, length);
}

/** Where the body begins; undefined where the empty line has not come yet. */
function endOfHead(head: Buffer): number | undefined {
  const ends = ['\r\n\r\n', '\n\n'].flatMap((mark) => {
    const at = head.indexOf(mark);
    return at < 0 ? [] : [at + mark.length];
  });
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

const startsLikeHttp = (head: Buffer): boolean => 'HTTP/'.startsWith(head.toString('latin1', 0, 5));
const quote = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1', 0, 24));
const malformed = (detail: string): Malformed => ({ kind: 'malformed', detail });
