/** The elements that a removed destination leaves behind, as commands: an update by a packet never changes whose a flow is. */
import { type Family, familyOf, ipFromBytes } from '../base/ip.ts';
import type { MapKind } from './flows.ts';
import type { NftService, NftTable } from './model.ts';
import { TABLE } from './render.ts';

/** A service that stays, and the numbers of those that went from it. */
export interface Removal {
  readonly service: NftService;
  readonly ids: ReadonlySet<number>;
}

export function removals(before: NftTable | undefined, after: NftTable): Removal[] {
  return after.services.flatMap((service): Removal[] => {
    const kept = new Set(service.destinations.map(({ id }) => id));
    const old = before?.services.find(({ id }) => id === service.id)?.destinations ?? [];
    const ids = new Set(old.map(({ id }) => id).filter((id) => !kept.has(id)));
    return ids.size === 0 ? [] : [{ service, ids }];
  });
}

/** Takes `keys` out of one map of `service`; undefined where there is none. A key: its fields, padded to four bytes. */
export function deletion(service: NftService, kind: MapKind, keys: readonly Uint8Array[]): string | undefined {
  if (keys.length === 0) return undefined;
  const family = familyOf(service.spec.address);
  const elements = keys.map((key) => (kind === 'clients' ? clientText(key, family) : flowText(key, family)));
  return `delete element ${TABLE} ${kind}-${service.id} { ${elements.join(', ')} }\n`;
}

const clientText = (key: Uint8Array, family: Family): string => ipFromBytes(key.subarray(0, family === 4 ? 4 : 16));

/** Address or hashes whole, then the two bytes of the port, which stand first in their four. */
function flowText(key: Uint8Array, family: Family): string {
  const words = family === 4 ? 1 : 2;
  const whole = Array.from({ length: words }, (_, i) => `0x${hex(key.subarray(4 * i, 4 * i + 4))}`);
  return [...whole, key[4 * words] ?? 0, key[4 * words + 4] ?? 0].join(' . ');
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
