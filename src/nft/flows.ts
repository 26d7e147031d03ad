/** Connections per destination, from the elements of the maps. */
import type { NftService } from './model.ts';
import { TIMEOUT } from './service-rules.ts';

/** As IPVS tells them apart: established; half open, closing or UDP; clients bound by persistence. */
export interface FlowCount {
  active: number;
  inactive: number;
  persistent: number;
}

export interface Entry {
  readonly mark: number;
  /** Milliseconds until it goes. */
  readonly expires: number | undefined;
}

export type MapKind = 'flows' | 'closing' | 'clients';
export const MAPS: readonly MapKind[] = ['flows', 'closing', 'clients'];

/**
 * Adds the elements of one map of `service` to `counts`, by destination. An established flow is known by its time: it has
 * more left than a half-open one is ever given, until it has been silent for all of the difference.
 */
export function countEntries(
  counts: Map<number, FlowCount>,
  service: NftService,
  kind: MapKind,
  entries: readonly Entry[],
): void {
  const established = service.spec.protocol === 'tcp' && kind === 'flows';
  for (const { mark, expires } of entries) {
    const count = counts.get(mark) ?? { active: 0, inactive: 0, persistent: 0 };
    counts.set(mark, count);
    if (kind === 'clients') count.persistent++;
    else if (established && (expires ?? 0) > TIMEOUT.halfOpen * 1000) count.active++;
    else count.inactive++;
  }
}
