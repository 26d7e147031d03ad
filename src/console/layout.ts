/** Who gets which part of the screen between header and footer. Cells and rows; the heading of a pane is one row of its height. */
import { alertsOf } from './alerts.ts';
import { itemsOf } from './items.ts';
import { type Model, shownFeed } from './model.ts';
import { footerRows } from './panes/footer.ts';
import { type Band, type PaneName, viewSpec } from './views.ts';

export interface Place {
  readonly pane: PaneName;
  readonly width: number;
  readonly height: number;
}
export type Block = Place | { readonly direction: 'row' | 'column'; readonly parts: readonly Block[] };

const WIDE = 120;
/** Cells between two panes that stand side by side. */
export const BAR = 2;
/** A line on top for each thing that is wrong, at most three. */
const alertCount = (model: Model): number => alertsOf(shownFeed(model).snapshot).length;

/** The views stand above their panes; the charts have no panes. */
const headerRows = (model: Model): number => (model.wallboard === 'closed' ? 3 : 2) + alertCount(model);

/** Rows between header and footer. */
export const bodyHeight = (model: Model): number => Math.max(4, model.rows - headerRows(model) - footerRows(model));

export function layoutOf(model: Model): Block {
  const { columns } = model;
  const bodyRows = bodyHeight(model);
  if (model.zoom) return { pane: model.focus, width: columns, height: bodyRows };
  return columns >= WIDE ? sideBySide(model, bodyRows) : stacked(model, bodyRows);
}

const wants = (model: Model, pane: PaneName): number => 1 + Math.max(1, itemsOf(model, pane).length);

function stacked(model: Model, height: number): Block {
  const claims = viewSpec(model.view).bands.flatMap(({ panes }) => panes.flatMap((claim) => claim ?? []));
  const heights = share(
    height,
    claims.map(({ pane, least }) => ({ want: wants(model, pane), least })),
  );
  const parts = claims.map(({ pane }, i) => ({ pane, width: model.columns, height: heights[i] ?? 1 }));
  return { direction: 'column', parts };
}

/** Bands over the whole width, with their reasons; the panes of one share it. */
function sideBySide(model: Model, height: number): Block {
  const { bands } = viewSpec(model.view);
  const heights = share(
    height,
    bands.map(({ panes, part }) => ({
      want: Math.max(...panes.map((claim) => (claim ? wants(model, claim.pane) : 0))),
      least: Math.floor(height / part),
    })),
  );
  return { direction: 'column', parts: bands.map((band, i) => bandBlock(band, model.columns, heights[i] ?? 1)) };
}

function bandBlock({ panes: [first, second], left: percent = 50 }: Band, columns: number, height: number): Block {
  if (!second) return { pane: first.pane, width: columns, height };
  const left = Math.floor(((columns - BAR) * percent) / 100);
  const parts = [
    { pane: first.pane, width: left, height },
    { pane: second.pane, width: columns - BAR - left, height },
  ];
  return { direction: 'row', parts };
}

/** First to each its least (or what it wants, where that is less), then row by row to whoever wants more; the last ones take the rest. */
export function share(total: number, claims: readonly { want: number; least: number }[]): number[] {
  const given = claims.map(({ want, least }) => Math.min(want, least));
  let room = total - given.reduce((sum, rows) => sum + rows, 0);
  while (room > 0) {
    const hungry = claims.flatMap(({ want }, i) => (want > (given[i] ?? 0) ? [i] : []));
    const takers = hungry.length > 0 ? hungry : [claims.length - 1];
    for (const i of takers) {
      if (room === 0) break;
      given[i] = (given[i] ?? 0) + 1;
      room--;
    }
  }
  for (let i = given.length - 1; room < 0; i = (i + given.length - 1) % given.length) {
    if ((given[i] ?? 0) > 1) {
      given[i] = (given[i] ?? 0) - 1;
      room++;
    } else if (given.every((rows) => rows <= 1)) break;
  }
  return given;
}

/** Where each pane that is drawn stands. */
export function placesOf(block: Block): Place[] {
  return 'pane' in block ? [block] : block.parts.flatMap(placesOf);
}

/** The first row to draw so that `cursor` is on the screen, moved as little as possible. */
export function windowTop(top: number, height: number, cursor: number, count: number): number {
  const last = Math.max(0, count - height);
  const near = Math.min(2, Math.floor((height - 1) / 2));
  const highest = Math.max(0, cursor - near);
  const lowest = cursor + near - height + 1;
  return Math.max(0, Math.min(last, Math.max(Math.min(top, highest), lowest)));
}
