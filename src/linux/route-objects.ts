import { assert } from '../base/assert.ts';
import type { InterfaceAddress } from '../ports/addresses.ts';
import type { Link } from '../ports/links.ts';
import { describeOsError } from '../ports/os-error.ts';
import { FLAG } from '../wire/netlink.ts';
import {
  type AddressMessage,
  addressDump,
  decodeAddress,
  decodeLink,
  type LinkMessage,
  linkDump,
  RTM,
} from '../wire/rtnetlink.ts';
import type { NetlinkConnection } from './netlink-conn.ts';

/** Links by index, as the ports show them. */
export type LinkTable = Map<number, Link>;
/** Addresses by what the kernel tells them apart by. */
export type AddressTable = Map<string, InterfaceAddress>;

export const toLink = (link: LinkMessage): Link => ({
  index: link.index,
  name: link.name,
  up: link.adminUp && link.running,
  mtu: link.mtu,
  mac: link.mac,
});

/** Undefined where the interface is not known: it went before its address did. */
export function toAddress(message: AddressMessage, links: LinkTable): InterfaceAddress | undefined {
  const name = links.get(message.index)?.name;
  if (name === undefined) return undefined;
  const { address, prefix, peer, secondary } = message;
  const label = message.label === name ? undefined : message.label;
  return { interface: name, address, prefix, label, peer, secondary };
}

export const addressKey = (message: AddressMessage): string => `${message.index} ${message.address}/${message.prefix}`;
export const isKeyOn = (key: string, index: number): boolean => key.startsWith(`${index} `);

/** Throws where the kernel does not answer: nothing can be decided without knowing the interfaces. */
export function dumpLinks(connection: NetlinkConnection): LinkTable {
  const links: LinkTable = new Map();
  for (const message of dump(connection, RTM.getLink, linkDump(), 'list the interfaces')) {
    const link = decodeLink(message);
    if (link) links.set(link.index, toLink(link));
  }
  return links;
}

/** Throws like `dumpLinks`. */
export function dumpAddresses(connection: NetlinkConnection, links: LinkTable): AddressTable {
  const addresses: AddressTable = new Map();
  for (const message of dump(connection, RTM.getAddr, addressDump(), 'list the addresses')) {
    const found = decodeAddress(message);
    const address = found && toAddress(found, links);
    if (address && !found.tentative) addresses.set(addressKey(found), address);
  }
  return addresses;
}

function dump(connection: NetlinkConnection, type: number, payload: Uint8Array, what: string) {
  const reply = connection.request({ type, flags: FLAG.dump, payload, what });
  assert(reply.ok, reply.ok ? '' : describeOsError(reply.error));
  return reply.value;
}
