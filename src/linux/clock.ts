import { instant, wallTime } from '../base/time.ts';
import type { Clock } from '../ports/clock.ts';
import { CLOCK } from './constants.ts';
import { clockNs } from './libc.ts';

const milliseconds = (clock: number): number => Number(clockNs(clock)) / 1e6;

/** CLOCK_MONOTONIC and CLOCK_REALTIME. The instants of all processes of a machine are on one line. */
export const linuxClock: Clock = {
  // Node's own door to CLOCK_MONOTONIC: asked several times for each packet, and the other one takes five times as long.
  now: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return instant(seconds * 1000 + nanoseconds / 1e6);
  },
  wall: () => wallTime(milliseconds(CLOCK.realtime)),
};

/** Milliseconds since boot, suspended time included, which CLOCK_MONOTONIC leaves out. */
export const sinceBoot = (): number => milliseconds(CLOCK.boottime);
