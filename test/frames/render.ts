/** A model as the screen shows it: through Ink, as in the program. */
import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import { createElement } from 'react';
import { widthOf } from '../../src/console/fit.ts';
import type { Model } from '../../src/console/model.ts';
import { Screen } from '../../src/console/screen.tsx';
import { createTheme, type Theme } from '../../src/console/theme.ts';
import { type Part, viewOf } from '../../src/console/view.ts';

export const COLOUR = createTheme({ colour: true, ascii: false });
export const MONO = createTheme({ colour: false, ascii: false });
export const ASCII = createTheme({ colour: true, ascii: true });

/** With its SGR sequences. */
export function frameOf(model: Model, theme: Theme = COLOUR): string {
  let frame = '';
  const stdout = Object.assign(new EventEmitter(), {
    columns: model.columns,
    rows: model.rows,
    write(text: string) {
      frame = text;
      return true;
    },
  });
  const ink = render(createElement(Screen, { view: viewOf({ ...model, ascii: theme.ascii }, theme) }), {
    stdout: stdout as unknown as NodeJS.WriteStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  const drawn = frame;
  ink.unmount();
  return drawn;
}

/** Without them, and without the blanks at the ends of lines. */
export const plainFrame = (model: Model, theme: Theme = COLOUR): string =>
  `${stripVTControlCharacters(frameOf(model, theme)).replace(/ +$/gm, '')}\n`;

/** Every block of lines that the view is made of. */
export const blocksOf = (part: Part): Extract<Part, { lines: unknown }>[] =>
  'lines' in part ? [part] : part.parts.flatMap(blocksOf);

/** What is wrong with a frame's measures; empty: nothing. */
export function overflows(frame: string, columns: number, rows: number): string[] {
  const lines = stripVTControlCharacters(frame).split('\n');
  const wide = lines.filter((line) => widthOf(line) > columns).map((line) => `${widthOf(line)} cells: ${line}`);
  return lines.length > rows ? [...wide, `${lines.length} lines`] : wide;
}
