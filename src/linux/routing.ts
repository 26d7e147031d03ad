import type { Family } from '../base/ip.ts';
import { err, ok } from '../base/result.ts';
import { describeRouting, isRouting, type RoutingEntry } from '../base/routing.ts';
import type { Cancel } from '../ports/clock.ts';
import { osError } from '../ports/os-error.ts';
import type { Routing } from '../ports/routing.ts';
import { FLAG } from '../wire/netlink.ts';
import { RTM_ROUTE } from '../wire/rtnetlink-route.ts';
import {
  decodeMarkedRoute,
  decodeMarkedRule,
  markedRouteDump,
  RTM_RULE,
  routePayload,
  ruleDump,
  rulePayload,
} from '../wire/rtnetlink-routing.ts';
import { findLink } from './links.ts';
import type { NetlinkConnection } from './netlink-conn.ts';
import type { Reactor } from './reactor.ts';
import type { RouteMonitor } from './route-monitor.ts';
import { openRoutingNews, type RoutingNews } from './routing-news.ts';

type Waker = Pick<Reactor, 'watch' | 'defer'>;

/**
 * The marked routes and rules of the network namespace. The kernel takes IPv4 routes away with a link or an address and
 * tells nobody: what happens to those is a reason to look again, as is any news of routes and rules. `strict` is a
 * connection on which the kernel filters dumps. Without `waker` nobody watches.
 */
export function createRouting(
  strict: NetlinkConnection,
  monitor: RouteMonitor,
  waker?: Waker,
): Routing & { close(): void } {
  let known: RoutingEntry[] | undefined;
  let news: RoutingNews | undefined;
  let closing: Cancel[] = [];
  const listeners = new Set<() => void>();

  const changed = (): void => {
    known = undefined;
    for (const listener of [...listeners]) listener();
  };

  /** Nothing is kept between two looks while nobody tells what happens in between. */
  const list = (anew = false): RoutingEntry[] => {
    if (!news) return look(strict, monitor);
    if (news.take(Number.POSITIVE_INFINITY) > 0) {
      known = undefined;
      waker?.defer(changed);
    }
    if (anew) known = undefined;
    known ??= look(strict, monitor);
    return known;
  };

  const begin = (): void => {
    if (news || !waker) return;
    const opened = openRoutingNews();
    if (!opened.ok) return;
    const told = opened.value;
    news = told;
    const unwatch = waker.watch(told.fd, (budget) => {
      const taken = told.take(budget);
      if (taken > 0) changed();
      return taken;
    });
    closing = [unwatch, monitor.watch(changed), told.close];
  };

  const end = (): void => {
    for (const close of closing.splice(0)) close();
    news = undefined;
    known = undefined;
  };

  const has = (entry: RoutingEntry, listed?: readonly RoutingEntry[]): boolean =>
    (listed ?? lookAt(entry.kind, entry.family, strict, monitor)).some((one) => isRouting(entry, one));

  return {
    list: (anew) => [...list(anew)],

    add(entry, listed) {
      const what = `add ${describeRouting(entry)}`;
      const payload = payloadOf(entry, monitor);
      if (!payload) return err(osError('ENODEV', what));
      const type = entry.kind === 'route' ? RTM_ROUTE.new : RTM_RULE.new;
      const reply = strict.request({ type, flags: FLAG.create | FLAG.exclusive, payload, what });
      if (reply.ok) return ok('added');
      return reply.error.code === 'EEXIST' && has(entry, listed) ? ok('present') : reply;
    },

    remove(entry, listed) {
      const what = `remove ${describeRouting(entry)}`;
      const payload = payloadOf(entry, monitor);
      // Of rules the kernel does not compare the mark.
      if (!payload || (entry.kind === 'rule' && !has(entry, listed))) return ok('absent');
      const type = entry.kind === 'route' ? RTM_ROUTE.delete : RTM_RULE.delete;
      const reply = strict.request({ type, payload, what });
      if (reply.ok) return ok('removed');
      return reply.error.code === 'ESRCH' || reply.error.code === 'ENOENT' ? ok('absent') : reply;
    },

    watch(listener) {
      begin();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) end();
      };
    },

    close: end,
  };
}

/** Undefined where an interface that a route names is not there. */
function payloadOf(entry: RoutingEntry, monitor: RouteMonitor): Uint8Array | undefined {
  if (entry.kind === 'rule') return rulePayload(entry);
  const links = new Map(
    entry.hops.flatMap(({ interface: name }) => (name === undefined ? [] : [[name, findLink(monitor, name)?.index]])),
  );
  if ([...links.values()].includes(undefined)) return undefined;
  return routePayload(entry, (name) => links.get(name) ?? 0);
}

function look(connection: NetlinkConnection, monitor: RouteMonitor): RoutingEntry[] {
  return ([4, 6] as const).flatMap((family) => [
    ...lookAt('route', family, connection, monitor),
    ...lookAt('rule', family, connection, monitor),
  ]);
}

function lookAt(
  kind: RoutingEntry['kind'],
  family: Family,
  connection: NetlinkConnection,
  monitor: RouteMonitor,
): RoutingEntry[] {
  if (kind === 'rule') {
    return dump(connection, RTM_RULE.get, ruleDump(family)).flatMap((one) => decodeMarkedRule(one) ?? []);
  }
  const { links } = monitor.current();
  const nameOf = (index: number): string => links.get(index)?.name ?? `index ${index}`;
  return dump(connection, RTM_ROUTE.get, markedRouteDump(family)).flatMap(
    (one) => decodeMarkedRoute(one, nameOf) ?? [],
  );
}

/** A kernel without a family has nothing of it. */
function dump(connection: NetlinkConnection, type: number, payload: Uint8Array) {
  const reply = connection.request({ type, flags: FLAG.dump, payload, what: 'list the routes and rules' });
  return reply.ok ? reply.value : [];
}
