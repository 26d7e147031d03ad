/** Which way an address is reached, and which interfaces there are, asked of the kernel when it matters. */
import type { Hook, Path } from '../nft/model.ts';
import type { PathFinder } from '../nft/operations.ts';
import { FLAG } from '../wire/netlink.ts';
import { decodeLink, linkDump, RTM } from '../wire/rtnetlink.ts';
import { decodeRoute, RTM_ROUTE, routeLookup } from '../wire/rtnetlink-route.ts';
import type { NetlinkConnection } from './netlink-conn.ts';

/** Every interface but the loopback, up or not. */
export function listHooks(connection: NetlinkConnection): Hook[] {
  const reply = connection.request({
    type: RTM.getLink,
    flags: FLAG.dump,
    payload: linkDump(),
    what: 'list the interfaces',
  });
  if (!reply.ok) return [];
  return reply.value.flatMap((message): Hook[] => {
    const link = decodeLink(message);
    return link && link.name !== 'lo' ? [{ index: link.index, name: link.name }] : [];
  });
}

/** By the routes as they are now; `links` as they were just listed. */
export function createPathFinder(connection: NetlinkConnection, links: readonly Hook[]): PathFinder {
  return (address): Path => {
    const what = `find the way to ${address}`;
    const reply = connection.request({ type: RTM_ROUTE.get, payload: routeLookup(address), what });
    const [route] = reply.ok ? reply.value.flatMap((message) => decodeRoute(message) ?? []) : [];
    if (route?.type === 'local') return { kind: 'local' };
    const link = route && links.find(({ index }) => index === route.index);
    if (route?.type !== 'unicast' || !link) return { kind: 'unreachable' };
    return { kind: 'forward', via: route.gateway ?? address, device: link.name, index: link.index };
  };
}
