/** A pane: its heading, which is the heading of its columns too, and the window of its rows. Painted lines, exactly `height`. */

import type { Item } from '../all-items.ts';
import { freshness } from '../feed.ts';
import { cursorOf, itemsOf, mainItem } from '../items.ts';
import { type Line, paint, span, spread } from '../line.ts';
import { type Model, shownFeed } from '../model.ts';
import { advertColumns, markerLine } from '../rows/advert-row.ts';
import { checkColumns } from '../rows/check-row.ts';
import { beliefOf, type RowContext } from '../rows/context.ts';
import { titleOf } from '../rows/describe.ts';
import { discardColumns } from '../rows/discard-row.ts';
import { eventColumns } from '../rows/event-row.ts';
import { factColumns } from '../rows/fact-row.ts';
import { instanceColumns } from '../rows/instance-row.ts';
import { operationColumns } from '../rows/operation-row.ts';
import { senderColumns } from '../rows/sender-row.ts';
import { serverColumns, serviceLine } from '../rows/server-row.ts';
import { type Column, headingLine, placeColumns, rowLine } from '../table.ts';
import type { Theme } from '../theme.ts';
import { mainPane, type PaneName, panesOf } from '../views.ts';

/** Cursor and mark stand before every row. */
const GUTTER = 2;

interface Drawn {
  readonly heading: string;
  readonly line: (item: Item) => Line;
}

export function paneLines(model: Model, pane: PaneName, width: number, height: number, theme: Theme): string[] {
  const items = itemsOf(model, pane);
  const context: RowContext = { ...beliefOf(model), theme };
  const drawn = drawPane(model, pane, items, width - GUTTER, context);
  const { top, selected } = model.panes[pane];
  const cursor = cursorOf(items, selected, pane);
  const focused = model.focus === pane;
  // What stands beside it is of this row, wherever the focus is.
  const chosen =
    focused || selected !== null || (pane === mainPane(model.view) && panesOf(model.view).includes('facts'));
  const room = Math.max(0, height - 1);
  const rows = items.slice(top, top + room).map((item, i) => {
    const here = top + i === cursor;
    const gutter = `${here && chosen ? theme.glyphs.cursor : ' '}${model.marked.has(item.id) ? theme.glyphs.mark : ' '}`;
    return paint([span(gutter, 'strong'), ...drawn.line(item)], width, theme, here && focused ? 'selected' : undefined);
  });
  if (items.length === 0 && room > 0) rows.push(paint([span(`   ${emptyWords(model, pane)}`, 'faint')], width, theme));
  while (rows.length < room) rows.push(' '.repeat(width));
  return [heading(model, pane, items.length, room, drawn.heading, width, theme), ...rows];
}

function drawPane(model: Model, pane: PaneName, items: readonly Item[], width: number, context: RowContext): Drawn {
  const of = <R>(columns: readonly Column<R>[], pick: (item: Item) => R | undefined): Drawn =>
    table(columns, pick, items, width, context);
  switch (pane) {
    case 'instances':
      return of(instanceColumns(context), (item) => (item.kind === 'instance' ? item.instance : undefined));
    case 'services': {
      const servers = of(serverColumns(context), (item) => (item.kind === 'server' ? item.server : undefined));
      const line = (item: Item): Line =>
        item.kind === 'service' ? serviceLine(item.service, context) : servers.line(item);
      return { heading: servers.heading, line };
    }
    case 'adverts': {
      const adverts = of(advertColumns(context), (item) => (item.kind === 'advert' ? item.advert : undefined));
      const line = (item: Item): Line => (item.kind === 'event' ? markerLine(item.event, context) : adverts.line(item));
      return { heading: adverts.heading, line };
    }
    case 'operations':
      return of(operationColumns(context), (item) => (item.kind === 'operation' ? item.operation : undefined));
    case 'checks':
      return of(checkColumns(context), (item) => (item.kind === 'check' ? item.probe : undefined));
    case 'discards':
      return of(discardColumns(context), (item) => (item.kind === 'discard' ? item.discard : undefined));
    case 'events': {
      const alone = model.view === 'events' || model.zoom;
      return of(eventColumns(alone), (item) => (item.kind === 'event' ? item.event : undefined));
    }
    case 'facts': {
      const main = mainItem(model);
      return of(factColumns(main ? titleOf(main) : ''), (item) => (item.kind === 'fact' ? item : undefined));
    }
    case 'peers':
    case 'senders':
      return of(senderColumns('Senders', context), (item) => (item.kind === 'sender' ? item.sender : undefined));
  }
}

/** What rows need is measured once for as long as they are the same, however many keys are pressed. */
const measured = new WeakMap<readonly Item[], { readonly key: string; readonly widths: readonly PlacedWidth[] }>();
type PlacedWidth = readonly [column: number, width: number];

function table<Row>(
  columns: readonly Column<Row>[],
  pick: (item: Item) => Row | undefined,
  items: readonly Item[],
  width: number,
  { theme, known }: RowContext,
): Drawn {
  const key = JSON.stringify([width, known, theme.ascii, columns.map(({ title }) => title)]);
  const before = measured.get(items);
  const widths = before?.key === key ? before.widths : measure(columns, items.map(pick), width, theme);
  measured.set(items, { key, widths });
  const placed = widths.flatMap(([at, cells]) => {
    const column = columns[at];
    return column ? [{ column, width: cells }] : [];
  });
  return {
    heading: headingLine(placed, theme),
    line: (item) => {
      const row = pick(item);
      return row === undefined ? [] : rowLine(placed, row, theme);
    },
  };
}

function measure<Row>(
  columns: readonly Column<Row>[],
  rows: readonly (Row | undefined)[],
  width: number,
  theme: Theme,
): PlacedWidth[] {
  const there = rows.filter((row) => row !== undefined);
  return placeColumns<Row>(columns, there, width, theme).map((one) => [columns.indexOf(one.column), one.width]);
}

/** The heading says what is not seen: a filter, marks, rows above and below. */
function heading(
  model: Model,
  pane: PaneName,
  count: number,
  room: number,
  titles: string,
  width: number,
  theme: Theme,
): string {
  const { filter, sort, top } = model.panes[pane];
  const order = sort ? ` by ${sort.by}${sort.inverted ? ', inverted' : ''} ` : '';
  const marked = pane === 'services' && model.marked.size > 0 ? ` ${model.marked.size} marked ` : '';
  const window = count > room && room > 0 ? ` ${top + 1}-${Math.min(count, top + room)} of ${count}` : '';
  const notes = `${marked}${order}${filter === '' ? '' : ` filter /${filter} `}${window}`;
  const line = spread([span(`  ${titles}`)], [span(notes)], width, { ...theme, paint: (text) => text });
  return theme.paint(line, model.focus === pane ? 'heading-focused' : 'heading');
}

function emptyWords(model: Model, pane: PaneName): string {
  if (model.panes[pane].filter !== '') return 'nothing matches the filter: Esc clears it';
  if (freshness(shownFeed(model), model.at) === 'waiting') return 'waiting for the engine';
  return {
    instances: 'no vrrp_instance is configured',
    services: 'no virtual_server is configured',
    adverts: 'no advertisement has passed yet',
    events: 'nothing has happened yet',
    facts: 'no row above',
    operations: 'nothing has been asked for yet',
    checks: 'no real server has a check',
    senders: 'nobody has advertised since this console was opened',
    discards: 'nothing has been discarded',
    peers: 'nobody has advertised it since this console was opened',
  }[pane];
}
