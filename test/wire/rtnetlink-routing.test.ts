import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import type { Route, Rule } from '../../src/base/routing.ts';
import type { NetlinkMessage } from '../../src/wire/netlink.ts';
import { RTM_ROUTE } from '../../src/wire/rtnetlink-route.ts';
import {
  decodeMarkedRoute,
  decodeMarkedRule,
  markedRouteDump,
  RTM_RULE,
  routePayload,
  rulePayload,
} from '../../src/wire/rtnetlink-routing.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const message = (type: number, payload: Uint8Array): NetlinkMessage => ({ type, flags: 0, seq: 1, payload });
const indexOf = (name: string): number => Number(name.slice(3));
const nameOf = (index: number): string => `eth${index}`;
const hop = { gateway: ip('192.0.2.1'), interface: 'eth7', weight: 1, onlink: false };

const ROUTE: Route = {
  kind: 'route',
  family: 4,
  type: 'unicast',
  destination: { address: ip('198.51.100.0'), prefix: 24 },
  hops: [hop],
  source: ip('192.0.2.100'),
  table: 254,
  scope: 0,
  metric: 50,
  mtu: 1400,
};
const RULE: Rule = {
  kind: 'rule',
  family: 4,
  priority: 99,
  from: { address: ip('192.0.2.100'), prefix: 32 },
  to: { address: ip('198.51.100.0'), prefix: 24 },
  mark: { value: 0x10, mask: 0xf0 },
  incoming: 'eth1',
  outgoing: undefined,
  action: { table: 100 },
};

describe('a route', () => {
  test("bears keepalived's mark; table, destination, source, metric, mtu and way are attributes", () => {
    expect(hex(routePayload(ROUTE, indexOf))).toBe(
      '02180000fe12000100000000' +
        '08000f00fe000000' +
        '08000100c6336400' +
        '08000700c0000264' +
        '0800060032000000' +
        '0c000880' +
        '0800020078050000' +
        '08000500c0000201' +
        '0800040007000000',
    );
  });

  test.each<[string, Route]>([
    ['by one gateway', ROUTE],
    [
      'the default, on the link, in a table with a large number',
      { ...ROUTE, destination: undefined, hops: [{ ...hop, onlink: true }], table: 1000 },
    ],
    [
      'by an interface alone',
      { ...ROUTE, hops: [{ ...hop, gateway: undefined }], scope: 253, metric: undefined, mtu: undefined },
    ],
    [
      'by several',
      {
        ...ROUTE,
        hops: [
          { ...hop, weight: 2 },
          { ...hop, gateway: undefined, interface: 'eth2', weight: 256 },
        ],
      },
    ],
    ['to nowhere', { ...ROUTE, type: 'blackhole', hops: [], source: undefined }],
    [
      'of IPv6',
      {
        ...ROUTE,
        family: 6,
        destination: { address: ip('2001:db8:1::'), prefix: 48 },
        hops: [
          { ...hop, gateway: ip('2001:db8::1') },
          { ...hop, gateway: ip('2001:db8::2'), weight: 3 },
        ],
        source: ip('2001:db8::100'),
      },
    ],
  ])('%s is read as it is written', (_, route) => {
    expect(decodeMarkedRoute(message(RTM_ROUTE.new, routePayload(route, indexOf)), nameOf)).toEqual(route);
  });

  test("without the mark is nobody's business, nor is what was cut off", () => {
    const foreign = routePayload(ROUTE, indexOf);
    foreign[5] = 4;
    expect(decodeMarkedRoute(message(RTM_ROUTE.new, foreign), nameOf)).toBeUndefined();
    expect(decodeMarkedRoute(message(RTM_ROUTE.new, foreign.subarray(0, 8)), nameOf)).toBeUndefined();
    expect(hex(markedRouteDump(6))).toBe('0a0000000012000000000000');
  });
});

describe('a rule', () => {
  test('is action 1 with a table; all the rest are attributes', () => {
    expect(hex(rulePayload({ ...RULE, mark: undefined, incoming: undefined, to: undefined }))).toBe(
      '02002000' +
        '64000001' +
        '00000000' +
        '08000f0064000000' +
        '08000200c0000264' +
        '0800060063000000' +
        '0500150012000000',
    );
  });

  test.each<[string, Rule]>([
    ['with everything', RULE],
    ['that ends the search', { ...RULE, action: 'prohibit', outgoing: 'eth2', incoming: undefined }],
    [
      'of IPv6',
      { ...RULE, family: 6, from: { address: ip('2001:db8::'), prefix: 32 }, to: undefined, action: { table: 1000 } },
    ],
  ])('%s is read as it is written', (_, rule) => {
    expect(decodeMarkedRule(message(RTM_RULE.new, rulePayload(rule)))).toEqual(rule);
  });

  test("without the mark is nobody's business", () => {
    const payload = rulePayload(RULE);
    payload[payload.length - 4] = 2;
    expect(decodeMarkedRule(message(RTM_RULE.new, payload))).toBeUndefined();
  });
});
