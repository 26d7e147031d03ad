import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { BROADCAST, parseMac } from '../../src/base/mac.ts';
import {
  type ArpPacket,
  decodeArp,
  describeArp,
  encodeArp,
  gratuitousArp,
  isGratuitous,
  whoHas,
} from '../../src/wire/arp.ts';
import { decodeEthernet } from '../../src/wire/ethernet.ts';

const mac = parseMac('02:00:00:00:00:01')!;
const vip = ip('10.0.0.100');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const inside = (frame: Uint8Array): ArpPacket => decodeArp(decodeEthernet(frame)!.payload)!;

describe('gratuitous ARP', () => {
  test('a broadcast request, the address as sender and target, the target MAC all ones', () => {
    const ethernet = 'ffffffffffff' + '020000000001' + '0806';
    const request = '0001' + '0800' + '06' + '04' + '0001';
    const body = '020000000001' + '0a000064' + 'ffffffffffff' + '0a000064';
    expect(hex(gratuitousArp(mac, vip))).toBe(ethernet + request + body);
  });

  test('is told from a question', () => {
    expect(isGratuitous(inside(gratuitousArp(mac, vip)))).toBe(true);
    expect(isGratuitous(inside(whoHas(mac, vip, ip('10.0.0.9'))))).toBe(false);
  });
});

describe('asking', () => {
  test('a question carries the asker, a probe nobody', () => {
    expect(inside(whoHas(mac, vip, ip('10.0.0.9')))).toEqual({
      operation: 'request',
      senderMac: mac,
      senderIp: '10.0.0.9',
      targetMac: '00:00:00:00:00:00',
      targetIp: vip,
    });
    expect(inside(whoHas(mac, vip)).senderIp).toBe('0.0.0.0');
  });

  test('a reply is read back, padding of the frame behind it or not', () => {
    const reply: ArpPacket = {
      operation: 'reply',
      senderMac: mac,
      senderIp: vip,
      targetMac: parseMac('02:00:00:00:00:02')!,
      targetIp: ip('10.0.0.9'),
    };
    const padded = new Uint8Array(46);
    padded.set(encodeArp(reply));
    expect(decodeArp(padded)).toEqual(reply);
  });
});

test.each([
  ['cut short', (bytes: Uint8Array) => bytes.subarray(0, 27)],
  ['other hardware', (bytes: Uint8Array) => bytes.with(1, 6)],
  ['another protocol', (bytes: Uint8Array) => bytes.with(2, 0x86)],
  ['another operation', (bytes: Uint8Array) => bytes.with(7, 3)],
  ['a longer address', (bytes: Uint8Array) => bytes.with(4, 8)],
])('%s is no ARP for IPv4', (_, spoil) => {
  const bytes = encodeArp(inside(gratuitousArp(mac, vip)));
  expect(decodeArp(bytes)).toBeDefined();
  expect(decodeArp(spoil(bytes))).toBeUndefined();
});

test('in one line', () => {
  expect(describeArp(inside(gratuitousArp(mac, vip)))).toBe('announce 10.0.0.100 is-at 02:00:00:00:00:01');
  expect(describeArp(inside(whoHas(mac, vip, ip('10.0.0.9'))))).toBe('who-has 10.0.0.100 tell 10.0.0.9');
  expect(describeArp(inside(whoHas(mac, vip)))).toBe('probe 10.0.0.100');
  const reply = { ...inside(whoHas(mac, ip('10.0.0.9'), vip)), operation: 'reply', targetMac: BROADCAST } as const;
  expect(describeArp(reply)).toBe('10.0.0.100 is-at 02:00:00:00:00:01');
});
