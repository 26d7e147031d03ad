/** Carrying out what a plan says for a sync group: every member's intent first, then all of them in one tick. */
import { isoTime } from '../../base/time.ts';
import type { OperationRequest, OperationResult, ResultWord } from '../../control/operations.ts';
import type { OperationCommand } from '../routers.ts';
import { type GroupPlan, largest } from './group-plans.ts';
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
  const moves = ['push', 'take-over', 'take-over-pinned'].includes(planned.mechanism);
  const outcome = combined(await (moves ? moveTogether : oneByOne)(request, planned, context));
  const { verb, target, predicted } = planned.plan;
  return { id: context.id, verb, target, predicted, startedAt, endedAt: isoTime(context.wall()), ...outcome };
}

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
    each[0]?.mechanism === 'push'
      ? 'priority 0 sent for all members, serving in silence until the successors speak'
      : 'advertising for all members, their masters yield',
  );
  const reports = await context.routers.operateTogether(
    each.map((one): OperationCommand => {
      const common = { instance: one.request.target, id: `${context.id}/${one.request.target}` };
      if (one.mechanism === 'push') return { type: 'push', ...common };
      return { type: 'take-over', ...common, pinned: one.mechanism === 'take-over-pinned' };
    }),
  );
  const moved = new Set(['handed-over', 'followed', 'took-over']);
  restore(each.filter((_, i) => !moved.has(reports[i]?.outcome.kind ?? '')));
  return reports.flatMap((report, i) => (each[i] ? [pushResult(each[i].request, report)] : []));
}

function storeFor(request: OperationRequest, mechanism: string, context: RunContext): Outcome | undefined {
  if (mechanism === 'push') return storeMode(request, 'standby', context);
  return mechanism === 'take-over-pinned' ? storeMode(request, 'pinned', context) : clearMode(request, context);
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
  return {
    result,
    text: [...new Set(outcomes.map(({ text }) => text))].join('; '),
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
