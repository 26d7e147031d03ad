import { ip } from '../../src/base/ip.ts';
import { after, type Duration, milliseconds } from '../../src/base/time.ts';
import type { VrrpHost } from '../../src/ports/host.ts';
import type { ReceivedDatagram } from '../../src/ports/vrrp-sockets.ts';
import type { SimNode } from '../../src/sim/node.ts';
import { describeHappening } from '../../src/sim/trace.ts';
import type { World } from '../../src/sim/world.ts';
import { gratuitousArp } from '../../src/wire/arp.ts';
import { encodeVrrp } from '../../src/wire/vrrp.ts';

export const VIP = ip('10.0.0.100');
export const GROUP = ip('224.0.0.18');

/** A node on the segment eth0. */
export const addNode = (world: World, name: string, last: number): SimNode =>
  world.addNode({ name, interfaces: [{ name: 'eth0', address: ip(`10.0.0.${last}`), prefix: 24 }] });

/** The trace from now on, as it grows. */
export function traceOf(world: World): string[] {
  const lines: string[] = [];
  world.observe((happening) => lines.push(describeHappening(happening)));
  return lines;
}

export const advert = (priority: number): Uint8Array =>
  encodeVrrp({
    version: 2,
    vrid: 51,
    priority,
    adverInterval: milliseconds(1000),
    authentication: { type: 'none' },
    addresses: [VIP],
  });

export function listen(host: VrrpHost): ReceivedDatagram[] {
  const heard: ReceivedDatagram[] = [];
  host.sockets.open({ interface: 'eth0', family: 4, group: GROUP }, (datagram) => heard.push(datagram));
  return heard;
}

/** Sends an advertisement every `every`, the first one at once. */
export function advertise(node: SimNode, every: Duration): void {
  const { host } = node;
  const source = node.addresses()[0]!.address;
  const opened = host.sockets.open({ interface: 'eth0', family: 4, group: GROUP }, () => undefined);
  if (!opened.ok) throw new Error(opened.error.code);
  const { value: socket } = opened;
  const tick = (): void => {
    socket.send(advert(100), source);
    host.alarms.at(after(host.clock.now(), every), tick);
  };
  tick();
}

/** Takes the virtual address and tells the LAN, as a new master does. */
export function take(node: SimNode, announce = true): void {
  const { host } = node;
  host.addresses.add({ interface: 'eth0', address: VIP, prefix: 24 });
  if (announce) host.neighbours.sendFrame('eth0', gratuitousArp(host.links.find('eth0')!.mac!, VIP));
}

export const release = (node: SimNode): void => {
  node.host.addresses.remove({ interface: 'eth0', address: VIP, prefix: 24 });
};
