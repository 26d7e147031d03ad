/** How often the kernel is asked for all of its routes and rules, which on a large router takes long. */
import { describe, expect, test } from 'vitest';
import { err, ok } from '../../src/base/result.ts';
import type { NetlinkConnection } from '../../src/linux/netlink-conn.ts';
import type { RouteMonitor } from '../../src/linux/route-monitor.ts';
import { createRouting } from '../../src/linux/routing.ts';
import { osError } from '../../src/ports/os-error.ts';
import { FLAG } from '../../src/wire/netlink.ts';
import { RTM_ROUTE } from '../../src/wire/rtnetlink-route.ts';
import { RTM_RULE } from '../../src/wire/rtnetlink-routing.ts';
import { route, rule } from '../engine/routing-fixtures.ts';

/** A kernel that has something else in every place; `dumps`: message type and address family of each. */
function refusing() {
  const dumps: string[] = [];
  const connection = {
    request({ type, flags, payload, what }: Parameters<NetlinkConnection['request']>[0]) {
      if (flags !== FLAG.dump) return err(osError('EEXIST', what));
      dumps.push(`${type} ${payload[0]}`);
      return ok([]);
    },
  } as unknown as NetlinkConnection;
  const links = new Map([[1, { index: 1, name: 'eth0', up: true, mtu: 1500, mac: undefined }]]);
  const monitor = { current: () => ({ links, addresses: new Map() }) } as unknown as RouteMonitor;
  return { routing: createRouting(connection, monitor), dumps };
}

describe('what the kernel is asked for', () => {
  test('one entry that stands in the way: its kind and family alone', () => {
    const { routing, dumps } = refusing();
    expect(routing.add(route(1)).ok).toBe(false);
    expect(routing.remove(rule(1))).toEqual(ok('absent'));
    expect(dumps).toEqual([`${RTM_ROUTE.get} 2`, `${RTM_RULE.get} 2`]);
  });

  test('nothing where the caller has just listed it', () => {
    const { routing, dumps } = refusing();
    expect(routing.add(route(1), [route(1)])).toEqual(ok('present'));
    expect(routing.add(rule(1), []).ok).toBe(false);
    expect(routing.remove(rule(1), [])).toEqual(ok('absent'));
    expect(dumps).toEqual([]);
  });
});
