/** A `track_file`: the number in a file, times its weight, is an addend of the priority, or a reason for FAULT. */
import type { Influence } from './influence.ts';

/** As strtol(3) reads it: leading blanks, a sign, digits; whatever follows does not count. No number, no file: 0. */
export function numberIn(text: string | undefined): number {
  return Number(/^\s*([+-]?\d{1,15})/.exec(text ?? '')?.[1] ?? 0);
}

/**
 * Weight 0: any number but 0 is FAULT. Else number × weight, with `reverse` × −1; at −254 and below it is FAULT, above
 * 253 it counts 253 (seen of keepalived 2.2.7).
 */
export function fileInfluence(
  tracking: { readonly weight: number; readonly reverse: boolean },
  text: string | undefined,
): Influence {
  const number = numberIn(text);
  if (tracking.weight === 0) return { kind: 'fault', failed: number !== 0 };
  const value = number * tracking.weight * (tracking.reverse ? -1 : 1);
  if (value <= -254) return { kind: 'fault', failed: true };
  return { kind: 'priority-term', value: Math.min(253, value) + 0 };
}
