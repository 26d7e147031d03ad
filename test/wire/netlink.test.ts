import { describe, expect, test } from 'vitest';
import {
  attribute,
  concat,
  decodeAck,
  decodeMessages,
  encodeMessage,
  FLAG,
  listAttributes,
  MESSAGE,
  nested,
  parseAttributes,
  readBe16,
  readBe32,
  readString,
  readU16,
  readU32,
  readU64,
  string,
  u8,
  u16,
  u32,
  u64,
} from '../../src/wire/netlink.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('messages', () => {
  test('a header is 16 bytes in host order and the message is padded to four', () => {
    const bytes = encodeMessage({ type: 0x14, flags: FLAG.request | FLAG.ack, seq: 7, payload: u8(0xab) });
    expect(hex(bytes)).toBe('11000000140005000700000000000000ab000000');
  });

  test('several in one datagram come back in order, without their padding', () => {
    const one = { type: 3, flags: 0, seq: 1, payload: u16(0x1234) };
    const two = { type: 4, flags: 2, seq: 2, payload: new Uint8Array() };
    expect(decodeMessages(concat(encodeMessage(one), encodeMessage(two)))).toEqual([one, two]);
  });

  test('a length beyond the datagram ends the list instead of reading past it', () => {
    const bytes = encodeMessage({ type: 3, flags: 0, seq: 1, payload: u32(1) });
    bytes[0] = 200;
    expect(decodeMessages(bytes)).toEqual([]);
    expect(decodeMessages(new Uint8Array(16))).toEqual([]);
  });
});

describe('acknowledgements', () => {
  const request = encodeMessage({ type: 20, flags: 5, seq: 9, payload: u32(0) });
  const error = (code: number, flags: number, ...rest: Uint8Array[]) =>
    decodeAck({ type: MESSAGE.error, flags, seq: 9, payload: concat(u32(code >>> 0), ...rest) });

  test('0 acknowledges, a negative number is errno', () => {
    expect(error(0, FLAG.capped, request.subarray(0, 16))).toEqual({ code: 0, text: undefined });
    expect(error(-17, 0, request)).toEqual({ code: 17, text: undefined });
  });

  test("the kernel's own words follow the request, whole or capped to its header", () => {
    const words = attribute(1, string('Nope.'));
    expect(error(-22, FLAG.ackAttributes, request, words)).toEqual({ code: 22, text: 'Nope.' });
    expect(error(-22, FLAG.ackAttributes | FLAG.capped, request.subarray(0, 16), words)).toEqual({
      code: 22,
      text: 'Nope.',
    });
  });

  test('a dump ends with a code too; other messages are no acknowledgement', () => {
    expect(decodeAck({ type: MESSAGE.done, flags: 2, seq: 1, payload: u32(0) })).toEqual({ code: 0, text: undefined });
    expect(decodeAck({ type: 16, flags: 2, seq: 1, payload: u32(0) })).toBeUndefined();
  });
});

describe('attributes', () => {
  test('length includes the header, values are padded, nesting is flagged', () => {
    expect(hex(attribute(3, string('lo')))).toBe('070003006c6f0000');
    expect(hex(nested(2, attribute(1, u16(5))))).toBe('0c000280' + '0600010005000000');
  });

  test('what was written is read back, flags stripped', () => {
    const found = parseAttributes(concat(attribute(1, u32(0xfffffffe)), nested(2, attribute(1, u64(2n ** 40n)))));
    expect(readU32(found.get(1))).toBe(0xfffffffe);
    expect(readU64(parseAttributes(found.get(2)!).get(1))).toBe(2 ** 40);
    expect(readU32(found.get(9))).toBe(0);
  });

  test('a list keeps order and repetition', () => {
    const bytes = concat(attribute(1, string('a')), attribute(1, string('b')));
    expect(listAttributes(bytes).map(([type, value]) => [type, readString(value)])).toEqual([
      [1, 'a'],
      [1, 'b'],
    ]);
  });

  test('a length of zero ends the list instead of looping', () => {
    expect(listAttributes(new Uint8Array(8))).toEqual([]);
  });

  test('short values read as if zeros followed', () => {
    expect(readU16(u8(5))).toBe(5);
    expect(readBe16(Uint8Array.of(1, 187))).toBe(443);
    expect(readBe32(Uint8Array.of(0xc0, 0, 2, 1))).toBe(0xc0000201);
  });
});
