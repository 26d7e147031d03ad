/** An operation, one row; predicted beside measured. */
import { type Span, span } from '../line.ts';
import { resultTone } from '../outcome.ts';
import type { Operation } from '../past-operations.ts';
import type { Column } from '../table.ts';
import { brief, dayTime, exact } from '../words.ts';
import type { RowContext } from './context.ts';
import { type Field, field } from './field.ts';

export function operationColumns(context: RowContext): Column<Operation>[] {
  return [
    { title: 'Operations', rank: 0, min: 14, max: 14, cell: ({ at }) => span(dayTime(at), 'faint') },
    { title: 'result', rank: 0, min: 11, max: 16, cell: (o) => resultCell(o, context) },
    { title: 'what', rank: 0, min: 11, max: 12, cell: ({ verb }) => span(verb, 'strong') },
    { title: 'target', rank: 1, min: 14, max: 24, cell: ({ target }) => span(target) },
    { title: 'took', rank: 4, min: 5, max: 5, align: 'right', cell: (o) => tookCell(o, context) },
    { title: 'take-over (predicted)', rank: 5, min: 21, max: 21, cell: (o) => figures(o, 'takeOverMs') },
    { title: 'gap (predicted)', rank: 3, min: 15, max: 17, cell: (o) => figures(o, 'gapMs') },
    { title: 'by', rank: 6, min: 12, max: 26, cell: ({ by }) => span(by ?? '?', 'faint') },
    { title: 'step, or what came of it', rank: 2, min: 24, max: 400, grows: true, cell: ({ text }) => span(text) },
  ];
}

function resultCell({ result }: Operation, { known }: RowContext): Span {
  if (result === null) return known ? span('RUNNING', 'accent') : span('UNKNOWN', 'bad');
  return span(result, resultTone(result));
}

/** So far, where it is under way. */
function tookCell({ at, endedAt, result }: Operation, { known, now }: RowContext): Span {
  if (result === null) return known ? span(brief(now - Date.parse(at)), 'accent') : span('?', 'warn');
  return endedAt === null || endedAt === at ? span('-', 'faint') : span(brief(Date.parse(endedAt) - Date.parse(at)));
}

/** `612 ms (609 ms)`; a figure that is not known is a dash. */
function figures(operation: Operation, name: 'takeOverMs' | 'gapMs'): Span {
  const seen = operation.measured?.[name] ?? null;
  const expected = operation.predicted?.[name] ?? null;
  if (seen === null && expected === null) return span('-', 'faint');
  const ms = (value: number | null): string => (value === null ? '-' : exact(value));
  return span(
    `${ms(seen)} (${ms(expected)})`,
    seen !== null && expected !== null && seen > 2 * expected ? 'warn' : 'plain',
  );
}

export function describeOperation(o: Operation, { known, now }: Pick<RowContext, 'known' | 'now'>): Field[] {
  const running = known ? `RUNNING for ${brief(now - Date.parse(o.at))}` : 'UNKNOWN';
  return [
    field('result', o.result ?? running),
    field(o.result === null ? 'step' : 'came of it', o.text),
    field('by', o.by ?? 'the journal does not say'),
    field(o.endedAt === o.at ? 'ended' : 'began', o.at),
    ...(o.endedAt && o.endedAt !== o.at ? [field('ended', o.endedAt)] : []),
    ...(['takeOverMs', 'gapMs'] as const).flatMap((name) => {
      const { text } = figures(o, name);
      return text === '-'
        ? []
        : [
            field(
              name === 'gapMs' ? 'gap' : 'take-over',
              `${text.replace(' (', ' measured, ').replace(')', '')} predicted`,
            ),
          ];
    }),
  ];
}
