/** The successor's side of an aimed push: asked by a master over its link, ready in a moment, master or back as before. */

import { isoTime, milliseconds, type WallTime } from '../../base/time.ts';
import type { BoostAnswer, BoostRequest } from '../../control/boost.ts';
import { EngineError } from '../../control/link.ts';
import type { OperationResult, Plan } from '../../control/operations.ts';
import type { OperationSnapshot } from '../../control/snapshot.ts';
import type { Intents } from '../intents.ts';
import { sameRouter } from '../peers/peer-view.ts';
import type { RouterStatus } from '../router/messages.ts';
import type { HandoverReport, Routers } from '../routers.ts';
import { UNMEASURED } from './instance-runs.ts';

export interface BoostContext {
  readonly routers: Routers;
  readonly intents: Intents;
  readonly wall: () => WallTime;
  readonly by: string;
  readonly begin: (plan: Plan) => OperationSnapshot;
  /** Until its end, which is told. */
  readonly attempt: (operation: OperationSnapshot, run: () => Promise<OperationResult>) => Promise<OperationResult>;
}

/** Answers as soon as all are ready; the rest goes on by itself. Rejects with EngineError 18 where one cannot. */
export async function boost(request: BoostRequest, context: BoostContext): Promise<BoostAnswer> {
  const { routers } = context;
  const names = namesOf(request, routers.statuses());
  const target = names.join(' and ');
  const operation = context.begin(planOf(request, target));
  operation.step = `ready to take over from ${request.from}`;
  const patience = milliseconds(request.withinMs);
  const ended = routers.operateTogether(
    names.map((instance) => ({ type: 'boost', instance, id: idOf(operation.id, instance), patience }) as const),
  );
  const done = context.attempt(operation, async () => {
    const startedAt = operation.startedAt;
    const outcome = settle(names, await ended, request, context);
    const predicted = { takeOverMs: null, gapMs: null };
    const endedAt = isoTime(context.wall());
    return {
      id: operation.id,
      verb: 'failover',
      target,
      predicted,
      measured: UNMEASURED,
      startedAt,
      endedAt,
      ...outcome,
    };
  });
  done.catch(() => {});
  const early = await Promise.race([done, routers.fresh().then(() => undefined)]);
  if (early && early.result !== 'OK') throw new EngineError(early.text, 18);
  const statuses = names.map((name) => routers.status(name).snapshot);
  return {
    id: operation.id,
    instances: statuses.map(({ name, sourceAddress, master }) => ({
      name,
      address: sourceAddress ?? null,
      hears: master?.address ?? null,
    })),
  };
}

/** Nothing where it is over. */
export function release(id: string, routers: Routers): void {
  const commands = routers
    .statuses()
    .map(({ snapshot: { name } }) => ({ type: 'boost-release', instance: name, id: idOf(id, name) }) as const);
  routers.port.send({ type: 'together', commands });
}

const idOf = (operation: string, instance: string): string => `${operation}/${instance}`;

function namesOf({ instances }: BoostRequest, statuses: readonly RouterStatus[]): string[] {
  const all = statuses.map(({ snapshot }) => snapshot);
  const found = instances.map((one) => {
    const same = sameRouter(all, one);
    if (!same) throw new EngineError(`no virtual router of VRID ${one.vrid} here`, 18);
    return same;
  });
  for (const { group, name } of found) {
    const left = all.find((one) => group !== null && one.group === group && !found.includes(one));
    if (left) throw new EngineError(`${name} is in sync group ${group} here, with ${left.name}: it moves as one`, 18);
  }
  return found.map(({ name }) => name);
}

function planOf({ from }: BoostRequest, target: string): Plan {
  return {
    verb: 'failover',
    target,
    title: `Take over ${target} from ${from} when it resigns`,
    command: '',
    checks: [],
    steps: [],
    predicted: { takeOverMs: null, gapMs: null },
    tier: 2,
    blocked: false,
  };
}

/** The pin is on disk once it is there: before that, a restart would take what nobody has given. */
function settle(
  names: readonly string[],
  reports: readonly HandoverReport[],
  { leaseMs, reason, from }: BoostRequest,
  { intents, wall, by }: BoostContext,
): Pick<OperationResult, 'result' | 'text'> {
  const problems = names.flatMap((name, i) => {
    if (reports[i]?.outcome.kind !== 'took-over') return [];
    const stored = intents.setInstance(name, {
      admin: 'pinned',
      leaseEndsAt: wall() + leaseMs,
      reason: reason ?? '',
      by,
    });
    return stored.ok ? [] : [`it is master, but not pinned beyond a restart: ${stored.error}`];
  });
  const reasons = reports.flatMap(({ outcome }) =>
    outcome.kind === 'refused' || outcome.kind === 'aborted' ? [outcome.reason] : [],
  );
  if (reasons.length > 0) return { result: 'REFUSED', text: [...new Set(reasons)].join('; ') };
  if (reports.some(({ outcome }) => outcome.kind !== 'took-over')) {
    return { result: 'ROLLED_BACK', text: `${from} did not hand over: as before` };
  }
  if (problems.length > 0) return { result: 'OK_WITH_WARNINGS', text: problems.join('; ') };
  return { result: 'OK', text: `this node is master of ${names.join(' and ')}, handed over by ${from}` };
}
