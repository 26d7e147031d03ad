/** The sockets of all instances, each for all that need it. */
import type { VrrpHost } from '../../ports/host.ts';
import type { LinkChange } from '../../ports/links.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { ReceivedDatagram, VrrpSocket } from '../../ports/vrrp-sockets.ts';
import type { RouterPlan } from './messages.ts';
import { sendingKey, socketsOf } from './socket-use.ts';
import type { VirtualRouter } from './virtual-router.ts';

export interface SharedSockets {
  /** The one that its advertisements leave by. */
  of(plan: RouterPlan): VrrpSocket | undefined;
  /** Harmless where it is open. Refused, it is a fault of every instance that needs it. */
  open(plan: RouterPlan): void;
  /** Sets or clears that fault of one whose plan has changed: it may send by another socket now. */
  judge(router: VirtualRouter): void;
  /** A socket is bound to an interface's index: it dies with the interface and must follow the one that comes back. */
  reopen(plan: RouterPlan, change: LinkChange): void;
  closeUnused(): void;
  close(): void;
}

export function createSharedSockets(
  routers: () => readonly VirtualRouter[],
  host: VrrpHost,
  receive: (datagram: ReceivedDatagram) => void,
): SharedSockets {
  const sockets = new Map<string, VrrpSocket>();
  /** Why those that could not be opened could not, when it was last tried. */
  const refused = new Map<string, string>();

  function open(plan: RouterPlan): void {
    for (const { key, options } of socketsOf(plan)) {
      if (sockets.has(key)) continue;
      const opened = host.sockets.open(options, receive);
      if (opened.ok) sockets.set(key, opened.value);
      if (opened.ok) refused.delete(key);
      else refused.set(key, describeOsError(opened.error));
      for (const router of routers()) if (sendingKey(router.plan) === key) judge(router);
    }
  }

  function judge(router: VirtualRouter): void {
    const [key, at] = [sendingKey(router.plan), host.clock.now()];
    const reason = refused.get(key);
    if (sockets.has(key)) router.dispatch({ type: 'fault-cleared', at, source: 'socket' });
    else if (reason !== undefined) router.dispatch({ type: 'fault', at, source: 'socket', reason });
  }

  function shut(key: string): void {
    sockets.get(key)?.close();
    sockets.delete(key);
  }

  return {
    of: (plan) => sockets.get(sendingKey(plan)),
    open,
    judge,
    reopen(plan, change) {
      if (change.kind !== 'removed') return open(plan);
      for (const { key } of socketsOf(plan)) shut(key);
    },
    closeUnused() {
      const used = new Set(routers().flatMap(({ plan }) => socketsOf(plan).map(({ key }) => key)));
      for (const key of [...sockets.keys()]) if (!used.has(key)) shut(key);
    },
    close() {
      for (const key of [...sockets.keys()]) shut(key);
    },
  };
}
