/** Every sender of every virtual router as its advertisements tell of it: rate, jitter, what was missed, what was not believed. */
import type { AdvertObservation } from '../control/link.ts';

export interface Sender {
  readonly interface: string;
  readonly vrid: number;
  readonly source: string;
  /** The latest of them. */
  readonly advert: AdvertObservation;
  readonly count: number;
  /** Not believed, of `count`. */
  readonly discarded: number;
  /** By the gaps: so many should have come in between. */
  readonly missed: number;
  /** Mean time between two, ms, the latest counting most; null: not two of them yet. */
  readonly gapMs: number | null;
  /** How far a gap is from the interval that was advertised, ms: RFC 3550's estimate (6.4.1). */
  readonly jitterMs: number | null;
  readonly longestGapMs: number | null;
}

/** Nobody keeps a record of more than so many: the one that was heard longest ago goes. */
export const KEPT_SENDERS = 256;
/** A gap of more intervals is a silence (a backup's), not advertisements that were lost. */
const SILENCE = 4;
const LATE = 1.5;

export function heard(ledger: readonly Sender[], advert: AdvertObservation): readonly Sender[] {
  const at = ledger.findIndex((sender) => isFrom(sender, advert));
  const known = ledger[at];
  if (known) return ledger.with(at, grown(known, advert));
  const kept = ledger.length < KEPT_SENDERS ? ledger : withoutOldest(ledger);
  return [...kept, grown(stranger(advert), advert)];
}

const isFrom = (sender: Sender, { source, vrid, interface: port }: AdvertObservation): boolean =>
  sender.source === source && sender.vrid === vrid && sender.interface === port;

function withoutOldest(ledger: readonly Sender[]): readonly Sender[] {
  const oldest = ledger.reduce((a, b) => (Date.parse(b.advert.at) < Date.parse(a.advert.at) ? b : a));
  return ledger.filter((sender) => sender !== oldest);
}

function stranger(advert: AdvertObservation): Sender {
  const { source, vrid, interface: port } = advert;
  const nothing = { count: 0, discarded: 0, missed: 0, gapMs: null, jitterMs: null, longestGapMs: null };
  return { interface: port, vrid, source, advert, ...nothing };
}

function grown(sender: Sender, advert: AdvertObservation): Sender {
  const counted = {
    ...sender,
    advert,
    count: sender.count + 1,
    discarded: sender.discarded + (advert.verdict === 'valid' ? 0 : 1),
  };
  const { gapMs, adverIntervalMs, priority } = advert;
  // One that leaves does not wait for its interval, and one that comes back has been silent.
  if (gapMs === null || adverIntervalMs <= 0 || priority === 0 || gapMs > SILENCE * adverIntervalMs) return counted;
  const longestGapMs = Math.max(sender.longestGapMs ?? 0, gapMs);
  if (gapMs > LATE * adverIntervalMs)
    return { ...counted, longestGapMs, missed: sender.missed + Math.round(gapMs / adverIntervalMs) - 1 };
  const off = Math.abs(gapMs - adverIntervalMs);
  return {
    ...counted,
    longestGapMs,
    gapMs: sender.gapMs === null ? gapMs : sender.gapMs + (gapMs - sender.gapMs) / 8,
    jitterMs: sender.jitterMs === null ? off : sender.jitterMs + (off - sender.jitterMs) / 16,
  };
}

/** Since when nothing came, ms, where that is more than an interval or two can explain; null: it is advertising. `now`: the engine's, ms since the epoch. */
export function silence({ advert }: Sender, now: number): number | null {
  const ago = now - Date.parse(advert.at);
  const quiet = ago > Math.max(SILENCE * advert.adverIntervalMs, 1000);
  return quiet || advert.priority === 0 ? ago : null;
}
