import { ok, type Result } from '../base/result.ts';
import type { VrrpHost } from '../ports/host.ts';
import type { OsError } from '../ports/os-error.ts';
import { createAddresses } from './addresses.ts';
import { createBfdSockets } from './bfd-sockets.ts';
import { linuxClock } from './clock.ts';
import { NETLINK_ROUTE } from './constants.ts';
import { createLinks } from './links.ts';
import { createNeighbours } from './neighbours.ts';
import { openNetlink } from './netlink-conn.ts';
import type { Reactor } from './reactor.ts';
import { openRouteMonitor } from './route-monitor.ts';
import { createRouting } from './routing.ts';
import { createVirtualMacs } from './virtual-macs.ts';
import { createVrrpSockets } from './vrrp-sockets.ts';

export interface LinuxVrrpHost extends VrrpHost {
  /** Closes what the host itself opened; sockets and watches that it handed out are their holders' to close. */
  close(): void;
}

/** The network namespace of this thread, for one who runs inside `reactor`. Opening needs no privilege. */
export function createVrrpHost(reactor: Reactor): Result<LinuxVrrpHost, OsError> {
  const connection = openNetlink(NETLINK_ROUTE);
  if (!connection.ok) return connection;
  const monitor = openRouteMonitor(reactor, connection.value);
  if (!monitor.ok) {
    connection.value.close();
    return monitor;
  }
  const strict = openNetlink(NETLINK_ROUTE, { strict: true });
  if (!strict.ok) {
    monitor.value.close();
    connection.value.close();
    return strict;
  }
  const routing = createRouting(strict.value, monitor.value, reactor);
  const neighbours = createNeighbours(reactor);
  return ok({
    clock: linuxClock,
    alarms: reactor.alarms,
    links: createLinks(monitor.value),
    addresses: createAddresses(connection.value, monitor.value),
    routing,
    sockets: createVrrpSockets(reactor, neighbours),
    neighbours,
    bfd: createBfdSockets(reactor),
    random: Math.random,
    virtualMacs: createVirtualMacs(connection.value),
    close() {
      routing.close();
      strict.value.close();
      monitor.value.close();
      neighbours.close();
      connection.value.close();
    },
  });
}
