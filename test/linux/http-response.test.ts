import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { responseReader } from '../../src/linux/http-response.ts';

/** Reads `text` in pieces of `size` bytes; `closed` if only the server's close ended it. */
function read(text: string | Buffer, size = Number.POSITIVE_INFINITY) {
  const reader = responseReader();
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) {
    const progress = reader.push(bytes.subarray(at, at + size));
    if (progress !== 'more') return { ended: 'by itself', ...shown(progress) };
  }
  return { ended: 'by close', ...shown(reader.end()) };
}
function shown(result: Exclude<ReturnType<ReturnType<typeof responseReader>['push']>, 'more'>) {
  return result.kind === 'response' ? { ...result, body: Buffer.from(result.body).toString() } : result;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const hello = { kind: 'response', status: 200, body: 'hello', md5: '5d41402abc4b2a76b9719d911017c592' };

describe('where the body ends', () => {
  test.each([
    ['Content-Length', 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello and more', 'by itself'],
    ['the close', 'HTTP/1.0 200 OK\r\n\r\nhello', 'by close'],
    [
      'the last chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n003\r\nllo\r\n0\r\nT: x\r\n\r\n',
      'by itself',
    ],
    [
      'chunks before Content-Length',
      'HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'by itself',
    ],
    ['bare line feeds', 'HTTP/1.0 200 OK\nContent-Length:5\n\nhello', 'by itself'],
  ])('%s', (_, text, ended) => {
    expect(read(text)).toEqual({ ended, ...hello });
  });

  test.each([
    ['Content-Length 0', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 200],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 204],
    ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n', 304],
  ])('%s: nothing to wait for', (_, text, status) => {
    expect(read(text)).toEqual({ ended: 'by itself', kind: 'response', status, body: '', md5: md5('') });
  });

  test('a body that is cut short is an answer that says by how much', () => {
    expect(read('HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nabc')).toEqual({
      ended: 'by close',
      kind: 'response',
      status: 200,
      body: 'abc',
      md5: md5('abc'),
      shortBy: 7,
    });
  });
});

test('1 MiB is kept, the digest is of everything', () => {
  const big = 'x'.repeat(3 * 1024 * 1024);
  const result = read(`HTTP/1.0 200 OK\r\n\r\n${big}`, 65_536);
  if (result.kind !== 'response') throw new Error('not a response');
  expect(result.body.length).toBe(1024 * 1024);
  expect(result.md5).toBe(md5(big));
});

describe('what is no answer', () => {
  const detail = (text: string | Buffer) => {
    const result = read(text);
    return result.kind === 'malformed' ? `${result.ended}: ${result.detail}` : result;
  };
  test.each([
    ['nothing', '', 'by close: closed without a word'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'by itself: begins with "SSH-2.0-OpenSSH_9.2\\r\\n"'],
    ['a status line without status', 'HTTP/1.0 OK\r\n\r\n', 'by itself: status line "HTTP/1.0 OK"'],
    ['a status of four digits', 'HTTP/1.0 2000 OK\r\n\r\n', 'by itself: status line "HTTP/1.0 2000 OK"'],
    [
      'half a head',
      'HTTP/1.0 200 OK\r\nX: y\r\n',
      'by close: closed within the headers, after "HTTP/1.0 200 OK\\r\\nX: y\\r\\n"',
    ],
    ['a length that is none', 'HTTP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n', 'by itself: Content-Length "-5"'],
    [
      'a chunk size that is none',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\n',
      'by itself: a chunk of size "five"',
    ],
    [
      'a chunk that is too long',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n',
      'by itself: a chunk longer than it says',
    ],
    [
      'endless headers',
      `HTTP/1.0 200 OK\r\n${'X: y\r\n'.repeat(12_000)}`,
      'by itself: no end of the headers in 64 KiB',
    ],
    [
      'an endless chunk line',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;${'x'.repeat(5000)}`,
      'by itself: a chunk line without end',
    ],
    [
      'an endless body',
      Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), Buffer.alloc(65 * 1024 * 1024)]),
      'by itself: a body of more than 64 MiB',
    ],
  ])('%s', (_, text, expected) => {
    expect(detail(text)).toBe(expected);
  });
});

test('however it is cut on the way, the same is read', () => {
  const answers = [
    'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n',
    'HTTP/1.0 200 OK\r\n\r\nhello',
  ];
  for (const text of answers) {
    for (let size = 1; size <= text.length; size++) expect(read(text, size)).toMatchObject(hello);
  }
});

test('no bytes whatever break the reader', () => {
  const token = fc.constantFrom(
    'HTTP/1.1 200 OK',
    '\r\n',
    'Transfer-Encoding: chunked',
    'Content-Length: 3',
    '0',
    'ff',
    ';',
    '\n',
    'x',
  );
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 30 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      (tokens, noise, size) => {
        const bytes = Buffer.concat([Buffer.from(tokens.join('')), noise]);
        expect(['response', 'malformed']).toContain(read(bytes, size).kind);
      },
    ),
  );
});
