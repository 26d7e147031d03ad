/** Advertisements that were not believed: the engine's counts, and the last one of each kind that has passed here. */
import type { AdvertObservation } from '../control/link.ts';
import type { InstanceSnapshot } from '../control/snapshot.ts';
import type { Feed } from './feed.ts';

export interface Discard {
  readonly reason: string;
  /** Since the engine was started. */
  readonly count: number;
  readonly instance: InstanceSnapshot;
  /** Undefined: none that is remembered here. */
  readonly last: AdvertObservation | undefined;
}

/** In the order of the instances, of each the most frequent first. */
export function discardsOf({ snapshot, adverts }: Feed): Discard[] {
  return (snapshot?.instances ?? []).flatMap((instance) =>
    Object.entries(instance.adverts.discarded)
      .map(([reason, count]) => ({ reason, count, instance, last: lastOf(instance, reason, adverts) }))
      .sort((a, b) => b.count - a.count),
  );
}

const lastOf = (
  { vrid, interface: port }: InstanceSnapshot,
  reason: string,
  adverts: Feed['adverts'],
): AdvertObservation | undefined =>
  adverts.findLast(({ value }) => value.verdict === reason && value.vrid === vrid && value.interface === port)?.value;
