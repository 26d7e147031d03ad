/** One who advertises a virtual router, one row. */
import { type Sender, silence } from '../ledger.ts';
import { type Span, span } from '../line.ts';
import type { Column } from '../table.ts';
import { brief, exact, figure } from '../words.ts';
import type { RowContext } from './context.ts';

export function senderColumns(title: string, context: RowContext): Column<Sender>[] {
  const { theme } = context;
  return [
    {
      title,
      rank: 0,
      min: 15,
      max: 26,
      cell: ({ advert, source }) =>
        span(source, advert.direction === 'sent' ? 'good' : advert.verdict === 'valid' ? 'plain' : 'bad'),
    },
    {
      title: ' ',
      rank: 1,
      min: 1,
      max: 1,
      cell: ({ advert }) =>
        advert.direction === 'sent' ? span(theme.glyphs.sent, 'good') : span(theme.glyphs.received, 'accent'),
    },
    { title: 'vrid', rank: 2, min: 4, max: 4, align: 'right', cell: ({ vrid }) => span(String(vrid)) },
    { title: 'prio', rank: 1, min: 4, max: 4, align: 'right', cell: priorityCell },
    { title: 'now', rank: 1, min: 11, max: 12, cell: (s) => nowCell(s, context) },
    { title: 'every', rank: 6, min: 6, max: 7, align: 'right', cell: (s) => span(exact(s.advert.adverIntervalMs)) },
    { title: 'gap', rank: 5, min: 7, max: 8, align: 'right', cell: ({ gapMs }) => duration(gapMs) },
    { title: 'jitter', rank: 3, min: 6, max: 7, align: 'right', cell: ({ jitterMs }) => duration(jitterMs) },
    { title: 'missed', rank: 4, min: 6, max: 6, align: 'right', cell: ({ missed }) => wrongIfAny(missed, 'warn') },
    { title: 'heard', rank: 7, min: 5, max: 5, align: 'right', cell: ({ count }) => span(figure(count)) },
    { title: 'refused', rank: 8, min: 7, max: 7, align: 'right', cell: (s) => wrongIfAny(s.discarded, 'bad') },
    { title: 'on', rank: 9, min: 4, max: 10, cell: (s) => span(s.interface, 'faint') },
    { title: 'verdict', rank: 3, min: 8, max: 60, grows: true, cell: verdictCell },
  ];
}

const priorityCell = ({ advert: { priority } }: Sender): Span =>
  span(String(priority), priority === 0 ? 'warn' : 'strong');

/** How many come in a second, or since when none. */
function nowCell(sender: Sender, { known, now }: RowContext): Span {
  if (!known) return span('UNKNOWN', 'bad');
  const quiet = silence(sender, now);
  if (quiet !== null) return span(`silent ${brief(quiet)}`, 'faint');
  return sender.gapMs === null ? span('first', 'faint') : span(`${rate(1000 / sender.gapMs)}/s`, 'good');
}

const rate = (perSecond: number): string => (perSecond < 9.95 ? perSecond.toFixed(1) : figure(perSecond));
const duration = (ms: number | null): Span => (ms === null ? span('-', 'faint') : span(exact(ms)));
const wrongIfAny = (count: number, tone: 'warn' | 'bad'): Span => span(figure(count), count > 0 ? tone : 'faint');

function verdictCell({ advert: { verdict, detail, priority } }: Sender): Span {
  if (verdict !== 'valid') return span(detail ? `${verdict}: ${detail}` : verdict, 'bad');
  return priority === 0 ? span('leaves mastership', 'warn') : span('valid', 'faint');
}
