/** Where operations are asked for: one plan per request, one operation at a time, all of them remembered. */
import { after, isoTime, milliseconds } from '../../base/time.ts';
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
import { type GroupPlan, planGroup } from './group-plans.ts';
import { runGroup } from './group-runs.ts';
import { type InstancePlan, planInstance } from './instance-plans.ts';
import { type RunContext, runInstance } from './instance-runs.ts';
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
const EXAMINED_WITHIN = milliseconds(10_000);
const SERVER_VERBS = new Set(['drain', 'enable', 'offline', 'kick', 'weight']);

export function createOperationDesk(parts: DeskParts): OperationDesk {
  const { routers, board, host } = parts;
  const operations: OperationSnapshot[] = [];
  let count = 0;

  /** The operation that an instance is in; servers' changes are immediate and never in the way. */
  const busyWith = (): string | undefined => {
    const running = operations.find((operation) => operation.result === null);
    return running && `${running.verb} of ${running.target}`;
  };

  async function planFor(request: OperationRequest, operator: Operator): Promise<InstancePlan | GroupPlan> {
    const { name, instances } = resolveTarget(parts.current.configuration, request.target);
    const plans = await Promise.all(instances.map((instance) => planOne({ ...request, target: instance }, operator)));
    const [only, ...more] = plans;
    return only && more.length === 0 ? only : planGroup(request, name, plans);
  }

  /** A reload may take the instance away meanwhile: then nobody answers. */
  function examine(instance: string): ReturnType<Routers['examine']> {
    return new Promise((resolve, reject) => {
      const late = new EngineError(`${instance} could not be examined: the virtual routers do not answer`, 18);
      const cancel = host.alarms.at(after(host.clock.now(), EXAMINED_WITHIN), () => reject(late));
      routers.examine(instance).then(resolve, reject).finally(cancel);
    });
  }

  async function planOne(request: OperationRequest, operator: Operator): Promise<InstancePlan> {
    const status = routers.status(request.target);
    const evidence = await examine(request.target);
    const now = host.clock.wall();
    return planInstance(request, {
      status,
      evidence,
      now,
      busyWith: busyWith(),
      sshServerAddress: operator.sshServer,
    });
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
    return attempt(operation, operator, request.reason, () =>
      parts.reload.run(plan, next, { id: operation.id, wall: () => host.clock.wall() }),
    );
  }

  async function operate(request: OperationRequest, operator: Operator): Promise<OperationResult> {
    if (request.verb === 'reload') return reload(request, operator);
    const planned = SERVER_VERBS.has(request.verb) ? serverPlan(request) : await planFor(request, operator);
    const blocked = planned.plan.checks.find(({ level }) => level === 'BLOCK');
    if (blocked) throw new EngineError(`refused: ${blocked.text} (${blocked.remedy})`, 18);
    requireReason(request);
    // The examination took a while, in which another may have begun.
    const busy = 'changes' in planned ? undefined : busyWith();
    if (busy !== undefined) throw new EngineError(`refused: ${busy} is under way (wait for its end)`, 18);
    const operation = begin(planned.plan, operator);
    const step = (text: string): void => {
      operation.step = text;
      parts.changed();
    };
    const context = { ...parts, id: operation.id, by: operator.by, wall: () => host.clock.wall(), step };
    return attempt(operation, operator, request.reason, () =>
      carryOut({ ...request, target: planned.plan.target }, planned, context),
    );
  }

  /** Whatever goes wrong, the operation is over: the next must not wait for it for ever. */
  async function attempt(
    operation: OperationSnapshot,
    operator: Operator,
    reason: string | undefined,
    run: () => Promise<OperationResult>,
  ): Promise<OperationResult> {
    try {
      const result = await run();
      end(operation, result, operator, reason);
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

/** What can cause an outage says why. EngineError 2 otherwise. */
function requireReason({ verb, reason }: OperationRequest): void {
  if (verb !== 'maintenance' && verb !== 'force-master') return;
  if (!reason?.trim()) throw new EngineError(`${verb} needs a reason: add --reason TEXT`, 2);
}

type Planned = ServerPlan | InstancePlan | GroupPlan;

function carryOut(
  request: OperationRequest,
  planned: Planned,
  context: RunContext & DeskParts,
): Promise<OperationResult> {
  if ('changes' in planned) return runServer(planned, context);
  return 'members' in planned ? runGroup(request, planned, context) : runInstance(request, planned, context);
}

/** The instance of this name; where it is in a sync group, the group: it moves as one. EngineError 2 otherwise. */
function resolveTarget(
  { instances, syncGroups }: Configuration,
  word: string,
): { readonly name: string; readonly instances: readonly string[] } {
  const names = instances.map(({ name }) => name);
  const group = syncGroups.find(({ name, members }) => members.includes(word) || name === word);
  const members = group?.members.filter((member) => names.includes(member)) ?? [];
  if (group && members.length > 1) return { name: group.name, instances: members };
  const only = names.includes(word) ? word : members[0];
  if (only !== undefined) return { name: only, instances: [only] };
  const known = [...names, ...syncGroups.map(({ name }) => name)].join(', ');
  throw new EngineError(`no instance ${word}; there are: ${known || 'none'}`, 2);
}
