/** Columns that fit: the least important ones go first, the rest share the width. */
import { clean } from '../control/clean.ts';
import { fitTo } from './fit.ts';
import { type Line, measure, type Span, span } from './line.ts';
import type { Theme } from './theme.ts';

export interface Column<Row> {
  readonly title: string;
  /** 0 stays whatever happens; the highest goes first. */
  readonly rank: number;
  /** Cells that it needs (or its content, where that is less) before a column of a higher rank may stay. */
  readonly min: number;
  /** May be exceeded by a column that grows. */
  readonly max: number;
  readonly align?: 'left' | 'right';
  /** Takes what is left over. */
  readonly grows?: boolean;
  readonly cell: (row: Row) => Span;
}

export interface PlacedColumn<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/** The columns that fit into `width` cells with one space between them, and how wide each is. */
export function placeColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  theme: Theme,
): PlacedColumn<Row>[] {
  const sized = columns.map((column) => {
    const cells = rows.map((row) => measure(column.cell(row).text, theme));
    const content = Math.min(column.max, Math.max(measure(column.title, theme), ...cells));
    return { column, content, width: Math.min(column.min, content) };
  });
  const taken = (): number => sized.reduce((sum, one) => sum + one.width + 1, -1);
  while (sized.length > 1 && taken() > width) {
    const worst = sized.reduce((a, b) => (b.column.rank >= a.column.rank ? b : a));
    if (worst.column.rank === 0) break;
    sized.splice(sized.indexOf(worst), 1);
  }
  let room = width - taken();
  for (const one of [...sized].sort((a, b) => a.column.rank - b.column.rank)) {
    const more = Math.max(0, Math.min(room, one.content - one.width));
    one.width += more;
    room -= more;
  }
  const growing = sized.find(({ column }) => column.grows);
  if (growing) growing.width += Math.max(0, room);
  return sized.map(({ column, width: cells }) => ({ column, width: cells }));
}

export function headingLine<Row>(placed: readonly PlacedColumn<Row>[], theme: Theme): string {
  return placed.map(({ column, width }) => fitTo(column.title, width, column.align, theme.glyphs.ellipsis)).join(' ');
}

export function rowLine<Row>(placed: readonly PlacedColumn<Row>[], row: Row, theme: Theme): Line {
  return placed.flatMap(({ column, width }, i) => {
    const { text, tone } = column.cell(row);
    const cell = span(fitTo(clean(text, theme.ascii), width, column.align, theme.glyphs.ellipsis), tone);
    return i === 0 ? [cell] : [span(' '), cell];
  });
}
