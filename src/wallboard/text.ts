/** Lines of the page: headings, widths, colours, spans of time. */
import stringWidth from 'string-width';
import type { Size, Style } from './view.ts';

const CODES: Readonly<Record<string, number>> = { red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36 };

export const paint = (text: string, colour: string, style: Style): string =>
  style.colour ? `\x1b[${CODES[colour] ?? 39}m${text}\x1b[39m` : text;

/** Control characters and what a terminal would obey have no place in a foreign text. */
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');

/** Exactly `width` cells of plain text. */
export function fitted(text: string, width: number): string {
  let cells = 0;
  let result = '';
  for (const character of printable(text)) {
    const wide = stringWidth(character);
    if (cells + wide > width) break;
    cells += wide;
    result += character;
  }
  return result + ' '.repeat(width - cells);
}

/** A heading and what `draw` makes of the room below it, cut or filled to `size`. Its lines may be painted. */
export function pane(title: string, size: Size, style: Style, draw: (room: Size) => string[]): string[] {
  const room = { width: size.width, height: Math.max(0, size.height - 1) };
  const heading = fitted(title, size.width);
  const body = draw(room).slice(0, room.height);
  while (body.length < room.height) body.push('');
  return [style.colour ? `\x1b[4m${heading}\x1b[24m` : heading, ...body];
}

/** Two panes of one height, each as wide as its figure says. */
export function beside(
  left: readonly string[],
  right: readonly string[],
  widths: readonly [number, number],
  style: Style,
): string[] {
  return left.map((line, i) => `${trimmed(line, widths[0], style)} ${trimmed(right[i] ?? '', widths[1], style)}`);
}

const PARTS = /\u001b\[[0-9;]*m|[\s\S]/gu;
const ASCII_OF: Readonly<Record<string, string>> = { '→': '>', '…': '.', '·': '.', '×': 'x' };

/** Exactly `width` cells of a line that may be painted; its colours end where it does. */
function trimmed(line: string, width: number, { ascii }: Style): string {
  let cells = 0;
  let result = '';
  for (const [part] of line.matchAll(PARTS)) {
    if (part.startsWith('\u001b')) {
      result += part;
      continue;
    }
    const shown = ascii && !(part >= ' ' && part <= '~') ? (ASCII_OF[part] ?? '?') : part;
    const wide = stringWidth(shown);
    if (cells + wide > width) continue;
    cells += wide;
    result += shown;
  }
  return result + ' '.repeat(width - cells);
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const;

/** The largest unit that is not zero: `13m`. */
export function spanOf(ms: number): string {
  const [unit, letter] = UNITS.find(([size]) => ms >= size) ?? [1000, 's'];
  return `${Math.floor(Math.max(0, ms) / unit)}${letter}`;
}

export const span = (ms: number | null): string => (ms === null ? '?' : spanOf(ms));
