/**
 * What a master hears where its virtual MAC is up. The kernel gives a multicast packet whose sender has the MAC of an
 * interface of this machine to that interface alone: a rival with the same virtual MAC is not heard on the parent.
 */
import type { VrrpHost } from '../../ports/host.ts';
import type { ReceivedDatagram, VrrpSocket } from '../../ports/vrrp-sockets.ts';
import type { RouterPlan } from './messages.ts';
import { socketsOf } from './socket-use.ts';
import type { VirtualRouter } from './virtual-router.ts';

export interface VirtualMacEars {
  /** Opens and closes as the instance becomes master and ceases to be. */
  follow(router: VirtualRouter): void;
  /** Whether what came to the group by `datagram.interface` comes by the virtual MAC as well. */
  hasTwice(router: VirtualRouter, datagram: ReceivedDatagram): boolean;
  /** The interface has gone: it is opened anew when there is another one. */
  lost(name: string): void;
  stop(): void;
}

interface Ear {
  readonly name: string;
  readonly sockets: readonly VrrpSocket[];
}

export function createVirtualMacEars(host: VrrpHost, hear: (datagram: ReceivedDatagram) => void): VirtualMacEars {
  const ears = new Map<VirtualRouter, Ear>();

  function shut(router: VirtualRouter): void {
    for (const socket of ears.get(router)?.sockets ?? []) socket.close();
    ears.delete(router);
  }

  function open(router: VirtualRouter, name: string): void {
    const { interface: parent, vrid } = router.plan.config;
    const sockets = socketsOf(router.plan).flatMap(({ options }) => {
      const opened = host.sockets.open({ ...options, interface: name }, (datagram) => {
        if (datagram.payload[1] === vrid) hear({ ...datagram, interface: parent });
      });
      return opened.ok ? [opened.value] : [];
    });
    // Refused: it hears on the parent what can be heard there.
    if (sockets.length > 0) ears.set(router, { name, sockets });
  }

  return {
    follow(router) {
      const name = ownName(router.plan);
      const wanted = name !== undefined && router.state().state === 'master' && host.links.find(name)?.up === true;
      if (!wanted) shut(router);
      else if (!ears.has(router)) open(router, name);
    },
    hasTwice: (router, { destination }) => ears.has(router) && destination === router.plan.multicastGroup,
    lost(name) {
      for (const [router, ear] of ears) if (ear.name === name) shut(router);
    },
    stop() {
      for (const router of [...ears.keys()]) shut(router);
    },
  };
}

/** Peers are not spoken to by the virtual MAC. */
const ownName = ({ virtualMacs, config }: RouterPlan): string | undefined =>
  config.unicast ? undefined : virtualMacs?.find(({ parent }) => parent === config.interface)?.name;
