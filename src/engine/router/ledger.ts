import type { IpAddress } from '../../base/ip.ts';
import type { Duration, Instant } from '../../base/time.ts';
import type { Difference } from '../../vrrp/verify.ts';

/** The last that was heard of one sender for one virtual router. */
export interface Sender {
  readonly address: IpAddress;
  readonly priority: number;
  readonly heardAt: Instant;
  readonly verdict: string;
  readonly detail: string;
  /** Believed, or discarded and yet a master's: what was routed or forged from afar is neither. */
  readonly claims: boolean;
  /** What it advertises otherwise than we do; empty: nothing. */
  readonly differences: readonly Difference[];
  /** The longer of its adver interval and ours. */
  readonly interval: Duration;
  /** Since when it has spoken without a pause of two intervals, and without resigning. */
  readonly since: Instant;
  /** Since the advert before; undefined for the first. */
  readonly gapMs: number | undefined;
}

/** At most so many senders are remembered per virtual router: a flood of forged sources must not grow us. */
const SENDERS_MAX = 64;

/** Every sender of advertisements for one VRID on one interface. The wire is a sensor: backups are silent. */
export interface Ledger {
  record(sender: Omit<Sender, 'gapMs' | 'since'>): Sender;
  /** Youngest first. */
  senders(): Sender[];
}

export function createLedger(): Ledger {
  const known = new Map<IpAddress, Sender>();
  return {
    record(heard) {
      const before = known.get(heard.address);
      const gapMs = before && heard.heardAt - before.heardAt;
      const goesOn = before !== undefined && before.priority > 0 && heard.heardAt - before.heardAt < 2 * heard.interval;
      // A forgery in the name of a sender that speaks on does not stand in its place.
      if (before?.claims && !heard.claims && goesOn) return { ...heard, gapMs, since: before.since };
      const sender: Sender = { ...heard, gapMs, since: goesOn ? before.since : heard.heardAt };
      known.delete(heard.address);
      known.set(heard.address, sender);
      if (known.size > SENDERS_MAX) {
        const senders = [...known.values()];
        const out = senders.find(({ claims }) => !claims) ?? senders[0];
        if (out) known.delete(out.address);
      }
      return sender;
    },
    senders: () => [...known.values()].reverse(),
  };
}
