/** What the BFD sessions mean for the instances that track them: a fault or an addend. */
import type { VrrpHost } from '../../ports/host.ts';
import { influenceOf } from '../../vrrp/influence.ts';
import { createSessions, type Sessions } from '../bfd/sessions.ts';
import { exert } from './influence.ts';
import type { RouterPlan, RouterReport } from './messages.ts';
import type { SyncGroups } from './sync-groups.ts';
import type { VirtualRouter } from './virtual-router.ts';

export interface TrackedSessions extends Pick<Sessions, 'exchange' | 'snapshot' | 'stop'> {
  /**
   * Tells `router` of the sessions that it tracks, and of those that it tracked `before` a reload. `living`: it is
   * master already. A session of which nothing is known yet changes nothing for that one, and counts as down for all
   * others, as in keepalived.
   */
  tell(router: VirtualRouter, living: boolean, before?: RouterPlan['trackedSessions']): void;
}

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
          judgeSession(router, verdict.session, router.state().state === 'master');
        }
      }
    });
    report({ type: 'session-verdict', verdict });
    changed();
  });

  function judgeSession(router: VirtualRouter, name: string, living: boolean): void {
    const tracked = router.plan.trackedSessions.find(({ session }) => session === name);
    const session = sessions.find(name);
    if (tracked && session && session.usable === undefined && living) return;
    const up = session?.usable === true;
    const reason = `BFD session ${name} is ${up ? 'up' : `down: ${session?.reason ?? 'not configured'}`}`;
    exert(router, `bfd ${name}`, tracked && influenceOf(tracked, up), reason, host.clock.now());
  }

  return {
    exchange: sessions.exchange,
    snapshot: sessions.snapshot,
    stop: sessions.stop,
    tell(router, living, before = []) {
      const names = [...before, ...router.plan.trackedSessions].map(({ session }) => session);
      for (const name of new Set(names)) judgeSession(router, name, living);
    },
  };
}
