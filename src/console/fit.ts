/**
 * The border every text crosses on its way to the screen: it is clean by then (control/clean.ts), and cut to an exact
 * number of cells. Widths are in terminal cells.
 */
import stringWidth from 'string-width';

/** One cell each, for certain: Latin, dashes and quotes, arrows, boxes and our glyphs. Measuring the rest is slow. */
const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u25fc\u2713\u2717]*$/;

export const widthOf = (text: string): number => (NARROW.test(text) ? text.length : stringWidth(text));

/** At most `width` cells of the cleaned `text`; what is cut off leaves an ellipsis. */
export function cut(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(ellipsis);
  if (room < 0) return ''.padEnd(width, '.');
  let used = 0;
  let kept = '';
  for (const char of text) {
    const next = widthOf(char);
    if (used + next > room) break;
    kept += char;
    used += next;
  }
  return kept + ellipsis;
}

/** Exactly `width` cells: cut, then padded. */
export function fitTo(text: string, width: number, align: 'left' | 'right' = 'left', ellipsis = '…'): string {
  const short = cut(text, width, ellipsis);
  const padding = ' '.repeat(Math.max(0, width - widthOf(short)));
  return align === 'left' ? short + padding : padding + short;
}

/** Broken at spaces (and within words longer than a line) into lines of at most `width` cells; at least one line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    let rest = word;
    if (line !== '' && widthOf(line) + 1 + widthOf(rest) <= width) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (widthOf(rest) > width) {
      const head = cut(rest, width, '');
      if (head === '') break;
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}
