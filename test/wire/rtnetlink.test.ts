import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { attribute, concat, type NetlinkMessage, string, u8, u16, u32 } from '../../src/wire/netlink.ts';
import { decodeAddress, decodeLink, delAddress, describeRtnetlink, newAddress, RTM } from '../../src/wire/rtnetlink.ts';

const message = (type: number, ...payload: Uint8Array[]): NetlinkMessage => ({
  type,
  flags: 0,
  seq: 1,
  payload: concat(...payload),
});
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const UP_RUNNING = 0x11043;
const link = (flags: number, mac: Uint8Array, family = 0): NetlinkMessage =>
  message(
    RTM.newLink,
    concat(u8(family), u8(0), u16(1), u32(3), u32(flags), u32(0)),
    attribute(3, string('eth0')),
    attribute(4, u32(1500)),
    attribute(1, mac),
    attribute(16, u8(6)),
  );

describe('links', () => {
  test('name, index, state, MTU and hardware address', () => {
    expect(decodeLink(link(UP_RUNNING, Uint8Array.of(2, 0, 0, 0, 0, 1)))).toEqual({
      index: 3,
      name: 'eth0',
      adminUp: true,
      running: true,
      mtu: 1500,
      mac: '02:00:00:00:00:01',
      operState: 6,
    });
  });

  test('up without carrier is not running', () => {
    expect(decodeLink(link(0x1003, u32(0)))).toMatchObject({ adminUp: true, running: false });
  });

  test('a hardware address of four bytes (a tunnel) is none', () => {
    expect(decodeLink(link(UP_RUNNING, u32(0x0100000a)))?.mac).toBeUndefined();
  });

  test("a bridge port's message and other messages are no link", () => {
    expect(decodeLink(link(UP_RUNNING, u32(0), 7))).toBeUndefined();
    expect(decodeLink(message(RTM.newAddr, new Uint8Array(16)))).toBeUndefined();
    expect(decodeLink(message(RTM.newLink, new Uint8Array(4)))).toBeUndefined();
  });
});

describe('addresses', () => {
  const fixed = (flags = 0): Uint8Array => concat(u8(2), u8(24), u8(flags), u8(0), u32(3));

  test('what we ask to add is family, prefix, index, local, address and label; no broadcast', () => {
    const asked = newAddress({ index: 3, address: ip('10.0.0.100'), prefix: 24, label: 'eth0:1' });
    expect(hex(asked)).toBe(
      '02180000' + '03000000' + '080002000a000064' + '080001000a000064' + '0b000300' + '657468303a310000',
    );
  });

  test('IPv6 goes without duplicate address detection', () => {
    const asked = newAddress({ index: 3, address: ip('fd00::1'), prefix: 128, label: undefined });
    expect(hex(asked.subarray(0, 8))).toBe('0a800200' + '03000000');
  });

  test('what options ask for: scope, peer and broadcast; a lifetime and flags', () => {
    const options = { scope: 253, broadcast: ip('10.0.0.255'), flags: ['noprefixroute'] as const };
    const asked = newAddress({
      index: 3,
      address: ip('10.0.0.1'),
      peer: ip('10.0.0.2'),
      prefix: 32,
      label: undefined,
      options,
    });
    const [local, peer, broadcast] = ['080002000a000001', '080001000a000002', '080004000a0000ff'];
    expect(hex(asked)).toBe(`022000fd${'03000000'}${local}${peer}${broadcast}${'0800080000020000'}`);
    const six = { index: 3, address: ip('fd00::1'), prefix: 64, label: undefined };
    const lifetime = '1400060058020000' + 'ffffffff' + '00000000' + '00000000';
    // The 32-bit flags replace those of the fixed part: without DAD (2) stands in both.
    const home = newAddress({ ...six, options: { preferredLifetime: 600, flags: ['home', 'mngtmpaddr'] } });
    expect(hex(home).slice(0, 8)).toBe('0a400200');
    expect(hex(home).slice(96)).toBe(`${lifetime}0800080012010000`);
    const detecting = newAddress({ ...six, options: { flags: ['dad', 'home'] } });
    expect(hex(detecting).slice(0, 8) + hex(detecting).slice(96)).toBe('0a4000000800080010000000');
  });

  test('to remove it, the label is not named', () => {
    const asked = delAddress({ index: 3, address: ip('10.0.0.100'), prefix: 32 });
    expect(hex(asked)).toBe('02200000' + '03000000' + '080002000a000064' + '080001000a000064');
    const far = delAddress({ index: 3, address: ip('10.0.0.1'), peer: ip('10.0.0.2'), prefix: 32 });
    expect(hex(far)).toBe('02200000' + '03000000' + '080002000a000001' + '080001000a000002');
  });

  test('on a point-to-point link the local end counts', () => {
    const news = message(
      RTM.newAddr,
      fixed(),
      attribute(1, Uint8Array.of(10, 0, 0, 2)),
      attribute(2, Uint8Array.of(10, 0, 0, 1)),
      attribute(3, string('ppp0')),
    );
    expect(decodeAddress(news)).toEqual({
      index: 3,
      address: '10.0.0.1',
      peer: '10.0.0.2',
      prefix: 24,
      label: 'ppp0',
      secondary: false,
      tentative: false,
    });
  });

  test.each([
    [0x40, true],
    [0x48, true],
    [0x44, false],
    [0x80, false],
  ])('flags %s: nothing can be sent from it: %s', (flags, tentative) => {
    const address = attribute(1, Uint8Array.of(10, 0, 0, 1));
    expect(decodeAddress(message(RTM.newAddr, fixed(), address, attribute(8, u32(flags))))?.tentative).toBe(tentative);
  });

  test('secondary by the 32-bit flags, and by the old byte where these are missing', () => {
    const address = attribute(1, Uint8Array.of(10, 0, 0, 2));
    expect(decodeAddress(message(RTM.newAddr, fixed(), address, attribute(8, u32(0x81))))?.secondary).toBe(true);
    expect(decodeAddress(message(RTM.newAddr, fixed(1), address))?.secondary).toBe(true);
    expect(decodeAddress(message(RTM.newAddr, fixed(1), address, attribute(8, u32(0x80))))?.secondary).toBe(false);
  });

  test('without an address of its family it is none', () => {
    expect(decodeAddress(message(RTM.newAddr, fixed()))).toBeUndefined();
    expect(decodeAddress(message(RTM.newAddr, fixed(), attribute(1, new Uint8Array(16))))).toBeUndefined();
    expect(decodeAddress(message(RTM.newLink, fixed(), attribute(1, u32(1))))).toBeUndefined();
  });
});

test('in one line', () => {
  expect(describeRtnetlink(link(UP_RUNNING, u32(0)))).toBe('newlink 3 eth0 up running mtu 1500');
  const asked = newAddress({ index: 3, address: ip('10.0.0.100'), prefix: 24, label: 'eth0:1' });
  expect(describeRtnetlink(message(RTM.delAddr, asked))).toBe('deladdr 10.0.0.100/24 dev 3 label eth0:1');
  expect(describeRtnetlink(message(24))).toBe('type 24 flags 0x0');
});
