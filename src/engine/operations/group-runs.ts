/** Carrying out what a plan says for a sync group: every member's intent first, then all of them in one tick. */
import { isoTime } from '../../base/time.ts';
import type { OperationRequest, OperationResult, ResultWord } from '../../control/operations.ts';
import type { OperationCommand } from '../routers.ts';
import { type GroupPlan, largest } from './group-plans.ts';
import type { InstanceMechanism } from './instance-plans.ts';
import {
  clearMode,
  type Outcome,
  pushResult,
  type RunContext,
  runInstance,
  storeMode,
  UNMEASURED,
} from './instance-runs.ts';

export async function runGroup(
  request: OperationRequest,
  planned: GroupPlan,
  context: RunContext,
): Promise<OperationResult> {
  const startedAt = isoTime(context.wall());
  const moves = TOGETHER.has(planned.mechanism);
  const outcome = combined(await (moves ? moveTogether : oneByOne)(request, planned, context));
  const { verb, target, predicted } = planned.plan;
  return { id: context.id, verb, target, predicted, startedAt, endedAt: isoTime(context.wall()), ...outcome };
}

const TOGETHER: ReadonlySet<string> = new Set([
  'push',
  'push-immediate',
  'push-to-maintenance',
  'take-over',
  'take-over-pinned',
  'force',
]);

/** The intents are stored first: should we be killed after the hand-over, we must not come back and take it home. */
async function moveTogether(
  request: OperationRequest,
  { members }: GroupPlan,
  context: RunContext,
): Promise<Outcome[]> {
  const each = members.map(({ plan: { target }, mechanism }) => ({
    request: { ...request, target },
    mechanism,
    before: context.intents.instance(target),
  }));
  const restore = (ones: readonly (typeof each)[number][]): void => {
    for (const one of ones) context.intents.setInstance(one.request.target, one.before);
  };
  for (const one of each) {
    const stored = storeFor(one.request, one.mechanism, context);
    if (!stored) continue;
    restore(each);
    return [stored];
  }
  context.step(
    each[0]?.mechanism.startsWith('push')
      ? 'priority 0 sent for all members, serving in silence until the successors speak'
      : 'advertising for all members, their masters yield',
  );
  const reports = await context.routers.operateTogether(
    each.map((one) => commandFor(one.mechanism, one.request.target, `${context.id}/${one.request.target}`)),
  );
  const maintenance = each[0]?.mechanism === 'push-to-maintenance';
  const moved = new Set(['handed-over', 'followed', 'took-over']);
  const stays = each.filter((_, i) => {
    const kind = reports[i]?.outcome.kind ?? '';
    return !moved.has(kind) && !(maintenance && request.force && kind === 'rolled-back');
  });
  restore(stays);
  if (maintenance && stays.length === 0) {
    const failures = each.map((one) => storeMode(one.request, 'maintenance', context));
    const failed = failures.find((one) => one !== undefined);
    if (failed) {
      for (const one of each) storeMode(one.request, 'standby', context);
      restore(each.filter((_, i) => !moved.has(reports[i]?.outcome.kind ?? '')));
      return [{ ...failed, result: 'INCOMPLETE' }];
    }
    await enterMaintenance(members, context);
  }
  return reports.flatMap((report, i) => (each[i] ? [pushResult(each[i].request, report)] : []));
}

async function enterMaintenance(members: GroupPlan['members'], { routers }: RunContext): Promise<void> {
  const commands = members.map(
    ({ plan: { target } }) => ({ type: 'admin', instance: target, mode: 'maintenance', holdPreempt: false }) as const,
  );
  routers.port.send({ type: 'together', commands });
  await routers.fresh();
}

function commandFor(mechanism: InstanceMechanism, instance: string, id: string): OperationCommand {
  if (mechanism === 'push-immediate') return { type: 'push', instance, id, immediate: true };
  if (mechanism.startsWith('push')) return { type: 'push', instance, id };
  if (mechanism === 'force') return { type: 'force-master', instance, id };
  return { type: 'take-over', instance, id, pinned: mechanism === 'take-over-pinned' };
}

function storeFor(request: OperationRequest, mechanism: string, context: RunContext): Outcome | undefined {
  // Of a maintenance too: it is one only when somebody else serves, or nobody shall.
  if (mechanism.startsWith('push')) return storeMode(request, 'standby', context);
  return mechanism === 'take-over-pinned' || mechanism === 'force'
    ? storeMode(request, 'pinned', context)
    : clearMode(request, context);
}

/** Changes of mode move no address at once. */
async function oneByOne(request: OperationRequest, { members }: GroupPlan, context: RunContext): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const member of members) {
    outcomes.push(await runInstance({ ...request, target: member.plan.target }, member, context));
  }
  return outcomes;
}

/** Good where all are; the worst figures of all. */
function combined(outcomes: readonly Outcome[]): Outcome {
  const words = new Set(outcomes.map(({ result }) => result));
  const [only] = words;
  const good = [...words].every((word) => word === 'OK' || word === 'OK_WITH_WARNINGS');
  const result: ResultWord = words.size === 1 && only ? only : good ? 'OK_WITH_WARNINGS' : 'INCOMPLETE';
  const measured = outcomes.map((outcome) => outcome.measured);
  const successors = Object.assign({}, ...outcomes.map((outcome) => outcome.successors ?? {}));
  return {
    result,
    text: [...new Set(outcomes.map(({ text }) => text))].join('; '),
    ...(Object.keys(successors).length > 0 && { successors }),
    measured:
      outcomes.length === 0
        ? UNMEASURED
        : {
            takeOverMs: largest(measured.map(({ takeOverMs }) => takeOverMs)),
            gapMs: largest(measured.map(({ gapMs }) => gapMs)),
            noiseMs: largest(measured.map(({ noiseMs }) => noiseMs)),
          },
  };
}
