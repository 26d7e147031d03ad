/** From the engine's news to series: what is drawn, and nothing of how. */
import type { AdvertObservation, JournalEvent } from '../control/link.ts';
import type { InstanceState, Snapshot } from '../control/snapshot.ts';

export interface Series {
  readonly title: string;
  /** Time of day, and ms since the sender's advertisement before. */
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

/** The gaps between the advertisements of each sender of each virtual router, the busiest first. */
export function advertIntervals(adverts: readonly AdvertObservation[], most: number): Series[] {
  const senders = new Map<string, { at: string; value: number }[]>();
  for (const { vrid, source, at, gapMs } of adverts) {
    if (gapMs === null) continue;
    const title = `${vrid} ${source}`;
    const points = senders.get(title) ?? [];
    points.push({ at: at.slice(11, 19), value: gapMs });
    senders.set(title, points);
  }
  return [...senders]
    .map(([title, points]) => ({ title, points }))
    .sort((a, b) => b.points.length - a.points.length)
    .slice(0, most);
}

export interface Bar {
  readonly title: string;
  readonly value: number;
}

/** Connections (active and inactive) of each real server over all its services, the most first; unknown ones are not among them. */
export function connectionBars(snapshot: Snapshot): Bar[] {
  const sums = new Map<string, number>();
  for (const { realServers } of snapshot.services) {
    for (const { address, connections } of realServers) {
      if (connections === null) continue;
      sums.set(address, (sums.get(address) ?? 0) + connections.active + connections.inactive);
    }
  }
  return [...sums].map(([title, value]) => ({ title, value })).sort((a, b) => b.value - a.value);
}

/** New connections a second, all services together; null: unknown. */
export function newConnections(snapshot: Snapshot): number | null {
  const rates = snapshot.services.flatMap(({ realServers }) => realServers.flatMap(({ rates }) => rates ?? []));
  return rates.length === 0 ? null : rates.reduce((sum, { cps }) => sum + cps, 0);
}

/** Percent of the real servers that are up; null where there are none. */
export function serversUp(snapshot: Snapshot): number | null {
  const servers = snapshot.services.flatMap(({ realServers }) => realServers);
  if (servers.length === 0) return null;
  return (100 * servers.filter(({ health }) => health === 'up').length) / servers.length;
}

export interface Spell {
  readonly state: InstanceState;
  /** ms since the epoch; the last one lasts until now. */
  readonly from: number;
  readonly to: number;
}

const TRANSITION = /^(initialize|backup|master|fault) → (initialize|backup|master|fault):/;

/** An instance's states as the journal tells them, oldest first, without a gap from the first transition on. */
export function spellsOf(instance: string, events: readonly JournalEvent[], now: number): Spell[] {
  const changes = events.flatMap(({ kind, subject, text, at }) => {
    const match = kind === 'transition' && subject === instance ? TRANSITION.exec(text) : null;
    return match ? [{ state: match[2] as InstanceState, from: Date.parse(at) }] : [];
  });
  return changes.map((change, i) => ({ ...change, to: changes[i + 1]?.from ?? Math.max(now, change.from) }));
}

/** One state for each of `cells` equal parts of the time from `since` to `now`: the one at its end; null: not known. */
export function timeline(
  spells: readonly Spell[],
  since: number,
  now: number,
  cells: number,
): (InstanceState | null)[] {
  return Array.from({ length: cells }, (_, i) => {
    const end = since + ((i + 1) * (now - since)) / cells;
    return spells.findLast(({ from }) => from <= end)?.state ?? null;
  });
}
