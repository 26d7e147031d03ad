import { type Instant, instant } from '../base/time.ts';
import { readU64 } from '../wire/netlink.ts';
import { linuxClock } from './clock.ts';
import { SO, SOL } from './constants.ts';
import type { ControlMessage } from './receiver.ts';

/**
 * Puts the kernel's receive stamps (SO_TIMESTAMPNS, wall-clock time) onto the monotonic clock. A stamp is only as
 * good as the wall clock, which may be set between receiving and reading: what it says is held between the moment
 * when the socket was last seen empty and now.
 */
export interface StampReader {
  /** When the packet with these control messages arrived; now, where it carries no stamp. */
  arrival(control: readonly ControlMessage[]): Instant;
  /** Call it when the socket has nothing more. */
  empty(): void;
}

export function createStampReader(clock = linuxClock): StampReader {
  let lastEmpty = clock.now();
  return {
    arrival(control) {
      const now = clock.now();
      const stamp = control.find((message) => message.level === SOL.socket && message.type === SO.timestampNs);
      if (!stamp) return now;
      const stampMs = readU64(stamp.value) * 1000 + readU64(stamp.value.subarray(8)) / 1e6;
      const age = clock.wall() - stampMs;
      return instant(Math.min(now, Math.max(lastEmpty, now - age)));
    },
    empty() {
      lastEmpty = clock.now();
    },
  };
}
