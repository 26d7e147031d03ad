/**
 * Availability as MTTF / (MTTF + MTTR), from the states of one instance on one node: it can serve while it is master or
 * backup, and cannot in `fault` and `initialize`. A failure is a spell of these after one of those.
 */
import type { Spell } from './series.ts';

export interface Availability {
  /** 0…1; null: nothing was seen yet. */
  readonly ratio: number | null;
  readonly failures: number;
  /** Mean time to failure and to repair, ms; null: there was no failure. */
  readonly mttf: number | null;
  readonly mttr: number | null;
  /** How long it was watched, ms. */
  readonly watched: number;
}

export function availabilityOf(spells: readonly Spell[]): Availability {
  const serves = ({ state }: Spell): boolean => state === 'master' || state === 'backup';
  // Coming up is no repair: the clock starts when it could serve for the first time.
  const first = spells.findIndex(serves);
  const watched = first < 0 ? [] : spells.slice(first);
  const sum = (some: readonly Spell[]): number => some.reduce((ms, { from, to }) => ms + (to - from), 0);
  const up = sum(watched.filter(serves));
  const down = sum(watched.filter((spell) => !serves(spell)));
  const failures = watched.filter((spell, i) => {
    const before = watched[i - 1];
    return !serves(spell) && before !== undefined && serves(before);
  }).length;
  return {
    ratio: up + down > 0 ? up / (up + down) : null,
    failures,
    mttf: failures > 0 ? up / failures : null,
    mttr: failures > 0 ? down / failures : null,
    watched: up + down,
  };
}

/** `99.95 %`, never rounded up to 100 while there was a failure. */
export function percent({ ratio, failures }: Availability): string {
  if (ratio === null) return 'unknown';
  if (failures === 0) return '100 %';
  return `${Math.min(99.9999, Math.floor(ratio * 1e6) / 1e4)} %`;
}

/** How many nines: 0.999 has three. Infinite where nothing failed. */
export const ninesOf = ({ ratio, failures }: Availability): number =>
  ratio === null ? 0 : failures === 0 ? Number.POSITIVE_INFINITY : Math.floor(-Math.log10(1 - ratio) + 1e-9);
