/** The reactor's worker thread: the virtual routers over the real machine, whose timing nothing else may disturb. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { RouterCommand, RouterPlan } from '../engine/router/messages.ts';
import { createRouterNode } from '../engine/router/node.ts';
import type { Doorbell } from '../linux/doorbell.ts';
import { createReactor } from '../linux/reactor.ts';
import { createVrrpHost } from '../linux/vrrp-host.ts';
import { describeOsError } from '../ports/os-error.ts';

export interface RouterWorkerData {
  readonly plans: readonly RouterPlan[];
  readonly doorbell: Doorbell;
}

assert(parentPort, 'this file runs as a worker thread');
const port = parentPort;
const { plans, doorbell } = workerData as RouterWorkerData;
const reactor = createReactor({ doorbell, onPause: (gap) => node.paused(gap) });
const host = createVrrpHost(reactor);
if (!host.ok) throw new Error(`the kernel's network doors cannot be opened: ${describeOsError(host.error)}`);
const node = createRouterNode(plans, host.value, (report) => port.postMessage(report));
reactor.onMessage(port, (message) => node.command(message as RouterCommand));
reactor.run();
