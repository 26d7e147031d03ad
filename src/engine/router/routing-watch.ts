/** What becomes of routes and rules behind our back: left over by a killed predecessor, or taken away by somebody. */
import { describeRouting, isRouting } from '../../base/routing.ts';
import { isoTime } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { JournalEntry, RouterPlan, StaticPlan } from './messages.ts';
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
    if (removed.ok) write('info', `removed ${describeRouting(entry)}: left over from an earlier run`);
    else write('error', `cannot remove left-over ${describeRouting(entry)}: ${describeOsError(removed.error)}`);
  }
}

const isRule = ({ kind }: { readonly kind: string }): boolean => kind === 'rule';

/** Tells the masters what they miss. */
export function noticeMissingRouting(routers: readonly VirtualRouter[], host: VrrpHost): void {
  for (const router of routers) {
    if (!router.plan.routing?.length || router.state().state !== 'master') continue;
    const at = host.clock.now();
    for (const entry of router.routing.missing()) {
      router.dispatch({ type: 'routing-removed', at, what: describeRouting(entry) });
    }
  }
}
