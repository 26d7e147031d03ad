/** A line of the screen before it is painted: pieces of text, each with its tone. */
import { clean } from '../control/clean.ts';
import { cut, widthOf, wrap } from './fit.ts';
import type { Theme, Tone } from './theme.ts';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}
export type Line = readonly Span[];

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text, tone });
export const plainText = (line: Line): string => line.map(({ text }) => text).join('');

/** Whatever knows whether this screen draws ASCII only. */
export interface Charset {
  readonly ascii: boolean;
}

/** Cells that `text` takes on this screen. */
export const measure = (text: string, theme: Charset): number => widthOf(clean(text, theme.ascii));
export const measureLine = (line: Line, theme: Charset): number =>
  line.reduce((sum, { text }) => sum + measure(text, theme), 0);

/** Exactly `width` cells, cleaned and coloured. `over`: one tone for the whole line, whatever the pieces say. */
export function paint(line: Line, width: number, theme: Theme, over?: Tone): string {
  let room = width;
  let painted = '';
  let pending = '';
  const tooLong = measureLine(line, theme) > width;
  for (const { text, tone } of line) {
    const safe = clean(text, theme.ascii);
    const full = widthOf(safe) <= room - (tooLong ? 1 : 0);
    const shown = full ? safe : cut(`${safe}  `, room, theme.glyphs.ellipsis);
    if (over) pending += shown;
    else painted += shown === '' ? '' : theme.paint(shown, tone);
    room -= widthOf(shown);
    if (!full) break;
  }
  const padding = ' '.repeat(Math.max(0, room));
  return over ? theme.paint(pending + padding, over) : painted + padding;
}

/** Left part and right part on one line; the left one is cut where both do not fit. */
export function spread(left: Line, right: Line, width: number, theme: Theme): string {
  const rightWidth = Math.min(width, measureLine(right, theme));
  return paint(left, width - rightWidth, theme) + paint(right, rightWidth, theme);
}

/** Wrapped to `width`, the lines after the first indented. */
export function paragraph(text: string, width: number, tone: Tone = 'plain', indent = 0, ascii = false): Line[] {
  return wrap(clean(text, ascii), Math.max(8, width - indent)).map((part, i) =>
    i === 0 || indent === 0 ? [span(part, tone)] : [span(' '.repeat(indent)), span(part, tone)],
  );
}

/** Broken between words into at most `most` lines; what does not fit stays on the last one, to be cut there. */
export function wrapLine(line: Line, width: number, most: number, theme: Charset): Line[] {
  const lines: Span[][] = [[]];
  let used = 0;
  for (const { text, tone } of line) {
    for (const word of text.split(/(?<= )/)) {
      const cells = measure(word.trimEnd(), theme);
      if (used + cells > width && used > 0 && lines.length < most) {
        lines.push([]);
        used = 0;
      }
      lines.at(-1)?.push(span(word, tone));
      used += measure(word, theme);
    }
  }
  return lines;
}
