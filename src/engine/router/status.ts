/** What one virtual router shows of itself. */
import { elapsed, times } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeWhy, effectivePriority } from '../../vrrp/instance.ts';
import { masterDownInterval, masterInterval, skewTime } from '../../vrrp/timers.ts';
import type { RouterStatus } from './messages.ts';
import { wallAt } from './reception.ts';
import type { VirtualRouter } from './virtual-router.ts';

export function routerStatus(router: VirtualRouter, host: VrrpHost): RouterStatus {
  const { plan, counters, holding } = router;
  const { config } = plan;
  const state = router.state();
  const now = host.clock.now();
  const effective = effectivePriority(config, state);
  return {
    why: describeWhy(config, state, now),
    rivals: rivals(router, host),
    snapshot: {
      name: config.name,
      group: plan.group,
      state: state.state,
      admin: state.admin,
      leaseEndsAt: null,
      vrid: config.vrid,
      interface: config.interface,
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
        present: holding.present(held),
      })),
      since: wallAt(host, state.since),
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

/** While we are master: whoever else has advertised within two intervals, with what its adverts disagree on. */
function rivals(router: VirtualRouter, host: VrrpHost): RouterStatus['rivals'] {
  const state = router.state();
  if (state.state !== 'master' || state.push) return [];
  const now = host.clock.now();
  const window = times(2, router.plan.config.adverInterval);
  if (elapsed(state.since, now) < window) return [];
  return router.ledger
    .senders()
    .filter((sender) => sender.priority > 0 && elapsed(sender.heardAt, now) <= window && sender.heardAt > state.since)
    .map(({ address, detail, priority }) => ({
      address,
      cause: detail || `it advertises priority ${priority} and does not hear us (one-way loss or a filter)`,
    }));
}
