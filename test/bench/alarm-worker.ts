/** A reactor in its worker thread with an alarm every `workerData.everyMs`; tells by how much each of `count` was late, ms. */
import { parentPort, workerData } from 'node:worker_threads';
import { after, elapsed, type Instant, milliseconds } from '../../src/base/time.ts';
import { linuxClock } from '../../src/linux/clock.ts';
import { createReactor } from '../../src/linux/reactor.ts';

const { everyMs, count } = workerData as { readonly everyMs: number; readonly count: number };
const reactor = createReactor();
const late: number[] = [];
const next = (deadline: Instant): void => {
  reactor.alarms.at(deadline, () => {
    late.push(elapsed(deadline, linuxClock.now()));
    if (late.length < count) next(after(deadline, milliseconds(everyMs)));
    else reactor.stop();
  });
};
next(after(linuxClock.now(), milliseconds(everyMs)));
reactor.run();
parentPort?.postMessage(late);
