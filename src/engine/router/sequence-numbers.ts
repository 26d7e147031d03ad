/**
 * The numbers of AH, which rise over all masters of a virtual router: whoever becomes master goes on from what it heard,
 * or keepalived takes its packets for old ones. A new life begins at the time of day in seconds and not at 1: its
 * predecessor sent one a second at most, so its peers believe it at once.
 */
import type { WallTime } from '../../base/time.ts';

/** As keepalived has it; at an advertisement a second it takes 136 years. */
const LAST = 0xffff_fffd;

export interface SequenceNumbers {
  /** The highest that was heard; what is not above it is a replay. */
  heard(): number;
  hear(sequence: number): void;
  /** For our next advertisement. After the last one all begins anew. */
  next(): number;
}

export function createSequenceNumbers(now: WallTime): SequenceNumbers {
  const begin = Math.floor(now / 1000);
  let heard = 0;
  let sent = begin > 0 && begin < LAST ? begin : 0;
  return {
    heard: () => heard,
    hear(sequence) {
      heard = Math.max(heard, sequence);
    },
    next() {
      const next = Math.max(heard, sent) + 1;
      if (next > LAST) heard = 0;
      sent = next > LAST ? 1 : next;
      return sent;
    },
  };
}
