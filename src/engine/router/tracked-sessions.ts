/** What the BFD sessions mean for the instances that track them: a fault or an addend. */
import type { VrrpHost } from '../../ports/host.ts';
import { influenceOf } from '../../vrrp/influence.ts';
import { createSessions, type Sessions } from '../bfd/sessions.ts';
import { exert } from './influence.ts';
import type { RouterPlan, RouterReport } from './messages.ts';
import type { SyncGroups } from './sync-groups.ts';
import type { VirtualRouter } from './virtual-router.ts';

export interface TrackedSessions extends Pick<Sessions, 'exchange' | 'snapshot' | 'stop'> {
  /** Tells `router` of the sessions that it tracks, and of those that it tracked `before` a reload. */
  tell(router: VirtualRouter, standing: Standing, before?: RouterPlan['trackedSessions']): void;
}

/**
 * What a session of which nothing is known yet means to an instance: nothing new to one that is master already; to one
 * that adopts its mastership that it is up, or its priority would be another than before; and down to all others, as in
 * keepalived.
 */
export type Standing = 'master' | 'adopting' | 'other';

export const standingOf = (router: VirtualRouter): Standing => (router.state().state === 'master' ? 'master' : 'other');

export function trackSessions(
  host: VrrpHost,
  routers: () => readonly VirtualRouter[],
  groups: Pick<SyncGroups, 'together'>,
  report: (report: RouterReport) => void,
  changed: () => void,
): TrackedSessions {
  const journal: Parameters<typeof createSessions>[1] = (entry) => report({ type: 'journal', entry });
  const sessions = createSessions(host, journal, (verdict) => {
    groups.together(() => {
      for (const router of routers()) {
        if (router.plan.trackedSessions.some(({ session }) => session === verdict.session)) {
          judgeSession(router, verdict.session, standingOf(router));
        }
      }
    });
    report({ type: 'session-verdict', verdict });
    changed();
  });

  function judgeSession(router: VirtualRouter, name: string, standing: Standing): void {
    const tracked = router.plan.trackedSessions.find(({ session }) => session === name);
    const session = sessions.find(name);
    if (tracked && session && session.usable === undefined && standing === 'master') return;
    const up = session !== undefined && (session.usable ?? standing === 'adopting');
    const unknown = session?.usable === undefined ? ' for all that is known yet' : '';
    const reason = `BFD session ${name} is ${up ? `up${unknown}` : `down: ${session?.reason ?? 'not configured'}`}`;
    exert(router, `bfd ${name}`, tracked && influenceOf(tracked, up), reason, host.clock.now());
  }

  return {
    exchange: sessions.exchange,
    snapshot: sessions.snapshot,
    stop: sessions.stop,
    tell(router, standing, before = []) {
      const names = [...before, ...router.plan.trackedSessions].map(({ session }) => session);
      for (const name of new Set(names)) judgeSession(router, name, standing);
    },
  };
}
