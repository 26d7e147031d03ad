/** What something tracked does to an instance: an addend of its priority, or a reason for FAULT. */
export type Influence =
  | { readonly kind: 'fault'; readonly failed: boolean }
  | { readonly kind: 'priority-term'; readonly value: number };

/**
 * For what answers well or not: a script, an interface, a process. Weight 0: failure is FAULT, with `reverse` success
 * is. Positive: added while ok; negative: added (that is, subtracted) while not; with `reverse` the same at the same
 * time, but subtracted for added (seen of keepalived 2.2.7: `weight 3 reverse` takes 3 while the script succeeds).
 */
export function influenceOf(
  { weight, reverse }: { readonly weight: number; readonly reverse: boolean },
  ok: boolean,
): Influence {
  if (weight === 0) return { kind: 'fault', failed: ok === reverse };
  const applies = weight > 0 === ok;
  return { kind: 'priority-term', value: applies ? (reverse ? -weight : weight) : 0 };
}
