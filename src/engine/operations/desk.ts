/** Where operations are asked for: one plan per request, one operation at a time, all of them remembered. */
import { isoTime } from '../../base/time.ts';
import type { Configuration } from '../../conf/model.ts';
import { EngineError } from '../../control/link.ts';
import type { OperationRequest, OperationResult, Plan } from '../../control/operations.ts';
import type { OperationSnapshot } from '../../control/snapshot.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { Intents } from '../intents.ts';
import type { Journal } from '../journal.ts';
import type { Reload } from '../reload/reload.ts';
import type { Routers } from '../routers.ts';
import type { ServiceBoard } from '../services/board.ts';
import { findServers } from '../targets.ts';
import { type InstancePlan, planInstance } from './instance-plans.ts';
import { runInstance } from './instance-runs.ts';
import { planServer, type ServerPlan } from './server-plans.ts';
import { runServer } from './server-runs.ts';

/** Who asks. */
export interface Operator {
  readonly by: string;
  /** The address of ours that the operator's SSH session came in by. */
  readonly sshServer: string | undefined;
}

export interface OperationDesk {
  plan(request: OperationRequest, operator: Operator): Promise<Plan>;
  /** Rejects with EngineError 18 where pre-flight refuses. */
  operate(request: OperationRequest, operator: Operator): Promise<OperationResult>;
  /** Youngest last. */
  recent(): OperationSnapshot[];
}

export interface DeskParts {
  /** What the engine runs by now. */
  readonly current: { readonly configuration: Configuration };
  readonly reload: Reload;
  readonly routers: Routers;
  readonly board: ServiceBoard;
  readonly intents: Intents;
  readonly journal: Journal;
  readonly host: ServiceHost;
  readonly changed: () => void;
}

const REMEMBER = 20;
const SERVER_VERBS = new Set(['drain', 'enable', 'weight']);

export function createOperationDesk(parts: DeskParts): OperationDesk {
  const { routers, board, host } = parts;
  const operations: OperationSnapshot[] = [];
  let count = 0;

  /** The operation that an instance is in; servers' changes are immediate and never in the way. */
  const busyWith = (): string | undefined => {
    const running = operations.find((operation) => operation.result === null);
    return running && `${running.verb} of ${running.target}`;
  };

  async function planFor(request: OperationRequest, operator: Operator): Promise<InstancePlan> {
    const name = resolveInstance(parts.current.configuration, request.target);
    const status = routers.status(name);
    const evidence = await routers.examine(name);
    return planInstance(
      { ...request, target: name },
      { status, evidence, now: host.clock.wall(), busyWith: busyWith(), sshServerAddress: operator.sshServer },
    );
  }

  const serverPlan = (request: OperationRequest): ServerPlan =>
    planServer(request, findServers(board.snapshot(), request.target, request.service), (t) => board.override(t));

  async function reload(request: OperationRequest, operator: Operator): Promise<OperationResult> {
    const { plan, next } = parts.reload.plan(request, busyWith());
    const wrong = plan.checks.filter(({ level }) => level === 'BLOCK').map(({ text }) => text);
    if (wrong.length > 0) {
      write('warning', '', `reload refused, nothing was changed: ${wrong.join('; ')}; by ${operator.by}`);
      throw new EngineError(`nothing was changed: ${wrong.join('\n')}`, 2);
    }
    const operation = begin(plan, operator);
    const result = await parts.reload.run(plan, next, { id: operation.id, wall: () => host.clock.wall() });
    end(operation, result, operator, request.reason);
    return result;
  }

  async function operate(request: OperationRequest, operator: Operator): Promise<OperationResult> {
    if (request.verb === 'reload') return reload(request, operator);
    const planned = SERVER_VERBS.has(request.verb) ? serverPlan(request) : await planFor(request, operator);
    const blocked = planned.plan.checks.find(({ level }) => level === 'BLOCK');
    if (blocked) throw new EngineError(`refused: ${blocked.text} (${blocked.remedy})`, 18);
    // The examination took a while, in which another may have begun.
    const busy = 'changes' in planned ? undefined : busyWith();
    if (busy !== undefined) throw new EngineError(`refused: ${busy} is under way (wait for its end)`, 18);
    const operation = begin(planned.plan, operator);
    try {
      const context = { ...parts, id: operation.id, by: operator.by, wall: () => host.clock.wall() };
      const result =
        'changes' in planned
          ? await runServer(planned, context)
          : await runInstance({ ...request, target: planned.plan.target }, planned, {
              ...context,
              step: (text) => {
                operation.step = text;
                parts.changed();
              },
            });
      end(operation, result, operator, request.reason);
      return result;
    } catch (error) {
      operation.result = 'INCOMPLETE';
      write('warning', operation.target, `${operation.verb} INCOMPLETE: ${String(error)}; by ${operator.by}`);
      parts.changed();
      throw error;
    }
  }

  function begin(plan: Plan, operator: Operator): OperationSnapshot {
    const startedAt = isoTime(host.clock.wall());
    const id = `${startedAt.replace(/[-:.TZ]/g, '')}-${++count}`;
    const { verb, target } = plan;
    const operation = { id, verb, target, by: operator.by, startedAt, step: 'started', result: null };
    operations.push(operation);
    if (operations.length > REMEMBER) operations.shift();
    write('info', target, `${plan.title}: started by ${operator.by}`);
    return operation;
  }

  function end(operation: OperationSnapshot, result: OperationResult, operator: Operator, reason?: string): void {
    operation.result = result.result;
    operation.step = result.text;
    const why = reason ? ` (${reason})` : '';
    const good = result.result === 'OK';
    write(
      good ? 'info' : 'warning',
      result.target,
      `${result.verb} ${result.result}: ${result.text}; by ${operator.by}${why}`,
    );
    parts.changed();
  }

  function write(severity: 'info' | 'warning', subject: string, text: string): void {
    parts.journal.write({ at: isoTime(host.clock.wall()), severity, kind: 'operation', subject, text });
  }

  return {
    async plan(request, operator) {
      if (request.verb === 'reload') return parts.reload.plan(request, busyWith()).plan;
      return SERVER_VERBS.has(request.verb) ? serverPlan(request).plan : (await planFor(request, operator)).plan;
    },
    operate,
    recent: () => operations.map((operation) => ({ ...operation })),
  };
}

/** An instance's name, or that of a sync group with one member. EngineError 2 otherwise. */
function resolveInstance(configuration: Configuration, word: string): string {
  if (configuration.instances.some(({ name }) => name === word)) return word;
  const group = configuration.syncGroups.find(({ name }) => name === word);
  const [only, ...more] = group?.members ?? [];
  if (only !== undefined && more.length === 0) return only;
  if (group)
    throw new EngineError(
      `group ${word} has ${group.members.length} members: name one of ${group.members.join(', ')}`,
      2,
    );
  const names = configuration.instances.map(({ name }) => name).join(', ');
  throw new EngineError(`no instance ${word}; there are: ${names || 'none'}`, 2);
}
