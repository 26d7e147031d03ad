/** The model as blocks of painted lines, each exactly as wide as its place. Pure; the screen only sets them side by side. */
import type { Box } from './dialogs/box.ts';
import { pageBox } from './dialogs/pages.ts';
import { planBox } from './dialogs/plan.ts';
import { fitTo } from './fit.ts';
import { BAR, type Block, bodyHeight, layoutOf } from './layout.ts';
import { MIN_COLUMNS, MIN_ROWS, type Model, tooSmall } from './model.ts';
import { footerLines } from './panes/footer.ts';
import { headerLines } from './panes/header.ts';
import { paneLines } from './panes/table-pane.ts';
import type { Theme } from './theme.ts';

export type Part =
  | { readonly width: number; readonly lines: readonly string[] }
  | { readonly direction: 'row' | 'column'; readonly parts: readonly Part[] };

export interface View {
  readonly columns: number;
  readonly rows: number;
  readonly body: Part;
  readonly dialog: Box | null;
}

/** `charts`: draws the wallboard; undefined: it is not loaded yet. */
export type DrawCharts = (model: Model, width: number, height: number) => string[];

export function viewOf(model: Model, theme: Theme, charts?: DrawCharts): View {
  const { columns, rows } = model;
  if (tooSmall(model)) return { columns, rows, body: tooSmallPart(model), dialog: null };
  const parts: Part[] = [
    { width: columns, lines: headerLines(model, theme) },
    model.wallboard === 'closed' ? part(layoutOf(model), model, theme) : wallboardPart(model, charts),
    { width: columns, lines: footerLines(model, theme) },
  ];
  return { columns, rows, body: { direction: 'column', parts }, dialog: dialogBox(model, theme) };
}

function wallboardPart(model: Model, charts: DrawCharts | undefined): Part {
  const { columns } = model;
  const height = bodyHeight(model);
  const lines = charts?.(model, columns, height) ?? [fitTo('  the charts are being loaded', columns)];
  return { width: columns, lines: [...lines, ...Array(Math.max(0, height - lines.length)).fill(' '.repeat(columns))] };
}

function part(block: Block, model: Model, theme: Theme): Part {
  if ('pane' in block) {
    return { width: block.width, lines: paneLines(model, block.pane, block.width, block.height, theme) };
  }
  const parts = block.parts.map((inner) => part(inner, model, theme));
  if (block.direction === 'column') return { direction: 'column', parts };
  const height = Math.max(...parts.map(heightOf));
  const rule = theme.paint(theme.glyphs.bar.padStart(BAR), 'faint');
  const bar: Part = { width: BAR, lines: Array.from({ length: height }, () => rule) };
  return { direction: 'row', parts: parts.flatMap((one, i) => (i === 0 ? [one] : [bar, one])) };
}

export function heightOf(one: Part): number {
  if ('lines' in one) return one.lines.length;
  const heights = one.parts.map(heightOf);
  return one.direction === 'row' ? Math.max(...heights) : heights.reduce((sum, height) => sum + height, 0);
}

function dialogBox(model: Model, theme: Theme): Box | null {
  const { dialog } = model;
  if (!dialog) return null;
  switch (dialog.kind) {
    case 'plan':
      return planBox(model, dialog, theme);
    case 'help':
    case 'details':
    case 'json':
    case 'why':
    case 'outcome':
      return pageBox(model, dialog, theme);
    default:
      // Filter, weight and waiting live in the footer: the picture above stays whole.
      return null;
  }
}

function tooSmallPart({ columns, rows }: Model): Part {
  const text = `hatop needs ${MIN_COLUMNS}x${MIN_ROWS}, this is ${columns}x${rows}`;
  const left = Math.max(0, Math.floor((columns - text.length) / 2));
  const middle = Math.floor((rows - 1) / 2);
  const lines = Array.from({ length: rows }, (_, y) =>
    fitTo(y === middle ? `${' '.repeat(left)}${text}` : '', columns),
  );
  return { width: columns, lines };
}
