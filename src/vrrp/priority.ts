import type { RouterConfig } from './config.ts';
import type { AdminMode } from './event.ts';
import type { RouterState } from './state.ts';

/** RFC 3768 §5.3.4: the address owner's priority. */
export const OWNER = 255;
/** "I am leaving" (RFC 3768 §5.3.4). */
export const RESIGNED = 0;
const STANDBY = 1;
const PINNED = 254;

/**
 * What we put into our advertisements. A chosen successor is 254; standby is 1 and pinned 254 whatever is tracked; an owner stays at 255, tracking
 * does not touch it; everybody else is base + terms within 1…254.
 */
export function effectivePriority(config: RouterConfig, state: Pick<RouterState, 'admin' | 'terms' | 'boost'>): number {
  if (state.boost) return PINNED;
  return priorityAs(config, state, state.admin);
}

/** The effective priority that we would have in admin mode `mode`. */
export function priorityAs(config: RouterConfig, state: Pick<RouterState, 'terms'>, mode: AdminMode): number {
  if (mode === 'standby') return STANDBY;
  if (config.priority === OWNER) return OWNER;
  if (mode === 'pinned') return PINNED;
  let priority = config.priority;
  for (const value of state.terms.values()) priority += value;
  return Math.min(254, Math.max(1, priority));
}

/**
 * Whether, as backup, we take mastership from a living master of lower priority. An owner always does (RFC 9568 §6.1);
 * standby never, nor a chosen successor, to whom it is handed over; pinned does in spite of nopreempt, for it is the operator's choice of this node.
 */
export function mayPreempt(config: RouterConfig, state: RouterState): boolean {
  if (state.admin === 'standby' || state.preemptHeld || state.boost) return false;
  return config.preempt || state.admin === 'pinned' || config.priority === OWNER;
}
