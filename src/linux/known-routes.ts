import type { AddressChange, InterfaceAddress } from '../ports/addresses.ts';
import type { Link, LinkChange } from '../ports/links.ts';
import type { NetlinkMessage } from '../wire/netlink.ts';
import { decodeAddress, decodeLink, RTM } from '../wire/rtnetlink.ts';
import { type AddressTable, addressKey, isKeyOn, type LinkTable, toAddress, toLink } from './route-objects.ts';

export type RouteChange = LinkChange | AddressChange;

export const isLinkChange = (change: RouteChange): change is LinkChange => 'link' in change;

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
  // It is told again when its duplicate address detection is over.
  if (found.tentative) return [];
  known.addresses.set(key, address);
  return before && sameAddress(before, address) ? [] : [{ kind: 'added', address }];
}

function followLink(known: Known, link: Link, gone: boolean): RouteChange[] {
  const before = known.links.get(link.index);
  if (gone) {
    known.links.delete(link.index);
    return before ? [...removeAddresses(known, link.index), { kind: 'removed', link: before }] : [];
  }
  known.links.set(link.index, link);
  if (!before) return [{ kind: 'changed', link }];
  if (before.name !== link.name) return followName(known, before, link);
  return sameLink(before, link) ? [] : [{ kind: 'changed', link }];
}

/** Ports know a link by its name: under another one it is another link, and so are its addresses. */
function followName(known: Known, before: Link, link: Link): RouteChange[] {
  const addresses = addressesOn(known, link.index);
  const removed = removeAddresses(known, link.index);
  const added = addresses.map(([key, address]): RouteChange => {
    const renamed = { ...address, interface: link.name };
    known.addresses.set(key, renamed);
    return { kind: 'added', address: renamed };
  });
  return [...removed, { kind: 'removed', link: before }, { kind: 'changed', link }, ...added];
}

function removeAddresses(known: Known, index: number): RouteChange[] {
  return addressesOn(known, index).map(([key, address]) => {
    known.addresses.delete(key);
    return { kind: 'removed', address };
  });
}

const addressesOn = (known: Known, index: number): [string, InterfaceAddress][] =>
  [...known.addresses].filter(([key]) => isKeyOn(key, index));

/** Makes `now` what is known and says how it differs: removals, then links, then what was added. */
export function differences(known: Known, now: Known): RouteChange[] {
  const changes: RouteChange[] = [];
  for (const [key, address] of known.addresses) {
    if (now.addresses.has(key)) continue;
    known.addresses.delete(key);
    changes.push({ kind: 'removed', address });
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
