import { assert } from '../base/assert.ts';
import { familyOf, type IpAddress, ip } from '../base/ip.ts';
import type { MacAddress } from '../base/mac.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import { isGratuitous } from '../wire/arp.ts';
import { decodeNeighbour, unsolicitedAdvertisement } from '../wire/ndp.ts';
import { type AddressTable, createAddressTable } from './addresses.ts';
import { answerTo, arpOf } from './arp.ts';
import { type Broadcast, createBroadcast } from './broadcast.ts';
import type { Lan } from './lan.ts';
import { createLinkTable, type LinkTable } from './links.ts';
import type { Packet, Transmission } from './packet.ts';
import { createRoutingTable, type RoutingTable } from './routing.ts';
import type { Tracer } from './trace.ts';

/** The kernel of one simulated machine: it goes on answering while the program it hosts is paused or dead. */
export interface Kernel {
  readonly addresses: AddressTable;
  readonly links: LinkTable;
  readonly routing: RoutingTable;
  /** Whatever the LAN handed to an interface that was up. */
  readonly received: Broadcast<{ readonly interface: string; readonly transmission: Transmission }>;
  /** ENODEV: no such interface. ENETDOWN: it is down. Without carrier the packet is lost in silence. */
  send(interfaceName: string, to: MacAddress, packet: Packet, from?: MacAddress): Result<void, OsError>;
  addInterface(name: string, lan: Lan, mac: MacAddress): void;
  /** Macvlan interfaces by name, in private mode: neither they nor their parents answer for each other's addresses. */
  readonly macvlans: ReadonlyMap<string, { readonly parent: string }>;
  /** Down. */
  addMacvlan(name: string, parent: string, mac: MacAddress): void;
  removeInterface(name: string): void;
  /** Administratively. A link that goes down loses its IPv6 addresses and keeps its IPv4 ones, as on Linux. */
  setLink(name: string, up: boolean): void;
}

export function createKernel(owner: string, trace: Tracer): Kernel {
  const links = createLinkTable(owner, trace);
  const addresses = createAddressTable((name) => links.nic(name) !== undefined);
  const routing = createRoutingTable(links, addresses);
  const received: Kernel['received'] = createBroadcast();
  addresses.changes.listen((change) => trace({ kind: 'address', owner, change }));

  const macvlans = new Map<string, { readonly parent: string }>();

  const send: Kernel['send'] = (name, to, packet, from): Result<void, OsError> => {
    const nic = links.nic(name);
    if (!nic) return err(osError('ENODEV', `send on ${name}`));
    if (!nic.enabled) return err(osError('ENETDOWN', `send on ${name}`));
    if (nic.carrier) nic.lan.send(nic.station, { from: from ?? nic.station.mac, to, packet });
    return ok(undefined);
  };

  const dropAddresses = (name: string, family?: 6): void => {
    for (const entry of addresses.list()) {
      if (entry.interface !== name || (family && familyOf(entry.address) !== family)) continue;
      addresses.remove(entry);
    }
  };

  const addLinkLocal = (name: string, mac: MacAddress): void => {
    addresses.add({ interface: name, address: linkLocal(mac), prefix: 64 });
  };

  /** Linux answers for any address of the machine on any interface (arp_ignore 0), but where virtual MACs are. */
  const answersFor = (name: string, address: IpAddress): boolean => {
    const apart = macvlans.has(name) || [...macvlans.values()].some(({ parent }) => parent === name);
    return apart
      ? addresses.list().some((one) => one.interface === name && one.address === address)
      : addresses.holds(address);
  };

  const receiver =
    (name: string, mac: MacAddress) =>
    (transmission: Transmission): void => {
      received.tell({ interface: name, transmission });
      const answer = answerOf(transmission.packet, mac, (address) => answersFor(name, address));
      if (answer) send(name, transmission.from, answer);
    };

  return {
    addresses,
    links,
    routing,
    received,
    send,
    macvlans,
    addInterface(name, lan, mac) {
      links.plug(name, lan, mac, receiver(name, mac));
      addLinkLocal(name, mac);
    },
    addMacvlan(name, parent, mac) {
      const lan = links.nic(parent)?.lan;
      assert(lan, `${owner} has no interface ${parent}`);
      macvlans.set(name, { parent });
      links.plug(name, lan, mac, receiver(name, mac), parent);
      links.alter(name, { enabled: false });
    },
    removeInterface(name) {
      for (const [above, { parent }] of macvlans) if (parent === name) this.removeInterface(above);
      macvlans.delete(name);
      // It went with the one below it.
      if (!links.nic(name)) return;
      dropAddresses(name);
      links.unplug(name);
    },
    setLink(name, up) {
      const before = links.nic(name)?.enabled;
      links.alter(name, { enabled: up });
      const nic = links.nic(name);
      if (!nic || before === nic.enabled) return;
      if (up && !macvlans.has(name)) addLinkLocal(name, nic.station.mac);
      else dropAddresses(name, 6);
    },
  };
}

function answerOf(packet: Packet, mac: MacAddress, answersFor: (address: IpAddress) => boolean): Packet | undefined {
  if (packet.kind === 'frame') {
    const asked = decodeNeighbour(packet.bytes);
    if (asked?.kind === 'solicitation' && answersFor(asked.target)) {
      return { kind: 'frame', bytes: unsolicitedAdvertisement(mac, asked.target) };
    }
    const arp = arpOf(packet.bytes);
    if (arp?.operation !== 'request' || isGratuitous(arp)) return undefined;
    return answersFor(arp.targetIp) ? { kind: 'frame', bytes: answerTo(arp, mac) } : undefined;
  }
  if (packet.kind !== 'echo' || packet.operation !== 'request') return undefined;
  if (!answersFor(packet.destination)) return undefined;
  const { source, destination, sequence } = packet;
  return { kind: 'echo', operation: 'reply', source: destination, destination: source, sequence };
}

/** RFC 4291 appendix A: the interface identifier is the hardware address, its universal bit inverted. */
function linkLocal(mac: MacAddress): IpAddress {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((part) => Number.parseInt(part, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return ip(`fe80::${groups.map((group) => group.toString(16)).join(':')}`);
}
