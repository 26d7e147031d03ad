/** A probe, one row: of whom, what it asks, what came of it last, and what comes next. */
import type { CheckSnapshot } from '../../control/snapshot.ts';
import type { Probe } from '../checks.ts';
import { type Span, span } from '../line.ts';
import type { Column } from '../table.ts';
import { brief, exact, serverName, serviceName } from '../words.ts';
import type { Belief, RowContext } from './context.ts';
import { type Field, field } from './field.ts';

export function checkColumns(context: RowContext): Column<Probe>[] {
  const { known } = context;
  const whenKnown = (cell: (check: CheckSnapshot) => Span) => (probe: Probe) =>
    known ? cell(probe.check) : span('?', 'warn');
  return [
    { title: 'Checks', rank: 0, min: 9, max: 9, cell: ({ check }) => stateCell(check, context) },
    {
      title: 'real server',
      rank: 1,
      min: 19,
      max: 28,
      cell: ({ users }) => span(serverName(users[0].server), 'strong'),
    },
    { title: 'asks', rank: 2, min: 16, max: 44, cell: ({ check }) => span(check.what) },
    { title: 'took', rank: 5, min: 6, max: 7, align: 'right', cell: whenKnown(tookCell) },
    { title: 'ago', rank: 4, min: 4, max: 5, align: 'right', cell: whenKnown((c) => agoCell(c, context)) },
    { title: 'next in', rank: 3, min: 7, max: 7, align: 'right', cell: whenKnown((c) => nextCell(c, context)) },
    { title: 'left', rank: 6, min: 4, max: 4, align: 'right', cell: whenKnown(leftCell) },
    { title: 'serves', rank: 7, min: 18, max: 44, cell: ({ users }) => span(servesWords(users)) },
    { title: 'last result', rank: 1, min: 20, max: 400, grows: true, cell: whenKnown(resultCell) },
  ];
}

function stateCell({ up }: CheckSnapshot, { known, theme: { glyphs } }: RowContext): Span {
  if (!known) return span(`${glyphs.unknown} UNKNOWN`, 'bad');
  if (up === null) return span(`${glyphs.starting} UNKNOWN`, 'warn');
  return up ? span(`${glyphs.up} UP`, 'good') : span(`${glyphs.down} DOWN`, 'bad');
}

const tookCell = ({ last }: CheckSnapshot): Span =>
  last === null || last.tookMs === null ? span('-', 'faint') : span(exact(last.tookMs));

const agoCell = ({ last }: CheckSnapshot, { now }: RowContext): Span =>
  last === null ? span('-', 'faint') : span(brief(now - Date.parse(last.at)));

const nextCell = ({ nextRunAt }: CheckSnapshot, { now }: RowContext): Span =>
  nextRunAt === null ? span('now', 'accent') : span(brief(Date.parse(nextRunAt) - now));

/** What is still forgiven counts while it fails. */
const leftCell = ({ last, up, retriesLeft }: CheckSnapshot): Span =>
  span(String(retriesLeft), up && last && !last.good ? 'warn' : 'faint');

const resultCell = ({ last }: CheckSnapshot): Span =>
  last === null ? span('not asked yet', 'faint') : span(last.reason, last.good ? 'faint' : 'bad');

/** Services by their names, each once. */
function servesWords(users: Probe['users']): string {
  const names = [...new Set(users.map(({ service }) => serviceName(service)))];
  return names.join(' ');
}

export function describeProbe({ check, users }: Probe, { known, now }: Belief): Field[] {
  const say = (text: string): string => (known ? text : 'UNKNOWN');
  const { last, nextRunAt, up, retriesLeft } = check;
  return [
    field('asks', `${check.what} (${check.kind})`),
    field('state', say(up === null ? 'not decided yet' : up ? 'UP' : 'DOWN')),
    field('last result', say(last === null ? 'not asked yet' : `${last.good ? 'good' : 'bad'}: ${last.reason}`)),
    ...(last ? [field('at', say(`${last.at}${last.tookMs === null ? '' : `, took ${exact(last.tookMs)}`}`))] : []),
    field(
      'next run',
      say(nextRunAt === null ? 'it runs now, or is stopped' : `in ${brief(Date.parse(nextRunAt) - now)}`),
    ),
    field('forgiven', say(`${retriesLeft} more failures`)),
    ...users.map(({ service, server }, i) =>
      field(i === 0 ? 'serves' : '', `${serverName(server)} in ${serviceName(service)}`),
    ),
  ];
}
