import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { attribute, concat, type NetlinkMessage, u32 } from '../../src/wire/netlink.ts';
import {
  decodeRoute,
  delHostRoute,
  isMain,
  newHostRoute,
  RTM_ROUTE,
  routeDump,
  routeLookup,
} from '../../src/wire/rtnetlink-route.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const message = (type: number, ...payload: Uint8Array[]): NetlinkMessage => ({
  type,
  flags: 0,
  seq: 1,
  payload: concat(...payload),
});

describe('what is asked', () => {
  test('a host route: family, 32 bits, main, static, link, unicast; destination and interface', () => {
    expect(hex(newHostRoute({ address: ip('10.0.0.100'), index: 1 }))).toBe(
      '02200000fe04fd0100000000' + '080001000a000064' + '0800040001000000',
    );
  });

  test('to delete it neither protocol nor type is named, and any scope will do', () => {
    expect(hex(delHostRoute({ address: ip('fd00::1'), index: 1 }).subarray(0, 12))).toBe('0a800000fe00ff0000000000');
  });

  test('a dump names the family alone', () => {
    expect(hex(routeDump(6))).toBe('0a0000000000000000000000');
  });

  test('a lookup names destination, source and the interface that the packet came by', () => {
    const asked = routeLookup(ip('10.0.0.100'), { source: ip('192.0.2.1'), index: 2 });
    expect(hex(asked)).toBe('022020000000000000000000' + '080001000a000064' + '08000200c0000201' + '0800030002000000');
    expect(hex(routeLookup(ip('10.0.0.100')))).toBe('022000000000000000000000' + '080001000a000064');
  });
});

describe('what is told', () => {
  const fixed = (...bytes: number[]): Uint8Array => concat(Uint8Array.of(...bytes), u32(0));
  const [gateway, out] = [attribute(5, Uint8Array.of(10, 0, 0, 1)), attribute(4, u32(3))];

  test('our own host route', () => {
    const route = decodeRoute(message(RTM_ROUTE.new, newHostRoute({ address: ip('10.0.0.100'), index: 1 })));
    expect(route).toEqual({
      destination: '10.0.0.100',
      prefix: 32,
      gateway: undefined,
      index: 1,
      table: 254,
      type: 'unicast',
    });
    expect(route && isMain(route)).toBe(true);
  });

  test('the default route has no destination', () => {
    expect(decodeRoute(message(RTM_ROUTE.new, fixed(2, 0, 0, 0, 254, 3, 0, 1), gateway, out))).toMatchObject({
      destination: undefined,
      prefix: 0,
      gateway: '10.0.0.1',
      index: 3,
    });
  });

  test('a table above 255 is in its attribute', () => {
    const route = decodeRoute(message(RTM_ROUTE.new, fixed(2, 0, 0, 0, 252, 3, 0, 2), attribute(15, u32(1000))));
    expect(route).toMatchObject({ table: 1000, type: 'local' });
    expect(route && isMain(route)).toBe(false);
  });

  test('other messages and other families are no route', () => {
    expect(decodeRoute(message(20, fixed(2, 0, 0, 0, 254, 3, 0, 1)))).toBeUndefined();
    expect(decodeRoute(message(RTM_ROUTE.new, fixed(28, 0, 0, 0, 254, 3, 0, 1)))).toBeUndefined();
    expect(decodeRoute(message(RTM_ROUTE.new, Uint8Array.of(2, 0)))).toBeUndefined();
  });
});
