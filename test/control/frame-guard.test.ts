import { describe, expect, test } from 'vitest';
import { createFrameGuard } from '../../src/control/frame-guard.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const frame = (body: string): string => `Content-Length: ${bytes(body).length}\r\n\r\n${body}`;

/** In chunks of `size`. */
function guard(text: string, size = text.length): string | undefined {
  const look = createFrameGuard();
  const all = bytes(text);
  for (let at = 0; at < all.length; at += size) {
    const complaint = look(all.subarray(at, at + size));
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

describe('messages pass, however they are cut', () => {
  const several = frame('{"a":"b\r\n\r\nc"}') + frame('') + frame('ä'.repeat(5000)) + frame('{}');
  test.each([1, 2, 3, 7, 23, 4096, 100_000])('in chunks of %d bytes', (size) => {
    expect(guard(several, size)).toBeUndefined();
  });

  test('with another header beside the length', () => {
    expect(guard('Content-Type: x; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}')).toBeUndefined();
  });
});

describe('what is none is named', () => {
  test.each<[string, string, string]>([
    ['a greeting of the shell', 'Welcome to n2!\n', 'this is no hatop: "Welcome to n2!"'],
    ['a greeting after a message', `${frame('{}')}bye now\n`, 'this is no hatop: "bye now"'],
    ['a message too long', 'Content-Length: 16777217\r\n\r\n', 'a message of 16777217 bytes is too long'],
    ['a header without length', 'Content-Type: x\r\n\r\n', 'this is no hatop: a message without its length'],
    ['a line without end', 'x'.repeat(5000), 'this is no hatop: what it says has no end'],
  ])('%s', (_, text, complaint) => {
    expect([guard(text), guard(text, 3)]).toEqual([complaint, complaint]);
  });

  test('and it is quoted as far as a status line bears it, without control characters', () => {
    expect(guard(`\u001b[2J${'y'.repeat(200)}\n`)).toBe(`this is no hatop: "\\u001b[2J${'y'.repeat(76)}"`);
  });
});
