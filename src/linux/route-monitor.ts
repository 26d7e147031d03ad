import { ok, type Result } from '../base/result.ts';
import type { AddressChange, InterfaceAddress } from '../ports/addresses.ts';
import type { Cancel } from '../ports/clock.ts';
import type { Link, LinkChange } from '../ports/links.ts';
import type { OsError } from '../ports/os-error.ts';
import { decodeMessages, type NetlinkMessage } from '../wire/netlink.ts';
import { decodeAddress, decodeLink, GROUP, RTM } from '../wire/rtnetlink.ts';
import { NETLINK_ROUTE } from './constants.ts';
import { type NetlinkConnection, openNetlinkSocket } from './netlink-conn.ts';
import { discardQueued, watchPackets } from './packet-socket.ts';
import type { Poller } from './poller.ts';
import {
  type AddressTable,
  addressKey,
  dumpAddresses,
  dumpLinks,
  type LinkTable,
  toAddress,
  toLink,
} from './route-objects.ts';

export type RouteChange = LinkChange | AddressChange;

/**
 * What happens to links and addresses, in the kernel's order. Messages that change nothing the ports show are passed
 * over. When the kernel had to drop messages (ENOBUFS), a dump shows what became of everything, and the differences
 * are told instead.
 */
export interface RouteMonitor {
  watch(listener: (change: RouteChange) => void): Cancel;
  close(): void;
}

export const isLinkChange = (change: RouteChange): change is LinkChange => 'link' in change;

export function openRouteMonitor(poller: Poller, connection: NetlinkConnection): Result<RouteMonitor, OsError> {
  const groups = GROUP.link | GROUP.ipv4Address | GROUP.ipv6Address;
  const opened = openNetlinkSocket(NETLINK_ROUTE, groups, true);
  if (!opened.ok) return opened;
  const fd = opened.value;
  const listeners = new Set<{ readonly hear: (change: RouteChange) => void }>();
  const tell = (change: RouteChange): void => {
    for (const listener of [...listeners]) if (listeners.has(listener)) listener.hear(change);
  };

  const resync = (known: Known): void => {
    discardQueued(fd);
    const links = dumpLinks(connection);
    for (const change of differences(known, { links, addresses: dumpAddresses(connection, links) })) tell(change);
  };

  const close = watchPackets(poller, fd, {
    size: 256 << 10,
    packet(received) {
      if (received.truncated) return resync(known);
      for (const message of decodeMessages(received.data)) for (const change of follow(known, message)) tell(change);
    },
    error: (code) => {
      if (code === 'ENOBUFS') resync(known);
    },
  });
  // Subscribed first, listed after: what happens in between is in the list and in the queue, and counts once.
  const links = dumpLinks(connection);
  const known: Known = { links, addresses: dumpAddresses(connection, links) };

  return ok({
    watch(hear) {
      const listener = { hear };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close,
  });
}

/** What has been told so far. */
export interface Known {
  links: LinkTable;
  addresses: AddressTable;
}

/** Brings `known` up to date with one broadcast and says what is news. */
export function follow(known: Known, message: NetlinkMessage): RouteChange[] {
  const link = decodeLink(message);
  if (link) return followLink(known, toLink(link), message.type === RTM.delLink);
  const found = decodeAddress(message);
  const address = found && toAddress(found, known.links);
  if (!address) return [];
  const key = addressKey(found);
  const before = known.addresses.get(key);
  if (message.type === RTM.delAddr) {
    known.addresses.delete(key);
    return before ? [{ kind: 'removed', address }] : [];
  }
  known.addresses.set(key, address);
  return before && sameAddress(before, address) ? [] : [{ kind: 'added', address }];
}

function followLink(known: Known, link: Link, gone: boolean): RouteChange[] {
  const before = known.links.get(link.index);
  if (gone) {
    known.links.delete(link.index);
    return before ? [{ kind: 'removed', link: before }] : [];
  }
  known.links.set(link.index, link);
  if (!before) return [{ kind: 'changed', link }];
  if (before.name !== link.name) {
    return [
      { kind: 'removed', link: before },
      { kind: 'changed', link },
    ];
  }
  return sameLink(before, link) ? [] : [{ kind: 'changed', link }];
}

/** Makes `now` what is known and says how it differs: removals, then links, then what was added. */
export function differences(known: Known, now: Known): RouteChange[] {
  const changes: RouteChange[] = [];
  for (const [key, address] of known.addresses) {
    if (!now.addresses.has(key)) changes.push({ kind: 'removed', address });
  }
  for (const [index, link] of known.links) {
    if (!now.links.has(index)) changes.push(...followLink(known, link, true));
  }
  for (const link of now.links.values()) changes.push(...followLink(known, link, false));
  for (const [key, address] of now.addresses) {
    const before = known.addresses.get(key);
    if (!before || !sameAddress(before, address)) changes.push({ kind: 'added', address });
  }
  known.addresses = now.addresses;
  return changes;
}

const sameLink = (a: Link, b: Link): boolean => a.up === b.up && a.mtu === b.mtu && a.mac === b.mac;
const sameAddress = (a: InterfaceAddress, b: InterfaceAddress): boolean =>
  a.label === b.label && a.secondary === b.secondary && a.interface === b.interface;
