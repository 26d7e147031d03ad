/**
 * blessed's screen that nobody sees: widgets draw into it, and what they drew is read off as lines for the console. One
 * screen for the life of the process, since each new one leaks half a megabyte; widgets are made anew when their size changes.
 */
import { createRequire } from 'node:module';
import { PassThrough, Writable } from 'node:stream';
import type { Widgets } from 'blessed';
import type { Size, Style } from './view.ts';

const load = createRequire(import.meta.url);
const blessed = load('blessed') as typeof import('blessed');

/** A cell of blessed's: attributes (flags, foreground, background, 9 bits each) and the character. */
type Cell = readonly [attribute: number, character: string];

const MOST: Size = { width: 400, height: 150 };

let screen: Widgets.Screen | undefined;

function theScreen(): Widgets.Screen {
  if (screen) return screen;
  const output = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), {
    columns: MOST.width,
    rows: MOST.height,
    isTTY: true,
  });
  screen = blessed.screen({
    input: new PassThrough() as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
    terminal: 'xterm-256color',
    fullUnicode: true,
    forceUnicode: true,
    smartCSR: false,
    warnings: false,
  } as Widgets.IScreenOptions);
  return screen;
}

/** What the charts of this product need of a widget of blessed-contrib. */
export type Widget<Data> = Widgets.BoxElement & { setData(data: Data): void };
export type WidgetKind = new (options: Record<string, unknown>) => Widgets.BoxElement;

export interface Canvas<Data> {
  /** The chart of `data`: `height` lines of `width` cells. */
  draw(data: Data, size: Size, style: Style): string[];
}

/** A chart that keeps its widget for as long as it keeps its size. `fill` puts the data into it. */
export function createCanvas<Data, W extends Widgets.BoxElement>(
  Kind: WidgetKind,
  options: (size: Size) => Record<string, unknown>,
  fill: (widget: W, data: Data) => void,
): Canvas<Data> {
  let widget: W | undefined;
  let made: Size = { width: 0, height: 0 };
  return {
    draw(data, size, style) {
      const { width, height } = size;
      if (width < 1 || height < 1) return [];
      const host = theScreen();
      if (!widget || made.width !== width || made.height !== height) {
        widget?.destroy();
        widget = new Kind({ ...options(size), top: 0, left: 0, width, height }) as W;
        made = { width, height };
      }
      host.append(widget);
      try {
        fill(widget, data);
        host.render();
        return readOff(host, size, style);
      } finally {
        host.remove(widget);
      }
    },
  };
}

function readOff(host: Widgets.Screen, { width, height }: Size, style: Style): string[] {
  const { lines } = host as unknown as { lines: readonly (readonly Cell[])[] };
  return Array.from({ length: height }, (_, y) => lineOf((lines[y] ?? []).slice(0, width), width, style));
}

function lineOf(cells: readonly Cell[], width: number, style: Style): string {
  let text = '';
  let now = '';
  for (let x = 0; x < width; x++) {
    const [attribute, character] = cells[x] ?? [0, ' '];
    const colour = style.colour ? sgr(attribute) : '';
    if (colour !== now) {
      text += `${now === '' ? '' : '\x1b[39;49m'}${colour}`;
      now = colour;
    }
    const drawn = !style.colour && character === ' ' && isFilled(attribute) ? '█' : character;
    text += style.ascii ? inAscii(drawn) : plain(drawn);
  }
  return now === '' ? text : `${text}\x1b[39;49m`;
}

const DEFAULT = 0x1ff;

/** Of the operator's own sixteen colours; black would not be seen, and is left to the terminal's own. */
function sgr(attribute: number): string {
  const foreground = (attribute >> 9) & DEFAULT;
  const background = attribute & DEFAULT;
  const codes: number[] = [];
  if (foreground > 0 && foreground < 16) codes.push(foreground < 8 ? 30 + foreground : 82 + foreground);
  if (background > 0 && background < 16) codes.push(background < 8 ? 40 + background : 92 + background);
  return codes.length === 0 ? '' : `\x1b[${codes.join(';')}m`;
}

/** A bar is a background and nothing else: without colours it must be a character. */
const isFilled = (attribute: number): boolean => (attribute & DEFAULT) > 0 && (attribute & DEFAULT) < 16;

/** The braille cell without a dot is a space that some terminals draw as a box. */
const plain = (character: string): string => (character === '\u2800' || character < ' ' ? ' ' : character);

const LEVELS = '▁▂▃▄▅▆▇█';

function inAscii(character: string): string {
  if (character >= '\u2801' && character <= '\u28ff') return '*';
  if (LEVELS.includes(character)) return '_.-=+*%#'[LEVELS.indexOf(character)] ?? '#';
  return character >= ' ' && character <= '~' ? character : ' ';
}
