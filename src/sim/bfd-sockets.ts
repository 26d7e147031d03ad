/** UDP port 3784 of a simulated machine. */
import { familyOf, type IpAddress, inNetwork } from '../base/ip.ts';
import { BROADCAST } from '../base/mac.ts';
import { err, ok } from '../base/result.ts';
import type { BfdDatagram, BfdSockets } from '../ports/bfd-sockets.ts';
import type { Cancel, Clock } from '../ports/clock.ts';
import { osError } from '../ports/os-error.ts';
import type { Kernel } from './kernel.ts';
import type { Transmission } from './packet.ts';

type Open = (select: (transmission: Transmission) => (() => void) | undefined) => Cancel;

/** `open` listens in the kernel and hands over in the program. */
export function createSimBfdSockets(kernel: Kernel, open: Open, clock: Clock): BfdSockets {
  return {
    listen(family, receive) {
      const cancel = open(({ packet }) => {
        if (packet.kind !== 'bfd' || familyOf(packet.source) !== family) return undefined;
        if (!kernel.addresses.holds(packet.destination)) return undefined;
        const { source, destination, ttl, payload } = packet;
        const datagram: BfdDatagram = { source, destination, ttl, payload: payload.slice(), at: clock.now() };
        return () => receive(datagram);
      });
      return ok(cancel);
    },
    open({ neighbor, source, ttl }) {
      const what = `open a BFD socket to ${neighbor}`;
      if (source !== undefined && !kernel.addresses.holds(source)) return err(osError('EADDRNOTAVAIL', what));
      return ok({
        send(message) {
          const route = routeTo(kernel, neighbor);
          if (!route) return err(osError('ENETUNREACH', `send a BFD packet to ${neighbor}`));
          const payload = message.slice();
          // Nobody resolves neighbours here: whoever has not the address lets the packet be.
          const packet = { kind: 'bfd', source: source ?? route.address, destination: neighbor, ttl, payload } as const;
          return kernel.send(route.interface, BROADCAST, packet);
        },
        close() {},
      });
    },
  };
}

const routeTo = (kernel: Kernel, neighbor: IpAddress) =>
  kernel.addresses.list().find(({ address, prefix }) => inNetwork(neighbor, address, prefix));
