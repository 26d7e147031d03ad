import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type Duration, type Instant, milliseconds } from '../base/time.ts';
import type { Alarms } from '../ports/clock.ts';
import { createAlarmQueue } from './alarm-queue.ts';
import { linuxClock, sinceBoot } from './clock.ts';
import { answer, type Doorbell } from './doorbell.ts';
import * as libc from './libc.ts';
import { createPollSet, type Poller } from './poller.ts';

export interface ReactorOptions {
  /** What wakes the loop for messages and to stop it; the reactor does not close it. */
  readonly doorbell?: Doorbell | undefined;
  /**
   * The loop came round later than it should have: the process was stopped, starved, or the machine slept. Called
   * before the packets that waited meanwhile are served. `gap` counts from when the loop should have been back.
   */
  readonly onPause?: ((gap: Duration) => void) | undefined;
  /**
   * So many packets are served before alarms ring, 256 unless said otherwise: more would let a flood starve them, fewer
   * let an alarm ring while what puts it off is waiting behind others.
   */
  readonly packetsATurn?: number | undefined;
}

/**
 * One blocking poll over all descriptors and alarms, for a worker thread of its own. A turn: sleep, serve what was
 * received (at most `packetsATurn`), then ring the alarms that were due before, then run what was deferred. What rings and what
 * receives is called synchronously; promises do not settle while the loop runs.
 */
export interface Reactor extends Poller {
  readonly alarms: Alarms;
  /** Runs `task` at the end of this turn, or of the first one. */
  defer(task: () => void): void;
  /** Messages that a channel's other end sends; see `reactor-channel.ts`. */
  onMessage(port: MessagePort, listener: (message: unknown) => void): void;
  /** Blocks until `stop()` is called or the doorbell says so. */
  run(): void;
  stop(): void;
}

const PACKETS_A_TURN = 256;
/** Shorter gaps are scheduling noise. */
const PAUSE_MS = 100;
/** The longest sleep, so that a process which is ending is not held up by a loop with nothing to do. */
const LONGEST_SLEEP_MS = 1000;
const PR_SET_TIMERSLACK = 29;

export function createReactor(options: ReactorOptions = {}): Reactor {
  const alarms = createAlarmQueue();
  const polls = createPollSet();
  const ports: { readonly port: MessagePort; readonly listener: (message: unknown) => void }[] = [];
  let deferred: (() => void)[] = [];
  let running = false;
  let due = 0;

  const drainPorts = (): void => {
    for (const { port, listener } of ports) {
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) listener(next.message);
    }
  };

  const { doorbell } = options;
  if (doorbell !== undefined) {
    polls.watch(doorbell, () => {
      if (answer(doorbell) === 'stop') running = false;
      drainPorts();
      return 1;
    });
  }

  const runDeferred = (): void => {
    const tasks = deferred;
    deferred = [];
    for (const task of tasks) task();
  };

  /** Counts from `due`, when the loop should have been here. */
  const reportPause = (): void => {
    const now = sinceBoot();
    const gap = now - due;
    if (gap >= PAUSE_MS) options.onPause?.(milliseconds(gap));
    due = gap >= PAUSE_MS ? sinceBoot() : now;
  };

  const sleep = (): void => {
    const wait = deferred.length > 0 ? 0 : sleepTime(alarms.next(), linuxClock.now());
    due += wait;
    polls.wait(Math.ceil(wait * 1e6));
    reportPause();
  };

  const turn = (): void => {
    reportPause();
    sleep();
    // The clock first, the second look after it: whatever had arrived by `now` is served before an alarm due by `now`
    // rings, however long we may have been stopped since the sleep ended.
    const now = linuxClock.now();
    polls.wait(0);
    polls.serve(options.packetsATurn ?? PACKETS_A_TURN);
    alarms.ring(now);
    runDeferred();
  };

  return {
    alarms,
    watch: polls.watch,
    defer: (task) => void deferred.push(task),
    onMessage: (port, listener) => void ports.push({ port, listener }),
    run() {
      running = true;
      // The slack of an ordinary thread is 50 µs on every sleep. A failure costs that precision and nothing else.
      libc.prctl(PR_SET_TIMERSLACK, 1);
      drainPorts();
      due = sinceBoot();
      while (running) turn();
    },
    stop() {
      running = false;
    },
  };
}

const sleepTime = (next: Instant | undefined, now: Instant): number =>
  next === undefined ? LONGEST_SLEEP_MS : Math.min(LONGEST_SLEEP_MS, Math.max(0, next - now));
