/** Who gets which part of the screen between header and footer. Cells and rows; the heading of a pane is one row of its height. */
import { alertsOf } from './alerts.ts';
import { itemsOf } from './items.ts';
import { type Model, PANES, type PaneName, shownFeed } from './model.ts';
import { footerRows } from './panes/footer.ts';

export interface Place {
  readonly pane: PaneName;
  readonly width: number;
  readonly height: number;
}
export type Block = Place | { readonly direction: 'row' | 'column'; readonly parts: readonly Block[] };

const WIDE = 120;
/** Cells between two panes that stand side by side. */
export const BAR = 2;
/** Title, engine and data plane; one more for each thing that is wrong, at most three. */
const alertCount = (model: Model): number => alertsOf(shownFeed(model).snapshot).length;

/** Rows between header and footer. */
export const bodyHeight = (model: Model): number => Math.max(4, model.rows - 2 - alertCount(model) - footerRows(model));

export function layoutOf(model: Model): Block {
  const { columns } = model;
  const bodyRows = bodyHeight(model);
  if (model.zoom) return { pane: model.focus, width: columns, height: bodyRows };
  return columns >= WIDE ? sideBySide(model, bodyRows) : stacked(model, bodyRows);
}

const wants = (model: Model, pane: PaneName): number => 1 + Math.max(1, itemsOf(model, pane).length);

function stacked(model: Model, height: number): Block {
  const least: Record<PaneName, number> = { instances: 5, services: 7, adverts: 4, events: 4 };
  const heights = share(
    height,
    PANES.map((pane) => ({ want: wants(model, pane), least: least[pane] })),
  );
  return {
    direction: 'column',
    parts: PANES.map((pane, i) => ({ pane, width: model.columns, height: heights[i] ?? 1 })),
  };
}

/** Instances and services over the whole width, with their reasons; below them the two logs side by side. */
function sideBySide(model: Model, height: number): Block {
  const [top = 1, middle = 1, below = 1] = share(height, [
    { want: wants(model, 'instances'), least: Math.floor(height / 4) },
    { want: wants(model, 'services'), least: Math.floor(height / 4) },
    { want: height, least: Math.floor(height / 3) },
  ]);
  const left = Math.floor((model.columns - BAR) / 2);
  return {
    direction: 'column',
    parts: [
      { pane: 'instances', width: model.columns, height: top },
      { pane: 'services', width: model.columns, height: middle },
      {
        direction: 'row',
        parts: [
          { pane: 'adverts', width: left, height: below },
          { pane: 'events', width: model.columns - BAR - left, height: below },
        ],
      },
    ],
  };
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
