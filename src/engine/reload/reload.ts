/** Reading the configuration again and running by it: never an election, and nothing half-applied. */
import { isoTime, type WallTime } from '../../base/time.ts';
import type { Configuration } from '../../conf/model.ts';
import { EngineError } from '../../control/link.ts';
import type { OperationRequest, OperationResult, Plan } from '../../control/operations.ts';
import { routerPlans, sessionConfigs, staticPlan } from '../assemble.ts';
import type { Intents } from '../intents.ts';
import type { RouterPlan } from '../router/messages.ts';
import type { Routers } from '../routers.ts';
import type { ServiceBoard } from '../services/board.ts';
import { planReload, type Reread } from './plan.ts';

/** What the engine runs by now. */
export interface Current {
  configuration: Configuration;
  plans: readonly RouterPlan[];
}

export interface ReloadParts {
  readonly file: string;
  readonly current: Current;
  /** Undefined where there is nothing to read again. */
  readonly reread: (() => Reread) | undefined;
  readonly intents: Intents;
  readonly routers: Routers;
  readonly board: ServiceBoard;
  /** Before the virtual routers change over. */
  readonly changing: (next: Configuration) => void;
  /** What follows scripts, files and processes, once it runs. */
  readonly tracks: () => { reload(configuration: Configuration): void } | undefined;
}

export interface Reload {
  plan(request: OperationRequest, busyWith: string | undefined): { readonly plan: Plan; readonly next: Configuration };
  run(plan: Plan, next: Configuration, context: { readonly id: string; wall(): WallTime }): Promise<OperationResult>;
}

export function createReload(parts: ReloadParts): Reload {
  const { current, routers, intents } = parts;
  return {
    plan(request, busyWith) {
      if (!parts.reread) throw new EngineError('this engine has no file to read again', 2);
      const reread = parts.reread();
      const plan = planReload(request, reread, {
        file: parts.file,
        before: current.configuration,
        plansBefore: current.plans,
        plansAfter: routerPlans(reread.configuration, intents),
        instances: routers.statuses().map(({ snapshot }) => snapshot),
        busyWith,
      });
      return { plan, next: reread.configuration };
    },
    async run(plan, next, { id, wall }) {
      const startedAt = isoTime(wall());
      const plans = routerPlans(next, intents);
      current.configuration = next;
      // Until the routers have changed over, the addresses of both are ours to clean up.
      current.plans = [...current.plans, ...plans];
      parts.changing(next);
      await routers.reload(plans, sessionConfigs(next), staticPlan(next));
      current.plans = plans;
      parts.tracks()?.reload(next);
      parts.board.reload(next);
      await routers.fresh();
      return {
        id,
        verb: 'reload',
        target: plan.target,
        result: 'OK',
        text: `reloaded ${parts.file}: ${plan.steps.join('; ')}`,
        predicted: plan.predicted,
        measured: { takeOverMs: null, gapMs: null, noiseMs: null },
        startedAt,
        endedAt: isoTime(wall()),
      };
    },
  };
}
