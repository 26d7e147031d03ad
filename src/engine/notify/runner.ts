/**
 * Runs notify scripts. Those of one subject run one after another, in the order of its changes, which keepalived does not
 * promise; one that takes longer than `PATIENCE` no longer holds up the next.
 */
import { after, type Duration, seconds } from '../../base/time.ts';
import type { GlobalDefs } from '../../conf/model.ts';
import type { NotifyCommand } from '../../conf/notify-model.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { ScriptResult } from '../../ports/scripts.ts';

const PATIENCE = seconds(10);
/** Of what is run at the end: keepalived gives it as long. */
const LAST_WORDS = seconds(1);

export interface NotifyRunner {
  run(subject: string, command: NotifyCommand | undefined, extra?: readonly string[]): void;
  /** The end has come: what is run from now on waits for nothing, takes the place of what waits, and has a second. */
  hurry(): void;
  /** Resolves when all has ended, after a second at the latest. */
  finish(): Promise<void>;
}

type Job = { readonly command: NotifyCommand; readonly extra: readonly string[] };

export function createNotifyRunner(
  host: ServiceHost,
  global: () => GlobalDefs,
  complain: (subject: string, text: string) => void,
): NotifyRunner {
  const queues = new Map<string, Job[]>();
  let running = 0;
  let limit: Duration | undefined;
  let idle: () => void = () => {};

  function next(subject: string): void {
    const queue = queues.get(subject);
    const job = queue?.[0];
    if (!job) {
      queues.delete(subject);
      return;
    }
    let moved = false;
    const moveOn = (): void => {
      if (moved) return;
      moved = true;
      queue?.shift();
      next(subject);
    };
    const impatient: Cancel = host.alarms.at(after(host.clock.now(), PATIENCE), moveOn);
    start(subject, job, () => {
      impatient();
      moveOn();
    });
  }

  function start(subject: string, { command, extra }: Job, ended: () => void): void {
    const { scriptUser } = global();
    const argv = [...command.argv, ...extra];
    const user = command.user ?? scriptUser?.user;
    const group = command.user === undefined ? scriptUser?.group : command.group;
    running++;
    host.scripts.run({ argv, user, group, timeout: limit }, (result) => {
      const trouble = troubleOf(result);
      if (trouble) complain(subject, `${argv.join(' ')} ${trouble}`);
      ended();
      if (--running === 0) idle();
    });
  }

  return {
    run(subject, command, extra = []) {
      // Nothing that waits may start after the last word on its subject.
      if (limit !== undefined) queues.delete(subject);
      if (!command) return;
      if (limit !== undefined) {
        start(subject, { command, extra }, () => {});
        return;
      }
      const queue = queues.get(subject);
      if (queue) {
        queue.push({ command, extra });
        return;
      }
      queues.set(subject, [{ command, extra }]);
      next(subject);
    },
    hurry() {
      limit = LAST_WORDS;
    },
    finish() {
      if (running === 0) return Promise.resolve();
      return new Promise((resolve) => {
        idle = resolve;
        host.alarms.at(after(host.clock.now(), LAST_WORDS), resolve);
      });
    },
  };
}

function troubleOf(result: ScriptResult): string | undefined {
  switch (result.kind) {
    case 'exited':
      return result.code === 0 ? undefined : `exited with ${result.code}`;
    case 'timed-out':
      return 'did not end in time';
    case 'killed':
      return `was ended by ${result.signal}`;
    case 'not-started':
      return `could not be run: ${result.detail}`;
  }
}
