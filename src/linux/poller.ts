import { assert } from '../base/assert.ts';
import type { Cancel } from '../ports/clock.ts';
import { POLLIN } from './constants.ts';
import * as libc from './libc.ts';

/** Takes at most `budget` packets from its descriptor and says how many it took. */
export type Readable = (budget: number) => number;

/** Who waits for input; the reactor implements it. The descriptor must be non-blocking and stays its owner's. */
export interface Poller {
  watch(fd: number, readable: Readable): Cancel;
}

export interface PollSet extends Poller {
  /** Sleeps until something is readable, or for `timeoutNs`. */
  wait(timeoutNs: number): void;
  /**
   * Serves what the last wait found, `budget` packets in all. The next turn begins where this one ran out, so that a
   * flood on one descriptor does not silence the others.
   */
  serve(budget: number): void;
}

interface Watch {
  readonly fd: number;
  readonly readable: Readable;
  live: boolean;
}

/** struct pollfd: fd i32, events i16, revents i16. */
const POLLFD = 8;

export function createPollSet(): PollSet {
  let watches: Watch[] = [];
  let polled: Watch[] = [];
  let fds = new Uint8Array(0);
  let first = 0;

  return {
    watch(fd, readable) {
      const watch = { fd, readable, live: true };
      watches = [...watches, watch];
      return () => {
        watch.live = false;
        watches = watches.filter((other) => other !== watch);
      };
    },

    wait(timeoutNs) {
      if (polled !== watches) {
        polled = watches;
        fds = pollArray(polled);
      }
      const ready = libc.poll(fds, polled.length, timeoutNs);
      assert(ready.ok, `ppoll: ${ready.ok ? '' : ready.error}`);
    },

    serve(budget) {
      const turn = polled;
      let left = budget;
      for (let i = 0; i < turn.length && left > 0; i++) {
        const place = (first + i) % turn.length;
        const watch = turn[place];
        // revents: POLLERR and POLLHUP count as readable, and the read then tells what happened.
        if (!watch?.live || fds[place * POLLFD + 6] === 0) continue;
        left -= watch.readable(left);
        if (left <= 0) first = (place + 1) % turn.length;
      }
    },
  };
}

function pollArray(watches: readonly Watch[]): Uint8Array<ArrayBuffer> {
  const fds = new Uint8Array(watches.length * POLLFD);
  const data = new DataView(fds.buffer);
  for (const [i, watch] of watches.entries()) {
    data.setInt32(i * POLLFD, watch.fd, true);
    data.setUint16(i * POLLFD + 4, POLLIN, true);
  }
  return fds;
}
