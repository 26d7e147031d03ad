import { type Family, familyOf, type IpAddress } from '../base/ip.ts';
import { BROADCAST, macFromBytes } from '../base/mac.ts';
import { err, ok } from '../base/result.ts';
import type { Cancel, Clock } from '../ports/clock.ts';
import type { VrrpHost } from '../ports/host.ts';
import { osError } from '../ports/os-error.ts';
import type { Neighbours, ReceivedArp, VrrpSockets } from '../ports/vrrp-sockets.ts';
import { decodeAh } from '../wire/ah.ts';
import { multicastMac } from '../wire/ethernet.ts';
import { decodeNeighbour } from '../wire/ndp.ts';
import { arpOf } from './arp.ts';
import { createSimBfdSockets } from './bfd-sockets.ts';
import type { Broadcast } from './broadcast.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import { createVirtualMacs } from './virtual-macs.ts';

/** What one program on a simulated machine holds open; all of it ends with the program. */
interface OpenThings {
  /** Listens in the kernel and hands over in the program, unless it has closed by then. */
  open<T>(source: Broadcast<T>, select: (value: T) => (() => void) | undefined): Cancel;
  closeAll(): void;
}

/** The machine as a program on it sees it. `close` is what the kernel does when the program ends. */
export function createHost(
  kernel: Kernel,
  process: Process,
  clock: Clock,
  random: Random,
): { readonly host: VrrpHost; readonly groups: () => readonly JoinedGroup[]; readonly close: () => void } {
  const things = createOpenThings(process);
  const groups = new Set<JoinedGroup>();
  const host: VrrpHost = {
    clock,
    alarms: process.alarms,
    links: {
      list: kernel.links.list,
      find: kernel.links.find,
      watch: (listener) => things.open(kernel.links.changes, (change) => () => listener(change)),
    },
    addresses: {
      list: kernel.addresses.list,
      add: kernel.addresses.add,
      remove: kernel.addresses.remove,
      watch: (listener) => things.open(kernel.addresses.changes, (change) => () => listener(change)),
    },
    routing: {
      list: kernel.routing.list,
      add: kernel.routing.add,
      remove: kernel.routing.remove,
      watch: (listener) => things.open(kernel.routing.changes, () => listener),
    },
    sockets: createSockets(kernel, things, clock, groups),
    neighbours: createNeighbours(kernel, things, clock),
    bfd: createSimBfdSockets(
      kernel,
      (select) => things.open(kernel.received, (one) => select(one.transmission)),
      clock,
    ),
    random,
    virtualMacs: createVirtualMacs(kernel),
  };
  const close = (): void => {
    things.closeAll();
    groups.clear();
  };
  return { host, groups: () => [...groups], close };
}

export interface JoinedGroup {
  readonly interface: string;
  readonly group: IpAddress;
}

function createOpenThings(process: Process): OpenThings {
  const closers = new Set<Cancel>();
  return {
    open(source, select) {
      let open = true;
      const silence = source.listen((value) => {
        const action = select(value);
        if (action) process.deliver(() => open && action());
      });
      const close = (): void => {
        open = false;
        silence();
        closers.delete(close);
      };
      closers.add(close);
      return close;
    },
    closeAll() {
      for (const close of [...closers]) close();
    },
  };
}

function createSockets(kernel: Kernel, things: OpenThings, clock: Clock, groups: Set<JoinedGroup>): VrrpSockets {
  return {
    open({ interface: name, family, group, protocol }, receive) {
      const what = `open a VRRP socket on ${name}`;
      if (!kernel.links.nic(name)) return err(osError('ENODEV', what));
      if (familyOf(group) !== family) return err(osError('EINVAL', `${what}: ${group} is not of IPv${family}`));
      const joined = { interface: name, group };
      groups.add(joined);
      const silence = things.open(kernel.received, ({ interface: arrivedOn, transmission: { packet } }) => {
        if (arrivedOn !== name || packet.kind !== 'vrrp' || familyOf(packet.source) !== family) return undefined;
        // A unicast one has got here only because the address is this machine's.
        if (packet.destination !== group && !kernel.addresses.holds(packet.destination)) return undefined;
        const { source, destination, ttl, payload, whole } = packet;
        if ((whole === undefined) !== (protocol === undefined)) return undefined;
        // The stamp is the kernel's: a program that was paused reads late what arrived in time.
        const at = clock.now();
        return () => receive({ interface: name, source, destination, ttl, payload: payload.slice(), whole, at });
      });
      let open = true;
      return ok({
        send(message, source, unicast, from) {
          if (!open) return err(osError('EBADF', `send on a closed socket of ${name}`));
          if (familyOf(source) !== family) return err(osError('EINVAL', `send on ${name} from ${source} to ${group}`));
          const { address: destination, ttl } = unicast ?? { address: group, ttl: 255 };
          const whole = protocol === 'ah' ? message.slice() : undefined;
          const payload = (whole && decodeAh(whole)?.message) ?? message.slice();
          const packet = { kind: 'vrrp', source, destination, ttl, payload, whole } as const;
          // Nobody resolves neighbours here: whoever has not the address lets the packet be.
          return kernel.send(name, unicast ? BROADCAST : multicastMac(group), packet, unicast ? undefined : from);
        },
        close() {
          open = false;
          groups.delete(joined);
          silence();
        },
      });
    },
  };
}

const ETHERNET_HEADER = 14;

/** ARP, or neighbour discovery in the same words. */
function saidBy(frame: Uint8Array, family: Family): Omit<ReceivedArp, 'interface' | 'at'> | undefined {
  if (family === 4) return arpOf(frame);
  const message = decodeNeighbour(frame);
  if (!message) return undefined;
  const claims = message.kind === 'advertisement';
  return {
    operation: claims ? 'reply' : 'request',
    senderMac: message.mac,
    senderIp: claims ? message.target : message.source,
    targetIp: message.target,
  };
}

function createNeighbours(kernel: Kernel, things: OpenThings, clock: Clock): Neighbours {
  return {
    sendFrame(name, frame) {
      if (frame.length < ETHERNET_HEADER)
        return err(osError('EINVAL', `send a frame of ${frame.length} bytes on ${name}`));
      return kernel.send(name, macFromBytes(frame), { kind: 'frame', bytes: frame.slice() });
    },
    watchArp(name, listener, family = 4) {
      if (!kernel.links.nic(name)) return err(osError('ENODEV', `watch ARP on ${name}`));
      const cancel = things.open(kernel.received, ({ interface: arrivedOn, transmission: { packet } }) => {
        const arp = arrivedOn === name && packet.kind === 'frame' ? saidBy(packet.bytes, family) : undefined;
        if (!arp) return undefined;
        const { operation, senderMac, senderIp, targetIp } = arp;
        const at = clock.now();
        return () => listener({ interface: name, operation, senderMac, senderIp, targetIp, at });
      });
      return ok(cancel);
    },
  };
}
