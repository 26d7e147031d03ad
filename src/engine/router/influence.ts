/** What something tracked in this thread, an interface or a BFD session, does to an instance. */
import type { Instant } from '../../base/time.ts';
import type { Influence } from '../../vrrp/influence.ts';
import type { VirtualRouter } from './virtual-router.ts';

/** `influence` undefined: it is tracked no longer. `reason`: the words of its fault. */
export function exert(
  router: VirtualRouter,
  source: string,
  influence: Influence | undefined,
  reason: string,
  at: Instant,
): void {
  const failed = influence?.kind === 'fault' && influence.failed;
  // A reload may have made one of the other, or nothing at all of it.
  if (!failed) router.dispatch({ type: 'fault-cleared', at, source });
  const value = influence?.kind === 'priority-term' ? influence.value : 0;
  if (value !== 0 || router.state().terms.has(source)) {
    router.dispatch({ type: 'priority-term', at, source, value });
  }
  if (failed) router.dispatch({ type: 'fault', at, source, reason });
}
