/** What one virtual router shows of itself. */
import { describeRouting } from '../../base/routing.ts';
import { elapsed, type Instant } from '../../base/time.ts';
import type { InterfaceAddress } from '../../ports/addresses.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeWhy, effectivePriority } from '../../vrrp/instance.ts';
import type { RouterState } from '../../vrrp/state.ts';
import { masterDownInterval, masterInterval, skewTime } from '../../vrrp/timers.ts';
import type { RouterStatus, StaticStatus } from './messages.ts';
import { wallAt } from './reception.ts';
import { rivalsOf } from './split-brain.ts';
import { virtualMacWords } from './virtual-macs.ts';
import type { VirtualRouter } from './virtual-router.ts';

/** Which addresses the kernel has now, looked up once for all instances. */
export function presentNow(host: VrrpHost): (address: InterfaceAddress) => boolean {
  const key = ({ interface: name, address }: InterfaceAddress): string => `${name} ${address}`;
  const present = new Set(host.addresses.list().map(key));
  return (address) => present.has(key(address));
}

export function routerStatus(
  router: VirtualRouter,
  host: VrrpHost,
  isPresent: (address: InterfaceAddress) => boolean,
  claimants: RouterStatus['claimants'],
): RouterStatus {
  const { plan, counters } = router;
  const { config } = plan;
  const state = router.state();
  const now = host.clock.now();
  const effective = effectivePriority(config, state);
  const routing = router.routing.look().map(({ entry, present }) => ({ what: describeRouting(entry), present }));
  return {
    why: withMissing(
      `${describeWhy(config, state, now).replace(/\.$/, '')}${virtualMacWords(plan, state.state)}.`,
      state,
      routing,
    ),
    rivals: rivalsOf(router, now),
    claimants,
    snapshot: {
      name: config.name,
      group: plan.group,
      state: state.state,
      admin: state.admin,
      leaseEndsAt: null,
      vrid: config.vrid,
      interface: config.interface,
      sourceAddress: router.findSource() ?? null,
      family: config.family,
      version: config.version,
      priority: {
        base: config.priority,
        effective,
        terms: [...state.terms].map(([source, value]) => ({ source, value })),
      },
      preempt: config.preempt,
      master:
        (state.master && {
          address: state.master.address,
          priority: state.master.priority,
          lastAdvertAgoMs: Math.max(0, Math.round(elapsed(state.master.heardAt, now))),
        }) ||
        null,
      virtualAddresses: plan.held.map((held) => ({
        address: `${held.address}/${held.prefix}`,
        interface: held.interface,
        present: isPresent(held),
      })),
      ...(routing.length === 0 ? {} : { virtualRouting: routing }),
      since: sinceOf(router, host),
      reason: state.reason,
      faults: [...state.faults.values()],
      adverts: {
        sent: counters.sent,
        received: counters.received,
        discarded: Object.fromEntries(counters.discarded),
      },
      adverIntervalMs: config.adverInterval,
      masterDownMs: masterDownInterval(config, effective, masterInterval(config, state)),
      skewMs: skewTime(config, effective, masterInterval(config, state)),
    },
  };
}

/** A master that serves without a route of its own is told from one that serves. */
function withMissing(why: string, { state, push }: RouterState, routing: readonly StaticStatus[]): string {
  const missing = routing.filter(({ present }) => !present);
  if (state !== 'master' || push?.immediate || missing.length === 0) return why;
  return `${why.replace(/\.$/, '')}; not there: ${missing.map(({ what }) => what).join(', ')}.`;
}

const told = new WeakMap<Pick<VirtualRouter, 'state'>, { readonly at: Instant; readonly text: string }>();

/** When it came into its state. Converted once: asked again, the two clocks would differ by another millisecond. */
export function sinceOf(router: Pick<VirtualRouter, 'state'>, host: VrrpHost): string {
  const at = router.state().since;
  const before = told.get(router);
  if (before?.at === at) return before.text;
  const text = wallAt(host, at);
  told.set(router, { at, text });
  return text;
}
