/** What becomes of routes and rules behind our back: left over by a killed predecessor, or taken away by somebody. */
import { describeRouting, isRouting } from '../../base/routing.ts';
import { isoTime } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { JournalEntry, RouterPlan, StaticPlan } from './messages.ts';
import { createStatics, type Statics } from './statics.ts';
import type { VirtualRouter } from './virtual-router.ts';

/** Whatever bears our mark, and belongs neither to who adopts its mastership nor to what is static. */
export function removeRoutingLeftovers(
  adopted: ReadonlySet<RouterPlan>,
  statics: StaticPlan,
  host: VrrpHost,
  tell: (entry: JournalEntry) => void,
): void {
  const kept = [...statics.routing, ...[...adopted].flatMap(({ routing }) => routing ?? [])];
  const write = (severity: 'info' | 'error', text: string): void =>
    tell({ at: isoTime(host.clock.wall()), severity, kind: 'address', subject: '', text });
  const left = host.routing.list().filter((found) => !kept.some((wanted) => isRouting(wanted, found)));
  // Rules first: none may lead to a table that is empty already.
  for (const entry of [...left.filter(isRule), ...left.filter((one) => !isRule(one))]) {
    const removed = host.routing.remove(entry);
    if (removed.ok && removed.value === 'removed')
      write('info', `removed ${describeRouting(entry)}: left over from an earlier run`);
    else if (!removed.ok)
      write('error', `cannot remove left-over ${describeRouting(entry)}: ${describeOsError(removed.error)}`);
  }
}

const isRule = ({ kind }: { readonly kind: string }): boolean => kind === 'rule';

/** What is static, and the news of it and of what the masters hold. Who has nothing of either pays nothing for it. */
export function watchRouting(
  routers: readonly VirtualRouter[],
  host: VrrpHost,
  tell: (entry: JournalEntry) => void,
): Statics {
  const statics = createStatics(host, tell);
  let unwatch: Cancel | undefined;

  const heard = (): void => {
    for (const router of routers) noticeMissing(router, host);
    statics.look();
  };

  const listen = (wanted: boolean): void => {
    if (wanted) unwatch ??= host.routing.watch(heard);
    else unwatch?.();
    if (!wanted) unwatch = undefined;
  };

  return {
    ...statics,
    exchange(plan) {
      statics.exchange(plan);
      listen(plan.routing.length > 0 || routers.some((router) => router.plan.routing?.length));
    },
    stop() {
      listen(false);
      statics.stop();
    },
  };
}

function noticeMissing(router: VirtualRouter, host: VrrpHost): void {
  if (!router.plan.routing?.length || router.state().state !== 'master') return;
  const what = router.routing.missing().map(describeRouting);
  // One event for all of it: each makes the router look through everything that it holds.
  if (what.length > 0) router.dispatch({ type: 'routing-removed', at: host.clock.now(), what });
}
