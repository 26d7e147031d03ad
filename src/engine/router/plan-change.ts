/** What a reload means for an instance: nothing, a change in place, or an end and a new beginning. */
import type { RouterPlan } from './messages.ts';

/** What has a plan: a virtual router. */
interface Planned {
  readonly plan: RouterPlan;
}

export interface PlanExchange<T extends Planned> {
  readonly ended: readonly T[];
  readonly changed: readonly { readonly router: T; readonly plan: RouterPlan }[];
  readonly begun: readonly RouterPlan[];
}

/** Which of `routers` end, which go on by another plan, which plans need a new one. The rest is not touched. */
export function planExchange<T extends Planned>(routers: readonly T[], next: readonly RouterPlan[]): PlanExchange<T> {
  const successor = ({ plan }: Planned): RouterPlan | undefined =>
    next.find((after) => after.config.name === plan.config.name && planChange(plan, after) !== 'restart');
  const kept = new Set(routers.flatMap((router) => successor(router) ?? []));
  return {
    ended: routers.filter((router) => !successor(router)),
    changed: routers.flatMap((router) => {
      const plan = successor(router);
      return plan && planChange(router.plan, plan) === 'in-place' ? [{ router, plan }] : [];
    }),
    begun: next.filter((plan) => !kept.has(plan)),
  };
}

export type PlanChange = 'same' | 'in-place' | 'restart';

/** Of `config`: with another one of these it is another virtual router. */
const IDENTITY = ['name', 'vrid', 'interface', 'family', 'version'] as const;

export function planChange(before: RouterPlan, after: RouterPlan): PlanChange {
  if (IDENTITY.some((key) => before.config[key] !== after.config[key])) return 'restart';
  if (before.multicastGroup !== after.multicastGroup) return 'restart';
  // Its addresses are on other interfaces, or these have other MACs.
  if (JSON.stringify(before.virtualMacs ?? []) !== JSON.stringify(after.virtualMacs ?? [])) return 'restart';
  return text(before) === text(after) ? 'same' : 'in-place';
}

/** Without what says how an instance begins: it has begun. */
function text(plan: RouterPlan): string {
  const {
    admin: _,
    holdPreempt: _held,
    initialFaults: _faults,
    initialTerms: _terms,
    adoptUntil: _adopt,
    ...lasting
  } = plan;
  return JSON.stringify(lasting, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
