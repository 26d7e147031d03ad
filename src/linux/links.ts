import type { Link, Links } from '../ports/links.ts';
import { isLinkChange } from './known-routes.ts';
import type { RouteMonitor } from './route-monitor.ts';

/** The interfaces of the network namespace. */
export function createLinks(monitor: RouteMonitor): Links {
  return {
    list: () => [...monitor.current().links.values()],
    find: (name) => findLink(monitor, name),
    watch: (listener) =>
      monitor.watch((change) => {
        if (isLinkChange(change)) listener(change);
      }),
  };
}

export function findLink(monitor: RouteMonitor, name: string): Link | undefined {
  for (const link of monitor.current().links.values()) if (link.name === name) return link;
  return undefined;
}
