import type { Links } from '../ports/links.ts';
import { decodeLink, linkByName, RTM } from '../wire/rtnetlink.ts';
import { isLinkChange } from './known-routes.ts';
import type { NetlinkConnection } from './netlink-conn.ts';
import type { RouteMonitor } from './route-monitor.ts';
import { dumpLinks, toLink } from './route-objects.ts';

/** The interfaces of the network namespace, asked of the kernel anew each time. */
export function createLinks(connection: NetlinkConnection, monitor: RouteMonitor): Links {
  return {
    list: () => [...dumpLinks(connection).values()],
    find(name) {
      const what = `look for the interface ${name}`;
      const reply = connection.request({ type: RTM.getLink, payload: linkByName(name), what });
      const message = reply.ok ? reply.value[0] : undefined;
      const link = message && decodeLink(message);
      return link && toLink(link);
    },
    watch: (listener) =>
      monitor.watch((change) => {
        if (isLinkChange(change)) listener(change);
      }),
  };
}
