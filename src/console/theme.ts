/** What things look like: tones and glyphs. Nothing else in the console names a colour or draws a sign of its own. */
import { widthOf } from './fit.ts';

export type Tone =
  | 'plain'
  | 'strong'
  | 'faint'
  | 'good'
  | 'warn'
  | 'bad'
  | 'accent'
  | 'alarm'
  | 'heading'
  | 'heading-focused'
  | 'selected';

export interface Glyphs {
  readonly master: string;
  readonly backup: string;
  readonly fault: string;
  readonly starting: string;
  readonly unknown: string;
  readonly up: string;
  readonly down: string;
  readonly drain: string;
  readonly present: string;
  readonly absent: string;
  readonly sent: string;
  readonly received: string;
  readonly cursor: string;
  readonly mark: string;
  readonly ellipsis: string;
  readonly bar: string;
  readonly dot: string;
  /** Top left, top right, bottom left, bottom right, horizontal, vertical. */
  readonly frame: readonly [string, string, string, string, string, string];
}

export interface Theme {
  readonly colour: boolean;
  readonly ascii: boolean;
  readonly glyphs: Glyphs;
  readonly paint: (text: string, tone: Tone) => string;
}

type Codes = readonly (readonly [open: number, close: number])[];
const BOLD: Codes[number] = [1, 22];
const FAINT: Codes[number] = [2, 22];
const UNDERLINE: Codes[number] = [4, 24];
const INVERSE: Codes[number] = [7, 27];
const foreground = (code: number): Codes[number] => [code, 39];

/** The sixteen colours of the operator's own palette; no background but by inversion. */
const COLOUR: Readonly<Record<Tone, Codes>> = {
  plain: [],
  strong: [BOLD],
  faint: [FAINT],
  good: [foreground(32)],
  warn: [foreground(33)],
  bad: [BOLD, foreground(31)],
  accent: [foreground(36)],
  alarm: [BOLD, INVERSE, foreground(31)],
  heading: [UNDERLINE, foreground(36)],
  'heading-focused': [BOLD, INVERSE, foreground(36)],
  selected: [INVERSE],
};
const MONO: Readonly<Record<Tone, Codes>> = {
  plain: [],
  strong: [BOLD],
  faint: [],
  good: [],
  warn: [BOLD],
  bad: [BOLD],
  accent: [],
  alarm: [BOLD, INVERSE],
  heading: [UNDERLINE],
  'heading-focused': [BOLD, INVERSE],
  selected: [INVERSE],
};

const UNICODE_GLYPHS: Glyphs = {
  master: '●',
  backup: '○',
  fault: '✗',
  starting: '◌',
  unknown: '?',
  up: '●',
  down: '✗',
  drain: '▽',
  present: '✓',
  absent: '·',
  sent: '→',
  received: '←',
  cursor: '▶',
  mark: '*',
  ellipsis: '…',
  bar: '│',
  dot: '·',
  frame: ['┌', '┐', '└', '┘', '─', '│'],
};
const ASCII_GLYPHS: Glyphs = {
  master: '#',
  backup: 'o',
  fault: '!',
  starting: '.',
  unknown: '?',
  up: '#',
  down: '!',
  drain: 'v',
  present: '+',
  absent: '-',
  sent: '>',
  received: '<',
  cursor: '>',
  mark: '*',
  ellipsis: '~',
  bar: '|',
  dot: '-',
  frame: ['+', '+', '+', '+', '-', '|'],
};

export function createTheme(options: { readonly colour: boolean; readonly ascii: boolean }): Theme {
  const codes = options.colour ? COLOUR : MONO;
  return {
    colour: options.colour,
    ascii: options.ascii,
    glyphs: options.ascii ? ASCII_GLYPHS : UNICODE_GLYPHS,
    paint(text, tone) {
      let painted = text;
      for (const [open, close] of codes[tone]) painted = `\x1b[${open}m${painted}\x1b[${close}m`;
      return painted;
    },
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR and HATOP_ASCII win; otherwise colour, and Unicode where the locale says UTF-8 and TERM can draw it. */
export function themeFrom(env: Environment): Theme {
  const colour = (env.NO_COLOR ?? '') === '';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const ascii = (env.HATOP_ASCII ?? '') !== '' || env.TERM === 'linux' || !/utf-?8/i.test(locale);
  return createTheme({ colour, ascii });
}

/** Every glyph is one cell wide: columns rest on it. Returns those that are not. */
export const brokenGlyphs = (theme: Theme): string[] =>
  Object.values(theme.glyphs)
    .flat()
    .filter((glyph: string) => widthOf(glyph) !== 1);
