/** Figures of many trials as one line of a table. */

/** The middle one, the mean of the two middle ones where their number is even; NaN of nothing. */
export function median(values: readonly number[]): number {
  return (quantile(values, 0.5) + quantile(values, 0.5, 'above')) / 2;
}

/** The smallest value that at least `share` of all are at or below. */
export function quantile(values: readonly number[], share: number, side: 'at' | 'above' = 'at'): number {
  const sorted = [...values].sort((left, right) => left - right);
  const rank = share * sorted.length;
  const place = side === 'at' ? Math.ceil(rank) - 1 : Math.floor(rank);
  return sorted[Math.min(sorted.length - 1, Math.max(0, place))] ?? Number.NaN;
}

/** `median / 95 % / largest`. */
export const spread = (values: readonly number[], digits = 2): string =>
  [median(values), quantile(values, 0.95), quantile(values, 1)].map((value) => value.toFixed(digits)).join(' / ');

/** Rows of a Markdown table, padded so that it reads in a terminal too. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return lines.join('\n');
}
