import { describe, expect, test } from 'vitest';
import { attribute, be32, concat, nested, string, u8, u32 } from '../../src/wire/netlink.ts';
import {
  decodeNftChain,
  decodeNftCounter,
  decodeNftElements,
  decodeNftRule,
  nftElementDump,
} from '../../src/wire/nftables.ts';

const head = Uint8Array.of(5, 0, 0, 0);
const be64 = (value: number): Uint8Array => concat(be32(0), be32(value));
const value = (type: number, bytes: Uint8Array): Uint8Array => nested(type, attribute(1, bytes));

describe('elements', () => {
  const key = Uint8Array.of(10, 0, 0, 1, 0x1f, 0, 0, 0, 0x90, 0, 0, 0);
  const element = (mark: number, expires?: number): Uint8Array =>
    nested(
      1,
      value(1, key),
      value(2, u32(mark)),
      ...(expires === undefined ? [] : [attribute(4, be64(900_000)), attribute(5, be64(expires))]),
    );
  const message = (...elements: Uint8Array[]): Uint8Array =>
    concat(head, attribute(1, string('hatop')), attribute(2, string('flows-1')), nested(3, ...elements));

  test('key, mark in the machine’s order, and milliseconds left', () => {
    expect(decodeNftElements(message(element(7, 899_000), element(0x01020304)))).toEqual([
      { key, mark: 7, expires: 899_000 },
      { key, mark: 0x01020304, expires: undefined },
    ]);
  });

  test('of a message inside a larger buffer', () => {
    const inside = message(element(7, 5));
    const larger = concat(new Uint8Array(12).fill(255), inside, new Uint8Array(8).fill(255));
    expect(decodeNftElements(larger.subarray(12, 12 + inside.length))).toMatchObject([{ mark: 7, expires: 5 }]);
  });

  test('what is cut short gives what is whole', () => {
    const whole = message(element(7, 5), element(8, 5));
    for (let length = 0; length < whole.length; length++) {
      expect(decodeNftElements(whole.subarray(0, length)).length).toBeLessThanOrEqual(1);
    }
    expect(decodeNftElements(head)).toEqual([]);
  });

  test('they are asked for by table and map', () => {
    expect(nftElementDump('hatop', 'flows-1')).toEqual(
      concat(head, attribute(1, string('hatop')), attribute(2, string('flows-1'))),
    );
  });
});

test('a chain, with the interface it hangs on', () => {
  const chain = (...more: Uint8Array[]): Uint8Array =>
    concat(head, attribute(1, string('hatop')), attribute(3, string('ingress-4')), ...more);
  expect(decodeNftChain(chain())).toEqual({ table: 'hatop', name: 'ingress-4', device: undefined });
  expect(decodeNftChain(chain(nested(4, attribute(3, string('eth0')))))?.device).toBe('eth0');
  expect(decodeNftChain(head)).toBeUndefined();
});

test('a rule’s comment stands in its user data, among others', () => {
  const comment = string('format 1 next 7');
  const userdata = concat(u8(3), u8(2), u8(9), u8(9), u8(0), u8(comment.length), comment);
  const rule = concat(head, attribute(2, string('state')), attribute(7, userdata));
  expect(decodeNftRule(rule)).toEqual({ chain: 'state', comment: 'format 1 next 7' });
  expect(decodeNftRule(concat(head, attribute(2, string('state'))))).toEqual({ chain: 'state', comment: undefined });
});

test('a counter; another object is none', () => {
  const object = (type: number): Uint8Array =>
    concat(
      head,
      attribute(2, string('traffic-2')),
      attribute(3, be32(type)),
      nested(4, attribute(1, be64(1500)), attribute(2, be64(3))),
    );
  expect(decodeNftCounter(object(1))).toEqual({ name: 'traffic-2', packets: 3n, bytes: 1500n });
  expect(decodeNftCounter(object(2))).toBeUndefined();
});
