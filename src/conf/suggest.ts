/** What the author probably meant: the nearest known word. */

/**
 * Optimal string alignment distance (insertion, deletion, substitution, transposition of neighbours), case ignored.
 * Stops early: any value above `limit` only says "further than that".
 */
export function distance(left: string, right: string, limit: number): number {
  const a = left.toLowerCase();
  const b = right.toLowerCase();
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      next.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    before = row;
    row = next;
  }
  return row[b.length] ?? limit + 1;
}

/** The candidate nearest to `word`, if one is near enough (a third of its length, at most 4). The first of equals wins. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length < 2 || word.length > 64) return undefined;
  let limit = Math.min(4, Math.max(1, Math.floor(word.length / 3)));
  let found: string | undefined;
  let part: string | undefined;
  for (const candidate of candidates) {
    const d = distance(word, candidate, limit);
    if (d <= limit) {
      found = candidate;
      limit = d - 1;
    }
    if (word.length >= 6 && candidate.includes(word.toLowerCase())) part ??= candidate;
    if (limit < 0) break;
  }
  return found ?? part;
}
