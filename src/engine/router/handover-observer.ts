/**
 * Measures a hand-over from the wire alone: it hears ARP and adverts, asks who has the address, and knows nothing of
 * the state machine. The clients' gap is from the moment our addresses went to the first ARP packet in which
 * somebody else's MAC claims the address, which is when a client on the segment learns the new way.
 */
import type { MacAddress } from '../../base/mac.ts';
import { after, type Duration, type Instant, milliseconds } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { whoHas } from '../../wire/arp.ts';
import type { HandoverMeasurement, RouterPlan } from './messages.ts';

/** How often the address is asked for; with the wire's own answer time this is the resolution. */
const ASK_EVERY = milliseconds(2);
/** After so long without a claim the gap is unknown. */
const GIVE_UP_AFTER = milliseconds(2000);

export interface HandoverObserver {
  /** Our addresses are gone as of now: start asking. */
  released(): void;
  /** Calls back once: when somebody else has claimed the address, or after giving up. */
  finish(done: (gap: Pick<HandoverMeasurement, 'gapMs' | 'noiseMs'>) => void): void;
  stop(): void;
}

export function observeHandover(plan: RouterPlan, host: VrrpHost): HandoverObserver {
  const watched = plan.held[0];
  const ours: MacAddress | undefined = watched && host.links.find(watched.interface)?.mac;
  let claimedAt: Instant | undefined;
  let releasedAt: Instant | undefined;
  let asking: Cancel | undefined;
  let waiting: ((gap: Pick<HandoverMeasurement, 'gapMs' | 'noiseMs'>) => void) | undefined;

  const watch = watched
    ? host.neighbours.watchArp(watched.interface, (arp) => {
        if (arp.senderIp !== watched.address || arp.senderMac === ours) return;
        claimedAt ??= arp.at;
        settle();
      })
    : undefined;

  function ask(): void {
    if (!watched || !ours || releasedAt === undefined) return;
    const now = host.clock.now();
    if (claimedAt !== undefined || now - releasedAt > GIVE_UP_AFTER) return settle(true);
    // An ARP probe (RFC 5227: sender address 0) changes nobody's cache.
    host.neighbours.sendFrame(watched.interface, whoHas(ours, watched.address));
    asking = host.alarms.at(after(now, ASK_EVERY as Duration), ask);
  }

  function settle(final = false): void {
    if (!waiting || releasedAt === undefined || (claimedAt === undefined && !final)) return;
    const gapMs = claimedAt === undefined ? null : Math.max(0, claimedAt - releasedAt);
    const done = waiting;
    stop();
    done({ gapMs, noiseMs: gapMs === null ? null : ASK_EVERY });
  }

  function stop(): void {
    waiting = undefined;
    asking?.();
    if (watch?.ok) watch.value();
  }

  return {
    released() {
      releasedAt ??= host.clock.now();
    },
    finish(done) {
      waiting = done;
      if (watch?.ok && releasedAt !== undefined) ask();
      else {
        stop();
        done({ gapMs: null, noiseMs: null });
      }
    },
    stop,
  };
}
