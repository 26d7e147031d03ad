/** The successor's side of an aimed push: asked by a master over its link, ready in a moment, master or back as before. */

import { isoTime, milliseconds, type WallTime } from '../../base/time.ts';
import type { BoostAnswer, BoostRequest } from '../../control/boost.ts';
import { clean } from '../../control/clean.ts';
import { EngineError } from '../../control/link.ts';
import type { OperationResult, Plan } from '../../control/operations.ts';
import type { OperationSnapshot } from '../../control/snapshot.ts';
import type { Intents } from '../intents.ts';
import { sameRouter } from '../peers/peer-view.ts';
import type { RouterStatus } from '../router/messages.ts';
import type { Routers } from '../routers.ts';
import { beforehand, type Chosen, settle } from './chosen.ts';
import { UNMEASURED } from './instance-runs.ts';

export interface BoostContext {
  readonly routers: Routers;
  readonly intents: Intents;
  readonly wall: () => WallTime;
  readonly by: string;
  /** Told of the choice, for its release. */
  readonly remember: (chosen: Chosen) => void;
  readonly begin: (plan: Plan) => OperationSnapshot;
  /** Until its end, which is told. */
  readonly attempt: (operation: OperationSnapshot, run: () => Promise<OperationResult>) => Promise<OperationResult>;
}

const FROM_MAX = 64;
const REASON_MAX = 500;

/** As it may go into journal, intents and status: another machine wrote its texts. */
export function received(request: BoostRequest): BoostRequest {
  const { from, reason } = request;
  return {
    ...request,
    from: clean(from.slice(0, FROM_MAX)),
    reason: reason === undefined ? undefined : clean(reason.slice(0, REASON_MAX)),
  };
}

/** Answers as soon as all are ready; the rest goes on by itself. Rejects with EngineError 18 where one cannot. */
export async function boost(request: BoostRequest, context: BoostContext): Promise<BoostAnswer> {
  const { routers } = context;
  const names = namesOf(request, routers.statuses());
  const target = names.join(' and ');
  const operation = context.begin(planOf(request, target));
  operation.step = `ready to take over from ${request.from}`;
  const patience = milliseconds(request.withinMs);
  const members = names.map((name) => beforehand(routers.status(name).snapshot, context.intents));
  const ended = routers.operateTogether(
    names.map((instance) => ({ type: 'boost', instance, id: idOf(operation.id, instance), patience }) as const),
  );
  const done = context.attempt(operation, async () => {
    const startedAt = operation.startedAt;
    const outcome = settle(members, await ended, request, context);
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
  context.remember({ id: operation.id, from: request.from, done, members });
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

export const idOf = (operation: string, instance: string): string => `${operation}/${instance}`;

function namesOf({ instances }: BoostRequest, statuses: readonly RouterStatus[]): string[] {
  const all = statuses.map(({ snapshot }) => snapshot);
  const found = instances.map((one) => {
    const same = sameRouter(all, one);
    if (!same) throw new EngineError(`no virtual router of VRID ${one.vrid} here`, 18);
    return same;
  });
  const twice = found.findIndex((one, i) => found.indexOf(one) !== i);
  const [here, later] = [found[twice], instances[twice]];
  if (here && later) {
    const words = `${instances[found.indexOf(here)]?.name} and ${later.name} are one virtual router here, ${here.name}`;
    throw new EngineError(`${words} (VRID ${here.vrid}): give each its own here, or move them apart there`, 18);
  }
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
