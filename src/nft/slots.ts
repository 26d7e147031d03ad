import { compareIp, ipBytes } from '../base/ip.ts';
import type { DestinationSpec } from '../ipvs/types.ts';

/** A destination that takes part, and its share. */
export interface Share {
  readonly id: number;
  readonly spec: DestinationSpec;
}

/** Longer cycles are rounded to this, or to one slot for each destination where those are more. */
export const SLOTS_MAX = 4096;
/** Slots of a hashed service for each destination: shares follow the weights to within a few percent. */
const HASH_SLOTS_EACH = 64;
const HASH_SLOTS_MIN = 1024;

/**
 * Whose turn it is, slot by slot, for smooth weighted round robin (as nginx has it): over a whole cycle the shares are
 * exactly the weights, and the turns of one destination lie apart. `equal` is plain round robin: any weight is one.
 */
export function turns(shares: readonly Share[], equal: boolean): number[] {
  const weights = cycle(shares.map(({ spec }) => (equal ? Math.min(1, spec.weight) : spec.weight)));
  const total = weights.reduce((a, b) => a + b, 0);
  const credit = weights.map(() => 0);
  return Array.from({ length: total }, () => {
    let best = 0;
    for (const [i, weight] of weights.entries()) {
      credit[i] = (credit[i] ?? 0) + weight;
      if ((credit[i] ?? 0) > (credit[best] ?? 0)) best = i;
    }
    credit[best] = (credit[best] ?? 0) - total;
    return shares[best]?.id ?? 0;
  });
}

/** Without their common divisor; rounded where the cycle would be too long, but nobody with weight to nothing. */
function cycle(weights: readonly number[]): number[] {
  const divisor = weights.reduce(commonDivisor, 0);
  if (divisor === 0) return weights.map(() => 0);
  const total = weights.reduce((a, b) => a + b, 0) / divisor;
  const limit = Math.max(SLOTS_MAX, weights.length);
  if (total <= limit) return weights.map((weight) => weight / divisor);
  return weights.map((weight) => (weight === 0 ? 0 : Math.max(1, Math.round((weight / divisor / total) * limit))));
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/**
 * Which destination a slot of the hash belongs to, by weighted rendezvous: where one leaves, only its own slots are given
 * to others, and two directors with the same servers agree whatever order they are configured in.
 */
export function hashSlots(shares: readonly Share[]): number[] {
  const able = shares
    .filter(({ spec }) => spec.weight > 0)
    .sort((a, b) => compareIp(a.spec.address, b.spec.address) || a.spec.port - b.spec.port);
  if (able.length === 0) return [];
  const seeds = able.map(({ spec }) => seedOf(spec));
  return Array.from({ length: slotCount(able.length) }, (_, slot) => {
    const scores = able.map(({ spec }, i) => -spec.weight / Math.log(unit(seeds[i] ?? 0, slot)));
    return able[scores.indexOf(Math.max(...scores))]?.id ?? 0;
  });
}

/** A power of two: growth by one server must not move every client. */
const slotCount = (destinations: number): number =>
  Math.min(SLOTS_MAX, Math.max(HASH_SLOTS_MIN, 2 ** Math.ceil(Math.log2(destinations * HASH_SLOTS_EACH))));

/** FNV-1a over the address and the port. */
function seedOf(spec: DestinationSpec): number {
  let hash = 0x811c9dc5;
  for (const byte of [...ipBytes(spec.address), spec.port >> 8, spec.port & 0xff]) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** A number in (0, 1) that depends on both and looks like chance (the finalizer of MurmurHash3). */
function unit(seed: number, slot: number): number {
  let hash = (seed ^ Math.imul(slot + 1, 0x9e3779b1)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return (hash + 0.5) / 2 ** 32;
}
