import type { MessagePort, Worker } from 'node:worker_threads';
import { type Doorbell, ring, ringToStop } from './doorbell.ts';

/** The main thread's end of the conversation with a reactor in a worker thread. */
export interface ReactorChannel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Ends the reactor's loop; `run()` returns in the worker. */
  stop(): void;
}

/**
 * The worker listens by `reactor.onMessage(parentPort, …)` with the same doorbell (hand it over in `workerData`) and
 * answers by `parentPort.postMessage`. Without the doorbell a message would lie in the queue until the next packet,
 * since the worker's own event loop does not turn while the reactor sleeps; for the same reason the end of the
 * process rings it, or Node would wait for the thread.
 */
export function openChannel(port: Worker | MessagePort, doorbell: Doorbell): ReactorChannel {
  process.once('exit', () => ringToStop(doorbell));
  return {
    send(message) {
      port.postMessage(message);
      ring(doorbell);
    },
    onMessage: (listener) => void port.on('message', listener),
    stop: () => ringToStop(doorbell),
  };
}
