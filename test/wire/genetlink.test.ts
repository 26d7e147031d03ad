import { describe, expect, test } from 'vitest';
import { decodeFamily, decodeGeneric, encodeGeneric, encodeGetFamily } from '../../src/wire/genetlink.ts';
import { attribute, u32 } from '../../src/wire/netlink.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

describe('the controller', () => {
  test('is asked for a family by name', () => {
    expect(hex(encodeGetFamily('IPVS'))).toBe('03020000' + '09000200' + '4950565300000000');
  });

  test('answers with number, version and the highest attribute (Linux 6.1, shortened)', () => {
    const answer = bytes(`
      01020000
      09000200 4950565300 000000
      06000100 1c000000
      08000300 01000000
      08000400 00000000
      08000500 06000000`);
    expect(decodeFamily(answer)).toEqual({ ok: true, value: { id: 28, name: 'IPVS', version: 1, maxAttribute: 6 } });
  });

  test('an answer without a number is an error, not family 0', () => {
    expect(decodeFamily(bytes('01020000 09000200 4950565300 000000')).ok).toBe(false);
    expect(decodeFamily(bytes('01 02')).ok).toBe(false);
  });
});

test('a message is command, version, two zero bytes, attributes', () => {
  const message = encodeGeneric(4, 1, attribute(7, u32(9)));
  expect(hex(message)).toBe('04010000' + '08000700' + '09000000');
  const decoded = decodeGeneric(message);
  expect(decoded).toEqual({ ok: true, value: { command: 4, version: 1, attributes: new Map([[7, u32(9)]]) } });
  expect(decodeGeneric(bytes('040100')).ok).toBe(false);
});
