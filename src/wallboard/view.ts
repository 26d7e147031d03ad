/** What the wallboard is drawn from: one engine's news as the console holds them. */
import type { AdvertObservation, JournalEvent } from '../control/link.ts';
import type { Snapshot } from '../control/snapshot.ts';

export interface Observed {
  /** Null where nothing is known (any more): charts of present figures are empty then, never old. */
  readonly snapshot: Snapshot | null;
  /** Oldest first. */
  readonly adverts: readonly AdvertObservation[];
  readonly events: readonly JournalEvent[];
  /** The engine's wall clock, ms since the epoch. */
  readonly now: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Style {
  readonly colour: boolean;
  /** No braille, no blocks: what has no letter of its own becomes a sign of ASCII. */
  readonly ascii: boolean;
}
