import type { Alarms, Cancel } from '../ports/clock.ts';
import type { Timeline } from './clock.ts';

/**
 * The life of the program on a simulated machine. The kernel goes on without it: what arrives while it is paused waits
 * in its sockets, and what it had set rings late, after it has read them.
 */
export interface Process {
  state(): 'running' | 'paused' | 'dead';
  readonly alarms: Alarms;
  /** What the kernel hands to the program: in order, at the present instant, never from within this call. */
  deliver(action: () => void): void;
  pause(): void;
  resume(): void;
  /** For ever; alarms and deliveries under way are gone. */
  kill(): void;
}

export function createProcess(timeline: Timeline): Process {
  let state: 'running' | 'paused' | 'dead' = 'running';
  const inbox: (() => void)[] = [];
  const overdue: (() => void)[] = [];

  const present = () => timeline.clock.now();
  const takeOne = (): void => {
    if (state === 'running') inbox.shift()?.();
  };

  return {
    state: () => state,
    alarms: {
      at(deadline, ring) {
        let cancelled = false;
        const fire = (): void => {
          if (cancelled) return;
          if (state === 'paused') overdue.push(fire);
          else if (state === 'running') ring();
        };
        const withdraw: Cancel = timeline.schedule(deadline, 'alarm', fire);
        return () => {
          cancelled = true;
          withdraw();
        };
      },
    },
    deliver(action) {
      if (state === 'dead') return;
      inbox.push(action);
      if (state === 'running') timeline.schedule(present(), 'delivery', takeOne);
    },
    pause() {
      if (state === 'running') state = 'paused';
    },
    resume() {
      if (state !== 'paused') return;
      state = 'running';
      for (let i = 0; i < inbox.length; i++) timeline.schedule(present(), 'delivery', takeOne);
      for (const fire of overdue.splice(0)) timeline.schedule(present(), 'alarm', fire);
    },
    kill() {
      state = 'dead';
      inbox.length = 0;
      overdue.length = 0;
    },
  };
}
