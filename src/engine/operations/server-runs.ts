/** Carrying out a change of real servers: the intent on disk, then the table, then what the kernel has to say. */
import { isoTime, type WallTime } from '../../base/time.ts';
import type { OperationResult } from '../../control/operations.ts';
import type { Intents } from '../intents.ts';
import type { ServiceBoard } from '../services/board.ts';
import type { ServerPlan } from './server-plans.ts';

export interface ServerRunContext {
  readonly id: string;
  readonly by: string;
  readonly wall: () => WallTime;
  readonly intents: Intents;
  readonly board: ServiceBoard;
}

export async function runServer({ plan, changes }: ServerPlan, context: ServerRunContext): Promise<OperationResult> {
  const startedAt = isoTime(context.wall());
  const problems: string[] = [];
  for (const change of changes) {
    const problem = context.board.change(change, context.by);
    if (problem) problems.push(problem);
  }
  const figures = changes.map(({ target }) => context.board.describe(target)).join('; ');
  return {
    id: context.id,
    verb: plan.verb,
    target: plan.target,
    result: problems.length > 0 ? 'INCOMPLETE' : 'OK',
    text: problems.length > 0 ? problems.join('; ') : figures,
    predicted: plan.predicted,
    measured: { takeOverMs: null, gapMs: null, noiseMs: null },
    startedAt,
    endedAt: isoTime(context.wall()),
  };
}
