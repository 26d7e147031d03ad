import { ok, type Result } from '../base/result.ts';
import type { Cancel } from '../ports/clock.ts';
import type { OsError } from '../ports/os-error.ts';
import { decodeMessages } from '../wire/netlink.ts';
import { GROUP } from '../wire/rtnetlink.ts';
import { MSG, NETLINK_ROUTE } from './constants.ts';
import { differences, follow, type Known, type RouteChange } from './known-routes.ts';
import * as libc from './libc.ts';
import { type NetlinkConnection, openNetlinkSocket } from './netlink-conn.ts';
import { discardQueued } from './packet-socket.ts';
import type { Reactor } from './reactor.ts';
import { createReceiver } from './receiver.ts';
import { dumpAddresses, dumpLinks } from './route-objects.ts';

/**
 * What happens to links and addresses, in the kernel's order. Messages that change nothing the ports show are passed
 * over. When the kernel had to drop messages (ENOBUFS), a dump shows what became of everything, and the differences
 * are told instead.
 */
export interface RouteMonitor {
  /**
   * What there is now. The kernel queues the news of a change before whoever asked for it hears that it is done, so that
   * reading the queue says as much as a dump, and costs one system call.
   */
  current(): Readonly<Known>;
  watch(listener: (change: RouteChange) => void): Cancel;
  close(): void;
}

type Waker = Pick<Reactor, 'watch' | 'defer'>;

export function openRouteMonitor(reactor: Waker, connection: NetlinkConnection): Result<RouteMonitor, OsError> {
  const groups = GROUP.link | GROUP.ipv4Address | GROUP.ipv6Address;
  const opened = openNetlinkSocket(NETLINK_ROUTE, groups, true);
  if (!opened.ok) return opened;
  const fd = opened.value;
  const receiver = createReceiver({ data: 256 << 10, control: 0 });
  // Subscribed first, listed after: what happens in between is in the list and in the queue, and counts once.
  const links = dumpLinks(connection);
  const known: Known = { links, addresses: dumpAddresses(connection, links) };
  let listeners: readonly Listener[] = [];
  let untold: News[] = [];

  const resync = (): RouteChange[] => {
    discardQueued(fd, receiver);
    const links = dumpLinks(connection);
    return differences(known, { links, addresses: dumpAddresses(connection, links) });
  };

  /** Takes at most `budget` datagrams; what they say is for those who listen now. */
  const read = (budget: number): number => {
    for (let taken = 0; taken < budget; taken++) {
      const received = receiver.receive(fd, MSG.dontWait);
      if (!received.ok && received.error !== 'ENOBUFS') return taken;
      const whole = received.ok && !received.value.truncated;
      const changes = whole
        ? decodeMessages(received.value.data).flatMap((message) => follow(known, message))
        : resync();
      for (const change of changes) untold.push({ change, to: listeners });
    }
    return budget;
  };

  const tell = (): void => {
    const news = untold;
    untold = [];
    for (const { change, to } of news) for (const listener of to) if (listener.live) listener.hear(change);
  };

  const unwatch = reactor.watch(fd, (budget) => {
    const taken = read(budget);
    tell();
    return taken;
  });

  /** The listeners hear of it in their turn. */
  const current = (): Known => {
    read(Number.POSITIVE_INFINITY);
    if (untold.length > 0) reactor.defer(tell);
    return known;
  };

  return ok({
    current,
    watch(hear) {
      current(); // what is queued by now is no news to the new listener
      const listener: Listener = { hear, live: true };
      listeners = [...listeners, listener];
      return () => {
        listener.live = false;
        listeners = listeners.filter((other) => other !== listener);
      };
    },
    close() {
      unwatch();
      libc.close(fd);
    },
  });
}

interface Listener {
  readonly hear: (change: RouteChange) => void;
  live: boolean;
}

interface News {
  readonly change: RouteChange;
  readonly to: readonly Listener[];
}
