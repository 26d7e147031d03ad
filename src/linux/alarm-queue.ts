import type { Instant } from '../base/time.ts';
import type { Alarms, Cancel } from '../ports/clock.ts';

interface Alarm {
  readonly deadline: Instant;
  readonly ring: () => void;
  pending: boolean;
}

/** Alarms in the order of their deadlines; those of the same deadline in the order in which they were set. */
export interface AlarmQueue extends Alarms {
  next(): Instant | undefined;
  /** Rings what is due at `now`. An alarm that is set meanwhile waits for the next call, whatever its deadline. */
  ring(now: Instant): void;
}

export function createAlarmQueue(): AlarmQueue {
  const queue: Alarm[] = [];

  const at = (deadline: Instant, ring: () => void): Cancel => {
    const alarm: Alarm = { deadline, ring, pending: true };
    queue.splice(countDue(queue, deadline), 0, alarm);
    return () => {
      if (!alarm.pending) return;
      alarm.pending = false;
      const place = queue.indexOf(alarm);
      if (place >= 0) queue.splice(place, 1);
    };
  };

  return {
    at,
    next: () => queue[0]?.deadline,
    ring(now) {
      for (const alarm of queue.splice(0, countDue(queue, now))) {
        if (!alarm.pending) continue; // an alarm before it in this round has cancelled it
        alarm.pending = false;
        alarm.ring();
      }
    },
  };
}

/** How many alarms have a deadline at or before `now`. */
function countDue(queue: readonly Alarm[], now: Instant): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((queue[middle]?.deadline ?? Number.POSITIVE_INFINITY) <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}
