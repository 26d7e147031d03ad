import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { hmacMd5, md5 } from '../../src/base/md5.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (of: Uint8Array): string => Buffer.from(of).toString('hex');

test.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    '57edf4a22be3c955ac49da2e2107b67a',
  ],
])('RFC 1321 appendix A.5: %s', (text, digest) => {
  expect(hex(md5(bytes(text)))).toBe(digest);
});

test('RFC 2202: HMAC-MD5', () => {
  expect(hex(hmacMd5(new Uint8Array(16).fill(0x0b), bytes('Hi There')))).toBe('9294727a3638bb1c13f48ef8158bfc9d');
  expect(hex(hmacMd5(bytes('Jefe'), bytes('what do ya want for nothing?')))).toBe('750c783e6ab0b503eaa86e310a5db738');
});

test('every length around the borders of a block, beside another implementation', () => {
  for (let length = 0; length < 200; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 0xff);
    expect(hex(md5(message))).toBe(createHash('md5').update(message).digest('hex'));
    expect(hex(hmacMd5(message, message))).toBe(createHmac('md5', message).update(message).digest('hex'));
  }
});
