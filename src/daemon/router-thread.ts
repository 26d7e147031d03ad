/** The main thread's end of the virtual routers. */
import { Worker } from 'node:worker_threads';
import type { RouterPlan, RouterReport } from '../engine/router/messages.ts';
import type { RouterPort } from '../engine/routers.ts';
import { createDoorbell } from '../linux/doorbell.ts';
import { openChannel } from '../linux/reactor-channel.ts';
import { describeOsError } from '../ports/os-error.ts';
import type { RouterWorkerData } from './router-worker.ts';

export interface RouterThread extends RouterPort {
  stop(): void;
}

/** `died` is called when the thread ends without having been asked to. */
export function startRouterThread(plans: readonly RouterPlan[], died: (error: Error) => void): RouterThread {
  const doorbell = createDoorbell();
  if (!doorbell.ok) throw new Error(describeOsError(doorbell.error));
  const workerData: RouterWorkerData = { plans, doorbell: doorbell.value };
  const worker = new Worker(new URL('./router-worker.js', import.meta.url), { workerData });
  const channel = openChannel(worker, doorbell.value);
  let stopping = false;
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
