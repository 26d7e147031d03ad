import type { Instant } from '../base/time.ts';
import type { Cancel } from '../ports/clock.ts';
import { MSG } from './constants.ts';
import * as libc from './libc.ts';
import type { Poller } from './poller.ts';
import { createStampReader } from './receive-stamp.ts';
import { createReceiver, type Received, type Receiver } from './receiver.ts';

export interface PacketListener {
  /** The longest packet; of a longer one the tail is lost. */
  readonly size: number;
  packet(received: Received, at: Instant): void;
}

/**
 * Reads a non-blocking socket for as long as it is watched. What is queued already is thrown away: it may have come
 * before the socket was bound to its interface. Cancelling closes the descriptor, also from within the listener.
 */
export function watchPackets(poller: Poller, fd: number, listener: PacketListener): Cancel {
  const receiver = createReceiver({ data: listener.size, control: 256 });
  const stamps = createStampReader();
  let open = true;

  discardQueued(fd, receiver);

  const unwatch = poller.watch(fd, (budget) => {
    let taken = 0;
    while (open && taken < budget) {
      const received = receiver.receive(fd, MSG.dontWait);
      if (!received.ok) {
        // Nothing more, or an error such as ENETDOWN, which reading has cleared: the link's own change tells of it.
        stamps.empty();
        break;
      }
      taken++;
      listener.packet(received.value, stamps.arrival(received.value.control));
    }
    return taken;
  });

  return () => {
    if (!open) return;
    open = false;
    unwatch();
    libc.close(fd);
  };
}

/** Empties the receive queue. Ends even under a flood: a socket's queue is not this long. */
export function discardQueued(fd: number, receiver: Receiver): void {
  for (let i = 0; i < 100_000; i++) {
    const received = receiver.receive(fd, MSG.dontWait);
    if (!received.ok && received.error === 'EAGAIN') return;
  }
}
