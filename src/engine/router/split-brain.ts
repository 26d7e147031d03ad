/**
 * The wire as a sensor: who else advertises our VRID while somebody is master, for how long, and why neither yields.
 * One advertisement is no split brain (a backup that has just lost a packet yields to the next); two intervals are.
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

/** For two intervals, without a pause as long as that, and until now: the last one is not two old. */
const speaksOn = ({ priority, since, heardAt, interval }: Sender, now: Instant): boolean =>
  priority > 0 && elapsed(since, now) >= 2 * interval && elapsed(heardAt, now) < 1.8 * interval;

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
