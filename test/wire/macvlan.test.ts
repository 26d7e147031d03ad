import { expect, test } from 'vitest';
import { parseMac, virtualRouterMac } from '../../src/base/mac.ts';
import { aliasLink, decodeDetails, newMacvlan, setLinkUp } from '../../src/wire/macvlan.ts';
import { concat } from '../../src/wire/netlink.ts';

const message = (payload: Uint8Array) => ({ type: 16, flags: 0, seq: 1, payload });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('the virtual MAC of RFC 9568 §7.3', () => {
  expect([virtualRouterMac(4, 51), virtualRouterMac(6, 255)]).toEqual(['00:00:5e:00:01:33', '00:00:5e:00:02:ff']);
});

test('what is asked for is what is read back: kind, parent, MAC, private mode', () => {
  const payload = newMacvlan('vrrp.51', 2, parseMac('00:00:5e:00:01:33')!);
  expect(decodeDetails(message(payload))).toEqual({
    index: 0,
    name: 'vrrp.51',
    up: false,
    mac: '00:00:5e:00:01:33',
    kind: 'macvlan',
    parent: 2,
    isPrivate: true,
    alias: undefined,
  });
  // `ip link add link eth0 name vrrp.51 address … type macvlan mode private`, from the kind on.
  expect(hex(payload)).toContain('6d6163766c616e');
  expect(hex(payload)).toMatch(/0c000280080001000100000*$/);
});

test('an alias, and up and down', () => {
  const named = concat(newMacvlan('v', 2, parseMac('00:00:5e:00:01:33')!), aliasLink('v', 'hatop').subarray(16));
  expect(decodeDetails(message(named))?.alias).toBe('hatop');
  expect(hex(setLinkUp(7, true))).toBe('00000000070000000100000001000000');
  expect(hex(setLinkUp(7, false))).toBe('00000000070000000000000001000000');
});
