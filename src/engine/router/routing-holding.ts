/** The routes and rules of one instance on the machine. */
import { ok } from '../../base/result.ts';
import { describeRouting, isRouting, type RoutingEntry } from '../../base/routing.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { RouterPlan } from './messages.ts';

export interface RoutingHolding {
  /** Puts all of it up, in order; returns what the kernel refused, in words. */
  take(): string[];
  /** In the opposite order: no rule may lead to a table that is empty already. */
  release(): string[];
  /** What we have put up, and what the kernel has not now. */
  missing(): RoutingEntry[];
  /** All of it, and whether the kernel has it now. */
  look(): { readonly entry: RoutingEntry; readonly present: boolean }[];
}

export function createRoutingHolding({ routing = [] }: RouterPlan, { routing: kernel }: VrrpHost): RoutingHolding {
  const held = new Set<RoutingEntry>();

  const isIn = (listed: readonly RoutingEntry[], entry: RoutingEntry): boolean =>
    listed.some((one) => isRouting(entry, one));

  const look = (): { entry: RoutingEntry; present: boolean }[] => {
    if (routing.length === 0) return [];
    const found = kernel.list();
    return routing.map((entry) => ({ entry, present: isIn(found, entry) }));
  };

  return {
    take() {
      const problems: string[] = [];
      // An address that has just gone may have taken a route with it.
      const listed = routing.length === 0 ? [] : kernel.list(true);
      for (const entry of routing) {
        const added = isIn(listed, entry) ? ok('present') : kernel.add(entry, listed);
        if (added.ok) held.add(entry);
        else problems.push(`${describeOsError(added.error)}${added.error.code === 'EEXIST' ? SOMEBODY_ELSES : ''}`);
      }
      return problems;
    },
    release() {
      const problems: string[] = [];
      const listed = routing.length === 0 ? [] : kernel.list();
      for (const entry of routing.toReversed()) {
        held.delete(entry);
        const removed = kernel.remove(entry, listed);
        if (!removed.ok) problems.push(describeOsError(removed.error));
      }
      return problems;
    },
    missing: () => look().flatMap(({ entry, present }) => (!present && held.has(entry) ? [entry] : [])),
    look,
  };
}

const SOMEBODY_ELSES = ', somebody else has one in its place, which is left alone';

export interface ExchangedRouting {
  readonly holding: RoutingHolding;
  /** Takes off what a reload has taken away; before the addresses. */
  release(): string[];
  /** Puts up what is new, or has gone with an address; after the addresses. */
  take(): string[];
  /** What was done, for the journal. */
  readonly notes: readonly string[];
}

/** `held`: as master it holds what `before` says. What stays is not touched. */
export function exchangeRouting(
  before: RouterPlan,
  after: RouterPlan,
  held: boolean,
  host: VrrpHost,
): ExchangedRouting {
  const holding = createRoutingHolding(after, host);
  const has = (plan: RouterPlan, entry: RoutingEntry): boolean =>
    (plan.routing ?? []).some((other) => describeRouting(other) === describeRouting(entry));
  const gone = held ? (before.routing ?? []).filter((entry) => !has(after, entry)) : [];
  const added = held ? (after.routing ?? []).filter((entry) => !has(before, entry)) : [];
  return {
    holding,
    release: () => createRoutingHolding({ ...before, routing: gone }, host).release(),
    take: () => (held ? holding.take() : []),
    notes: [
      ...gone.map((entry) => `${describeRouting(entry)} taken away: no longer configured`),
      ...added.map((entry) => `${describeRouting(entry)} put up: newly configured`),
    ],
  };
}
