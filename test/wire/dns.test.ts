import { describe, expect, test } from 'vitest';
import { dnsAnswer, encodeDnsQuestion } from '../../src/wire/dns.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a question', () => {
  test('as dig +norecurse-less asks for the MX of example.org', () => {
    // identifier, recursion desired, one question; 7"example" 3"org" 0, MX, IN
    const expected = '123401000001000000000000' + '076578616d706c65' + '036f7267' + '00' + '000f0001';
    expect(hex(encodeDnsQuestion({ id: 0x1234, name: 'example.org.', type: 15 }))).toBe(expected);
    expect(hex(encodeDnsQuestion({ id: 0x1234, name: 'example.org', type: 15 }))).toBe(expected);
  });

  test('of the root is one zero', () => {
    expect(hex(encodeDnsQuestion({ id: 0, name: '.', type: 6 }))).toBe('000001000001000000000000' + '00' + '00060001');
  });
});

describe('an answer', () => {
  const bytes = (text: string) => Buffer.from(text, 'hex');
  test('has our identifier and says whether it went well', () => {
    expect(dnsAnswer(bytes('123481800001000000000000'), 0x1234)).toEqual({ rcode: 0 });
    expect(dnsAnswer(bytes('123481830001000000000000'), 0x1234)).toEqual({ rcode: 3 });
  });
  test.each([
    ['of another question', '123581800001000000000000'],
    ['our own question sent back', '123401000001000000000000'],
    ['cut off', '12348180000100000000'],
    ['empty', ''],
  ])('%s is none', (_, text) => {
    expect(dnsAnswer(bytes(text), 0x1234)).toBeUndefined();
  });
});
