/** Where operations are asked for: one plan per request, one operation at a time, all of them remembered. */
import { after, isoTime, milliseconds, type WallTime } from '../../base/time.ts';
import type { Configuration } from '../../conf/model.ts';
import type { BoostAnswer, BoostRequest } from '../../control/boost.ts';
import { EngineError } from '../../control/link.ts';
import type { OperationRequest, OperationResult, Plan } from '../../control/operations.ts';
import type { OperationSnapshot, Snapshot } from '../../control/snapshot.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { Intents } from '../intents.ts';
import type { Journal } from '../journal.ts';
import type { PeerLinks } from '../peers/peer-links.ts';
import { viewOf, withLinked } from '../peers/peer-view.ts';
import type { Reload } from '../reload/reload.ts';
import type { Routers } from '../routers.ts';
import type { ServiceBoard } from '../services/board.ts';
import { findServers } from '../targets.ts';
import { type AimedTarget, runAimed } from './aimed-run.ts';
import { boost, received } from './boosts.ts';
import { type Chosen, release } from './chosen.ts';
import { type GroupPlan, planGroup } from './group-plans.ts';
import { runGroup } from './group-runs.ts';
import { type InstancePlan, planInstance, skewUnit } from './instance-plans.ts';
import { type RunContext, runInstance, UNMEASURED } from './instance-runs.ts';
import type { OwnSide } from './linked-checks.ts';
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
  /** For another hatop's aimed push: to be its successor. */
  boost(request: BoostRequest, operator: Operator): Promise<BoostAnswer>;
  release(id: string): Promise<void>;
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
  readonly peers: PeerLinks;
  /** This node, as its peers are compared with. */
  readonly own: () => OwnNode;
  readonly changed: () => void;
}

export type OwnNode = OwnSide & Pick<Snapshot, 'host'>;

const REMEMBER = 20;
const EXAMINED_WITHIN = milliseconds(10_000);
const SERVER_VERBS = new Set(['drain', 'enable', 'offline', 'kick', 'weight']);

export function createOperationDesk(parts: DeskParts): OperationDesk {
  const { routers, board, host } = parts;
  const operations: OperationSnapshot[] = [];
  let count = 0;
  /** The last one: there is never more than one at a time. */
  let chosen: Chosen | undefined;

  /** The operation that an instance is in; servers' changes are immediate and never in the way. */
  const busyWith = (): string | undefined => {
    const running = operations.find((operation) => operation.result === null);
    return running && `${running.verb} of ${running.target}`;
  };

  async function planFor(request: OperationRequest, operator: Operator): Promise<InstancePlan | GroupPlan> {
    const { name, instances } = resolveTarget(parts.current.configuration, request.target);
    if (request.to !== undefined && request.verb !== 'failover') throw new EngineError('--to goes with failover', 2);
    await parts.peers.fresh();
    const plans = await Promise.all(instances.map((instance) => planOne({ ...request, target: instance }, operator)));
    const [only, ...more] = plans;
    return only && more.length === 0 ? only : planGroup(request, name, plans);
  }

  /** A reload may take the instance away meanwhile: then nobody answers. */
  const examine = (instance: string): ReturnType<Routers['examine']> =>
    inTime(routers.examine(instance), `${instance} could not be examined: the virtual routers do not answer`);

  function inTime<T>(answer: Promise<T>, late: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new EngineError(late, 18));
      const cancel = host.alarms.at(after(host.clock.now(), EXAMINED_WITHIN), giveUp);
      answer.then(resolve, reject).finally(cancel);
    });
  }

  async function planOne(request: OperationRequest, operator: Operator): Promise<InstancePlan> {
    const status = routers.status(request.target);
    const heard = await examine(request.target);
    const peers = parts.peers.peers().map((peer) => viewOf(peer, status.snapshot));
    const evidence = withLinked(heard, peers);
    const now = host.clock.wall();
    return planInstance(request, {
      status,
      evidence,
      now,
      busyWith: busyWith(),
      sshServerAddress: operator.sshServer,
      peers,
      own: parts.own(),
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
    const act = (): Promise<OperationResult> => carryOut({ ...request, target: planned.plan.target }, planned, context);
    return attempt(operation, operator, request.reason, () => {
      if (request.to === undefined || 'changes' in planned) return act();
      const refused = (text: string): OperationResult => refusal(planned.plan, operation, text, host.clock.wall());
      const aimed = { host: parts.own().host, peers: parts.peers, step, refused, inTime };
      return runAimed(request, aimedTarget(planned), aimed, act);
    });
  }

  function aimedTarget(planned: InstancePlan | GroupPlan): AimedTarget {
    const members = 'members' in planned ? planned.members : [planned];
    const snapshots = members.map(({ plan: { target } }) => routers.status(target).snapshot);
    return {
      peer: members[0]?.aim?.peer?.name,
      instances: snapshots.map(({ name, vrid, family, sourceAddress }, i) => {
        return { name, vrid, family, address: members[i]?.aim?.address ?? '', ownAddress: sourceAddress ?? undefined };
      }),
      patienceMs: Math.max(...snapshots.map((one) => Math.round(3 * one.adverIntervalMs + skewUnit(one) + 500))),
    };
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
      operation.endedAt = isoTime(host.clock.wall());
      write('warning', operation.target, `${operation.verb} INCOMPLETE: ${String(error)}; by ${operator.by}`);
      parts.changed();
      throw error;
    }
  }

  function begin(plan: Plan, operator: Operator): OperationSnapshot {
    const startedAt = isoTime(host.clock.wall());
    const id = `${startedAt.replace(/[-:.TZ]/g, '')}-${++count}`;
    const { verb, target } = plan;
    const operation: OperationSnapshot = {
      id,
      verb,
      target,
      by: operator.by,
      startedAt,
      step: 'started',
      result: null,
      endedAt: null,
      predicted: plan.predicted,
      measured: { takeOverMs: null, gapMs: null },
    };
    operations.push(operation);
    if (operations.length > REMEMBER) operations.shift();
    write('info', target, `${plan.title}: started by ${operator.by}`);
    return operation;
  }

  function end(operation: OperationSnapshot, result: OperationResult, operator: Operator, reason?: string): void {
    operation.result = result.result;
    operation.step = result.text;
    operation.endedAt = result.endedAt;
    operation.measured = { takeOverMs: result.measured.takeOverMs, gapMs: result.measured.gapMs };
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
    async boost(asked, operator) {
      const request = received(asked);
      const busy = busyWith();
      if (busy !== undefined) throw new EngineError(`${busy} is under way`, 18);
      return boost(request, {
        routers,
        intents: parts.intents,
        wall: () => host.clock.wall(),
        by: operator.by,
        remember(next) {
          chosen = next;
        },
        begin: (plan) => begin(plan, operator),
        attempt: (operation, run) => attempt(operation, operator, request.reason, run),
      });
    },
    async release(id) {
      if (chosen?.id === id) await release(chosen, { routers, intents: parts.intents, write });
    },
    recent: () => operations.map((operation) => ({ ...operation })),
  };
}

function refusal(
  { verb, target, predicted }: Plan,
  { id, startedAt }: OperationSnapshot,
  text: string,
  wall: WallTime,
): OperationResult {
  const endedAt = isoTime(wall);
  return { id, verb, target, result: 'REFUSED', text, predicted, measured: UNMEASURED, startedAt, endedAt };
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
