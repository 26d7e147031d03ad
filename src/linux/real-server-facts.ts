/** What check asks of this machine beyond its addresses: the kernel's routing of a packet, sockets, default gateways. */
import { readFileSync } from 'node:fs';
import { familyOf, type IpAddress, inNetwork, ip, ipBytes, ipFromBytes } from '../base/ip.ts';
import type { CheckFacts, Delivery, Listener } from '../realserver/check.ts';
import type { HeldAddress, MachineView } from '../realserver/machine.ts';
import { FLAG } from '../wire/netlink.ts';
import { decodeRoute, isMain, RTM_ROUTE, routeDump, routeLookup } from '../wire/rtnetlink-route.ts';
import * as libc from './libc.ts';
import type { NetlinkConnection } from './netlink-conn.ts';

/** Documentation's own networks (RFC 5737, RFC 3849): no host is there. */
const FAR = { 4: ip('198.51.100.1'), 6: ip('2001:db8:ffff::1') } as const;

export function gatherFacts(
  connection: NetlinkConnection,
  view: MachineView,
  addresses: readonly IpAddress[],
): CheckFacts {
  return {
    deliveries: addresses.flatMap((address) => deliveries(connection, view, address)),
    listeners: listeners(),
    gateways: gateways(connection, view),
  };
}

function deliveries(connection: NetlinkConnection, view: MachineView, address: IpAddress): Delivery[] {
  const family = familyOf(address);
  return view.interfaces.flatMap(({ name, up, arp }) => {
    const own = view.addresses.find(
      (one) => one.interface === name && familyOf(one.address) === family && !isLinkLocal(one),
    );
    const index = libc.interfaceIndex(name);
    if (!up || !arp || !own || !index.ok) return [];
    const clients = [['near', neighbourOf(own, view)] as const, ['far', FAR[family]] as const];
    return clients.map(([client, source]): Delivery => {
      const payload = routeLookup(address, { source, index: index.value });
      const reply = connection.request({ type: RTM_ROUTE.get, payload, what: `look up ${address}` });
      const route = reply.ok ? reply.value.flatMap((message) => decodeRoute(message) ?? [])[0] : undefined;
      const verdict = reply.ok ? (route?.type === 'local' ? 'local' : 'forwarded') : reply.error.code;
      return { address, interface: name, client, verdict };
    });
  });
}

const isLinkLocal = ({ address }: HeldAddress): boolean => address.startsWith('fe80:');

/** An address of the same network that is not ours, so that the kernel believes that it comes from outside. */
function neighbourOf(own: HeldAddress, view: MachineView): IpAddress {
  const bytes = ipBytes(own.address);
  for (let step = 1; step < 255; step++) {
    const other = bytes.slice();
    other[other.length - 1] = ((other.at(-1) ?? 0) ^ step) & 0xff;
    const address = ipFromBytes(other);
    const edge = familyOf(address) === 4 && [0, 255].includes(other.at(-1) ?? 0);
    if (
      !edge &&
      inNetwork(address, own.address, own.prefix) &&
      !view.addresses.some((one) => one.address === address)
    ) {
      return address;
    }
  }
  return FAR[familyOf(own.address)];
}

function gateways(connection: NetlinkConnection, view: MachineView): CheckFacts['gateways'] {
  const names = new Map(
    view.interfaces.flatMap(({ name }) => {
      const index = libc.interfaceIndex(name);
      return index.ok ? [[index.value, name] as const] : [];
    }),
  );
  return ([4, 6] as const).flatMap((family) => {
    const asked = { type: RTM_ROUTE.get, flags: FLAG.dump, payload: routeDump(family), what: 'list the routes' };
    const reply = connection.request(asked);
    return (reply.ok ? reply.value : []).flatMap((message) => {
      const route = decodeRoute(message);
      if (!route || !isMain(route) || route.prefix !== 0 || !route.gateway) return [];
      return [{ address: route.gateway, interface: names.get(route.index ?? 0) ?? '' }];
    });
  });
}

/** Sockets in state LISTEN, and UDP ones that are not connected. */
const WAITING = { tcp: '0A', udp: '07' } as const;

const listeners = (): Listener[] =>
  (['tcp', 'udp'] as const).flatMap((protocol) =>
    ['', '6'].flatMap((suffix) => parseSockets(textOf(`/proc/thread-self/net/${protocol}${suffix}`), protocol)),
  );

/** /proc/net/tcp and its kin: `sl local rem st …`, an address as 32-bit words in host order, in hexadecimal. */
export function parseSockets(table: string, protocol: 'tcp' | 'udp'): Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const found = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local);
    if (!found?.[1] || state !== WAITING[protocol]) return [];
    const words = Buffer.from(found[1], 'hex');
    return [{ protocol, address: ipFromBytes(words.swap32()), port: Number.parseInt(found[2] ?? '', 16) }];
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
