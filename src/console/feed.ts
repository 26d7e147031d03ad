/** What one engine has told us, when, and how far it can still be believed. Times are the console's own, in ms. */
import type { AdvertObservation, JournalEvent, Update } from '../control/link.ts';
import type { Snapshot } from '../control/snapshot.ts';
import { heard, type Sender } from './ledger.ts';

export interface Numbered<T> {
  readonly id: number;
  readonly value: T;
}

export interface Feed {
  readonly name: string;
  readonly snapshot: Snapshot | null;
  /** When the snapshot came, by our clock. */
  readonly receivedAt: number;
  readonly gone: { readonly since: number; readonly reason: string } | null;
  /** Oldest first, bounded. */
  readonly adverts: readonly Numbered<AdvertObservation>[];
  readonly events: readonly Numbered<JournalEvent>[];
  readonly senders: readonly Sender[];
  readonly count: number;
}

export const KEPT_ADVERTS = 300;
export const KEPT_EVENTS = 500;
/** From here on the age of the data is shown. */
export const LATE_AFTER_MS = 2000;
/** From here on what it says is not known any more: snapshots come at least once a second. */
export const UNKNOWN_AFTER_MS = 10_000;

export const emptyFeed = (name: string): Feed => ({
  name,
  snapshot: null,
  receivedAt: 0,
  gone: null,
  adverts: [],
  events: [],
  senders: [],
  count: 0,
});

export function feedUpdate(feed: Feed, update: Update, at: number): Feed {
  switch (update.kind) {
    case 'snapshot':
      return { ...feed, snapshot: update.snapshot, receivedAt: at, gone: null };
    case 'advert': {
      const advert = { id: feed.count, value: update.advert };
      const adverts = [...feed.adverts, advert].slice(-KEPT_ADVERTS);
      return { ...feed, count: feed.count + 1, adverts, senders: heard(feed.senders, update.advert) };
    }
    case 'event':
      return addEvents(feed, [update.event]);
    case 'gone':
      return { ...feed, gone: feed.gone ?? { since: at, reason: update.reason } };
    case 'back':
      // The engine is there, its state is not yet: `gone` ends with its first snapshot.
      return feed;
  }
}

/** Adds what is not there yet: history and live events overlap. */
export function addEvents(feed: Feed, events: readonly JournalEvent[]): Feed {
  const key = ({ seq, at }: JournalEvent): string => `${seq} ${at}`;
  const known = new Set(feed.events.map(({ value }) => key(value)));
  const fresh = events.filter((event) => !known.has(key(event)));
  if (fresh.length === 0) return feed;
  const numbered = fresh.map((value, i) => ({ id: feed.count + i, value }));
  const all = [...feed.events, ...numbered].sort((a, b) => Date.parse(a.value.at) - Date.parse(b.value.at));
  return { ...feed, count: feed.count + fresh.length, events: all.slice(-KEPT_EVENTS) };
}

export type Freshness = 'waiting' | 'live' | 'late' | 'gone';

export function freshness(feed: Feed, at: number): Freshness {
  if (feed.gone) return 'gone';
  if (!feed.snapshot) return 'waiting';
  const age = at - feed.receivedAt;
  if (age > UNKNOWN_AFTER_MS) return 'gone';
  return age > LATE_AFTER_MS ? 'late' : 'live';
}

/** How long the engine has been silent. */
export const silentFor = (feed: Feed, at: number): number => at - (feed.gone?.since ?? feed.receivedAt);

/** The engine's wall clock now, in ms since the epoch: its own stamp, carried on by our clock. */
export const engineNow = (feed: Feed, at: number): number =>
  feed.snapshot ? Date.parse(feed.snapshot.takenAt) + (at - feed.receivedAt) : 0;
