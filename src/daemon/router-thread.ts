/** The main thread's end of the virtual routers. */
import { Worker } from 'node:worker_threads';
import type { Scheduling } from '../conf/model.ts';
import type { RouterPlan, RouterReport, StaticPlan } from '../engine/router/messages.ts';
import type { RouterPort } from '../engine/routers.ts';
import { createDoorbell } from '../linux/doorbell.ts';
import { openChannel, type ReactorChannel } from '../linux/reactor-channel.ts';
import { describeOsError } from '../ports/os-error.ts';
import type { RouterWorkerData } from './router-worker.ts';

export interface RouterThread extends RouterPort {
  stop(): void;
}

/** The routers report twice a second at least. So many seconds without a word, in which this thread did run: they hang. */
const SILENT_SECONDS = 5;

/** `died` is called when the thread ends without having been asked to, or hangs. */
export function startRouterThread(
  plans: readonly RouterPlan[],
  statics: StaticPlan,
  scheduling: Scheduling,
  died: (error: Error) => void,
): RouterThread {
  const doorbell = createDoorbell();
  if (!doorbell.ok) throw new Error(describeOsError(doorbell.error));
  const workerData: RouterWorkerData = { plans, statics, scheduling, doorbell: doorbell.value };
  const worker = new Worker(new URL('./router-worker.js', import.meta.url), { workerData });
  const channel = openChannel(worker, doorbell.value);
  let stopping = false;
  watchSilence(channel, () => stopping || died(new Error(`no word from the thread for ${SILENT_SECONDS} s: it hangs`)));
  worker.on('error', died);
  worker.on('exit', (code) => {
    if (!stopping) died(new Error(`the virtual routers' thread ended with ${code}`));
  });
  return {
    send: (command) => channel.send(command),
    listen: (listener) => channel.onMessage((message) => listener(message as RouterReport)),
    stop() {
      stopping = true;
      channel.stop();
    },
  };
}

/** Counts from the first report on, and in ticks of this thread: a pause of the whole process is no silence. */
function watchSilence(channel: ReactorChannel, silent: () => void): void {
  let ticks = Number.NEGATIVE_INFINITY;
  channel.onMessage(() => {
    ticks = 0;
  });
  const timer = setInterval(() => {
    ticks += 1;
    if (ticks < SILENT_SECONDS) return;
    clearInterval(timer);
    silent();
  }, 1000);
  timer.unref();
}
