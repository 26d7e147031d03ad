/** The reactor's worker thread: the virtual routers over the real machine, whose timing nothing else may disturb. */
import { MessageChannel, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import { isoTime, type WallTime } from '../base/time.ts';
import type { Scheduling } from '../conf/model.ts';
import type { RouterCommand, RouterPlan, RouterReport, StaticPlan } from '../engine/router/messages.ts';
import { createRouterNode } from '../engine/router/node.ts';
import { rehearse } from '../engine/router/rehearsal.ts';
import type { Doorbell } from '../linux/doorbell.ts';
import { createReactor, type Reactor } from '../linux/reactor.ts';
import { lockCode, makeRealtime } from '../linux/scheduling.ts';
import { createVrrpHost } from '../linux/vrrp-host.ts';
import { describeOsError } from '../ports/os-error.ts';

export interface RouterWorkerData {
  readonly plans: readonly RouterPlan[];
  readonly statics: StaticPlan;
  readonly scheduling: Scheduling;
  readonly doorbell: Doorbell;
}

assert(parentPort, 'this file runs as a worker thread');
const { plans, statics, scheduling, doorbell } = workerData as RouterWorkerData;
// After a standstill several advertisements of each instance wait: all of them count before a master-down timer does.
const packetsATurn = Math.max(256, 8 * plans.length);
const reactor = createReactor({ doorbell, packetsATurn, onPause: (gap) => node.paused(gap) });
const host = createVrrpHost(reactor);
if (!host.ok) throw new Error(`the kernel's network doors cannot be opened: ${describeOsError(host.error)}`);
const nobody = new MessageChannel();
rehearse(plans, host.value, (report) => nobody.port1.postMessage(report));
nobody.port1.close();
const reports = createOutbox(parentPort, reactor);
const node = createRouterNode(plans, host.value, reports.put, statics);
schedule(scheduling, host.value.clock.wall());
reactor.onMessage(parentPort, (message) => node.command(message as RouterCommand));
try {
  reactor.run();
} finally {
  reports.flush();
}

/**
 * Reports leave at the end of the reactor's turn: to write one for the other thread takes as long as to add an address,
 * and the first stands between the advertisement and the addresses.
 */
function createOutbox(port: MessagePort, { defer }: Reactor): { put(report: RouterReport): void; flush(): void } {
  let waiting: RouterReport[] = [];
  const flush = (): void => {
    const reports = waiting;
    waiting = [];
    for (const report of reports) port.postMessage(report);
  };
  return {
    put(report) {
      if (waiting.length === 0) defer(flush);
      waiting.push(report);
    },
    flush,
  };
}

/** Where the kernel refuses, the thread runs on as an ordinary one, and the journal says why. */
function schedule({ realtimePriority, lockCode: lock }: Scheduling, now: WallTime): void {
  const tell = (severity: 'info' | 'warning', text: string): void =>
    reports.put({ type: 'journal', entry: { at: isoTime(now), severity, kind: 'engine', subject: '', text } });
  if (lock) {
    const locked = lockCode();
    if (locked.ok)
      tell('info', `vrrp_no_swap: ${Math.round(locked.value / 2 ** 20)} MB of code are locked into memory`);
    else tell('warning', `vrrp_no_swap has no effect: ${describeOsError(locked.error)}`);
  }
  if (realtimePriority === undefined) return;
  const done = makeRealtime(realtimePriority);
  if (done.ok) tell('info', `vrrp_rt_priority: the virtual routers' thread has realtime priority ${realtimePriority}`);
  else tell('warning', `vrrp_rt_priority has no effect: ${describeOsError(done.error)}`);
}
