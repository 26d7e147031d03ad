/**
 * The wire as a sensor: who else advertises our VRID while somebody is master, for how long, and why neither yields.
 * One advertisement of a sender that agrees with us is no split brain: it may have lost a packet, and yields to the next.
 */
import { elapsed, type Instant, isoTime, times } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { splitCause } from '../../vrrp/verify.ts';
import type { Sender } from './ledger.ts';
import type { JournalEntry, RouterStatus } from './messages.ts';
import type { VirtualRouter } from './virtual-router.ts';

type Rivals = RouterStatus['rivals'];

/** As master: everybody who has gone on advertising beside us. As backup: all masters, where there is more than one. */
export function rivalsOf(router: VirtualRouter, now: Instant): Rivals {
  const { state, since, push } = router.state();
  const { config } = router.plan;
  const window = times(2, config.adverInterval);
  const speaking = router.ledger.senders().filter((sender) => speaksOn(sender, now));
  if (state === 'backup') return speaking.length > 1 ? speaking.map((sender) => rival(router, sender)) : [];
  if (state !== 'master' || push || elapsed(since, now) < window) return [];
  return speaking.filter(({ heardAt }) => heardAt > since).map((sender) => rival(router, sender));
}

/**
 * For two intervals, without a pause as long as that, and until now: the last one is not two old. One that differs from
 * us discards what we say, and so will not yield whatever it has heard: its first advertisement is enough, and it may be
 * long until the next (keepalived 2.2.7 speaks every fifth interval while it discards another's).
 */
function speaksOn({ claims, priority, since, heardAt, interval, differences }: Sender, now: Instant): boolean {
  if (!claims || priority === 0) return false;
  const silent = elapsed(heardAt, now);
  if (differences.length > 0) return silent < MEMORY * interval;
  return elapsed(since, now) >= 2 * interval && silent < 1.8 * interval;
}

/** In intervals. */
export const MEMORY = 10;

function rival(router: VirtualRouter, { address, priority, differences, verdict, detail }: Sender): Rivals[number] {
  const { cause, text } = splitCause(router.plan.config, differences);
  // What judge has against it and no field of the message shows: its source, its destination.
  const words = cause === 'one-way-loss' && verdict !== 'valid' ? detail : text;
  return { address, priority, kind: cause, cause: words };
}

/** Writes into the journal when a split brain begins, when its cause becomes another, and when it ends. */
export function watchSplitBrain(
  host: VrrpHost,
  journal: (entry: JournalEntry) => void,
): (router: VirtualRouter, rivals: Rivals) => void {
  const known = new Map<VirtualRouter, { readonly words: string; readonly since: Instant }>();
  const write = (router: VirtualRouter, severity: JournalEntry['severity'], text: string): void => {
    const subject = router.plan.config.name;
    journal({ at: isoTime(host.clock.wall()), severity, kind: 'engine', subject, text });
  };
  return (router, rivals) => {
    const before = known.get(router);
    const words = rivals.map(({ address, cause }) => `${address}: ${cause}`).join('; ');
    if (words === (before?.words ?? '')) return;
    const now = host.clock.now();
    if (words === '') {
      known.delete(router);
      const lasted = (elapsed(before?.since ?? now, now) / 1000).toFixed(1);
      write(router, 'info', `split brain over after ${lasted} s`);
      return;
    }
    known.set(router, { words, since: before?.since ?? now });
    write(router, 'error', `SPLIT BRAIN, VRID ${router.plan.config.vrid}: ${words}`);
  };
}
