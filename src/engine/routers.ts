/** The engine's view of the virtual routers: the last status of each, and requests that are answered by a report. */
import type { SessionConfig } from '../bfd/config.ts';
import { EngineError } from '../control/link.ts';
import type { BfdSnapshot } from '../control/snapshot.ts';
import type { OperationOutcome } from '../vrrp/effect.ts';
import type {
  Evidence,
  HandoverMeasurement,
  LeftAddress,
  RouterCommand,
  RouterPlan,
  RouterReport,
  RouterStatus,
  StaticPlan,
  StaticStatus,
  VipAnswer,
  VipProbeTarget,
} from './router/messages.ts';

/** The virtual routers, in this thread (simulator) or in the reactor's (Linux). */
export interface RouterPort {
  send(command: RouterCommand): void;
  listen(listener: (report: RouterReport) => void): void;
}

export type OperationCommand = Extract<RouterCommand, { type: 'push' | 'take-over' | 'force-master' | 'boost' }>;

export interface HandoverReport {
  readonly outcome: OperationOutcome;
  readonly measured: HandoverMeasurement;
}

export interface Routers {
  readonly port: RouterPort;
  statuses(): readonly RouterStatus[];
  /** Undefined: there is no BFD session. */
  bfd(): BfdSnapshot | undefined;
  status(instance: string): RouterStatus;
  /** Until a status has come that was made after this call. */
  fresh(): Promise<void>;
  examine(instance: string): Promise<Evidence>;
  /** Which real servers answer ARP for a virtual address; takes a second. */
  probeVips(targets: readonly VipProbeTarget[]): Promise<readonly VipAnswer[]>;
  /** Runs a push or a take-over to its end. */
  operate(command: OperationCommand): Promise<HandoverReport>;
  /** The same for several in one tick; the reports are in the commands' order. */
  operateTogether(commands: readonly OperationCommand[]): Promise<HandoverReport[]>;
  /** `leftBehind`: held by an earlier life. */
  started(sessions: readonly SessionConfig[], leftBehind?: readonly LeftAddress[]): Promise<void>;
  /** Until the routers run by `plans`, and these are the BFD sessions and what is static. */
  reload(plans: readonly RouterPlan[], sessions: readonly SessionConfig[], statics: StaticPlan): Promise<void>;
  statics(): readonly StaticStatus[];
  stop(): Promise<void>;
}

export function createRouters(port: RouterPort, heard: (report: RouterReport) => void): Routers {
  let statuses: readonly RouterStatus[] = [];
  let bfd: BfdSnapshot | undefined;
  let statics: readonly StaticStatus[] = [];
  const waiting = new Map<string, (report: RouterReport) => void>();
  const awaiting: (() => void)[] = [];
  let requests = 0;

  port.listen((report) => {
    if (report.type === 'status') {
      statuses = report.routers;
      bfd = report.bfd;
      statics = report.statics ?? [];
      for (const resolve of awaiting.splice(0)) resolve();
    }
    const key = 'id' in report ? report.id : report.type;
    const resolve = waiting.get(key);
    waiting.delete(key);
    resolve?.(report);
    heard(report);
  });

  function expect<T extends RouterReport['type']>(key: string, type: T): Promise<Extract<RouterReport, { type: T }>> {
    return new Promise((resolve, reject) => {
      waiting.set(key, (report) => {
        if (report.type === type) resolve(report as Extract<RouterReport, { type: T }>);
        else reject(new Error(`expected ${type}, got ${report.type}`));
      });
    });
  }

  return {
    port,
    statuses: () => statuses,
    bfd: () => bfd,
    statics: () => statics,
    status(instance) {
      const found = statuses.find((status) => status.snapshot.name === instance);
      if (!found) throw new EngineError(`no instance ${instance}`, 2);
      return found;
    },
    async fresh() {
      // One may be on its way already that was made before.
      for (let i = 0; i < 2; i++) await new Promise<void>((resolve) => awaiting.push(resolve));
    },
    async examine(instance) {
      const id = `examine-${++requests}`;
      const answer = expect(id, 'evidence');
      port.send({ type: 'examine', instance, id });
      return (await answer).evidence;
    },
    async probeVips(targets) {
      const id = `probe-${++requests}`;
      const answer = expect(id, 'vip-answers');
      port.send({ type: 'probe-vips', id, targets });
      return (await answer).answers;
    },
    async operate(command) {
      const answer = expect(command.id, 'operation');
      port.send(command);
      const { outcome, measured } = await answer;
      return { outcome, measured };
    },
    async operateTogether(commands) {
      const answers = commands.map(({ id }) => expect(id, 'operation'));
      port.send({ type: 'together', commands });
      const reports = await Promise.all(answers);
      return reports.map(({ outcome, measured }) => ({ outcome, measured }));
    },
    async started(sessions, leftBehind) {
      const answer = expect('started', 'started');
      port.send({ type: 'start', sessions, ...(leftBehind && { leftBehind }) });
      await answer;
    },
    async reload(plans, sessions, statics) {
      const answer = expect('reloaded', 'reloaded');
      port.send({ type: 'reload', plans, sessions, statics });
      await answer;
    },
    async stop() {
      const answer = expect('stopped', 'stopped');
      port.send({ type: 'stop' });
      await answer;
    },
  };
}
