/**
 * Measures a hand-over from the wire alone: it hears ARP, asks who has the address, and knows nothing of the state
 * machine. A client on the segment learns the new way from ARP, so the clients' gap is
 *   giving: from the removal of our addresses to the first ARP packet in which somebody else's MAC claims one;
 *   taking: from the last answer of somebody else to our own announcement.
 */
import { familyOf, type IpAddress } from '../../base/ip.ts';
import type { MacAddress } from '../../base/mac.ts';
import { after, elapsed, type Instant, milliseconds } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { ReceivedArp } from '../../ports/vrrp-sockets.ts';
import { askFor } from './ask.ts';
import type { HandoverMeasurement, RouterPlan } from './messages.ts';
import { parentOf } from './virtual-macs.ts';

export type Gap = Pick<HandoverMeasurement, 'gapMs' | 'noiseMs'>;
const UNKNOWN: Gap = { gapMs: null, noiseMs: null };

/** How often the address is asked for: the resolution of what is measured. */
const ASK_EVERY = milliseconds(2);
/** After so long without a claim the gap is unknown. */
const GIVE_UP_AFTER = milliseconds(2000);

const isHeld = ({ held }: RouterPlan, address: IpAddress): boolean => held.some((one) => one.address === address);

export interface HandoverObserver {
  /** Asks from now on, to see until when somebody else answers. */
  ask(): void;
  /** Our addresses are about to go. */
  released(): void;
  /** Our addresses are up and announced: the gap of a take-over. Ends the observation. */
  announced(): Gap;
  /** Calls back once: when somebody else has claimed the address, or after giving up. Ends the observation. */
  claimed(done: (gap: Gap) => void): void;
  stop(): void;
}

export function observeHandover(plan: RouterPlan, host: VrrpHost): HandoverObserver {
  const watched = plan.held[0];
  // A virtual MAC is the successor's too, and its interface is up on the master alone: both sides are listened to.
  const segment = watched && parentOf(plan, watched.interface);
  const ours: MacAddress | undefined = segment === undefined ? undefined : host.links.find(segment)?.mac;
  let firstClaim: Instant | undefined;
  let lastClaim: Instant | undefined;
  let releasedAt: Instant | undefined;
  let asking: Cancel | undefined;
  let waiting: ((gap: Gap) => void) | undefined;

  const hear = (arp: ReceivedArp): void => {
    if (arp.senderIp !== watched?.address || arp.senderMac === ours) return;
    firstClaim ??= arp.at;
    lastClaim = arp.at;
    settle();
  };
  const family = watched && familyOf(watched.address);
  const watches = [...new Set([segment, watched?.interface])].flatMap((name) => {
    const watch = name === undefined ? undefined : host.neighbours.watchArp(name, hear, family);
    return watch?.ok ? [watch.value] : [];
  });
  // What IPv6 asks from; gone together with the link only.
  const own = host.addresses
    .list()
    .find((a) => a.interface === segment && a.address.startsWith('fe80:') && !isHeld(plan, a.address));

  function ask(): void {
    const now = host.clock.now();
    if (releasedAt !== undefined && elapsed(releasedAt, now) > GIVE_UP_AFTER) return settle(true);
    // A probe (RFC 5227) changes nobody's cache.
    if (watched && segment !== undefined && ours) askFor(host, segment, ours, watched.address, own?.address, true);
    asking = host.alarms.at(after(now, ASK_EVERY), ask);
  }

  function settle(final = false): void {
    if (!waiting || releasedAt === undefined || (firstClaim === undefined && !final)) return;
    const gap =
      firstClaim === undefined ? UNKNOWN : { gapMs: Math.max(0, elapsed(releasedAt, firstClaim)), noiseMs: ASK_EVERY };
    const done = waiting;
    stop();
    done(gap);
  }

  function stop(): void {
    waiting = undefined;
    asking?.();
    for (const cancel of watches) cancel();
  }

  return {
    ask,
    released() {
      releasedAt ??= host.clock.now();
    },
    announced() {
      const gap =
        lastClaim === undefined
          ? UNKNOWN
          : { gapMs: Math.max(0, elapsed(lastClaim, host.clock.now())), noiseMs: ASK_EVERY };
      stop();
      return gap;
    },
    claimed(done) {
      waiting = done;
      if (firstClaim !== undefined) settle();
      else if (watches.length > 0 && releasedAt !== undefined) ask();
      else settle(true);
    },
    stop,
  };
}
