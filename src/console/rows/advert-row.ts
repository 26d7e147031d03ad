/** An advertisement as it passed, one row. */
import type { AdvertObservation, JournalEvent } from '../../control/link.ts';
import { type Line, span } from '../line.ts';
import type { Column } from '../table.ts';
import { clockTime, exact } from '../words.ts';
import type { RowContext } from './context.ts';

export function advertColumns({ theme }: RowContext): Column<AdvertObservation>[] {
  return [
    { title: 'Adverts', rank: 0, min: 12, max: 12, cell: ({ at }) => span(clockTime(at, true), 'faint') },
    {
      title: ' ',
      rank: 0,
      min: 1,
      max: 1,
      cell: ({ direction }) =>
        direction === 'sent' ? span(theme.glyphs.sent, 'good') : span(theme.glyphs.received, 'accent'),
    },
    { title: 'source', rank: 0, min: 15, max: 26, cell: ({ source }) => span(source) },
    { title: 'vrid', rank: 2, min: 4, max: 4, align: 'right', cell: ({ vrid }) => span(String(vrid)) },
    {
      title: 'prio',
      rank: 0,
      min: 4,
      max: 4,
      align: 'right',
      cell: ({ priority }) => span(String(priority), priority === 0 ? 'warn' : 'strong'),
    },
    { title: 'every', rank: 4, min: 6, max: 7, align: 'right', cell: (a) => span(exact(a.adverIntervalMs)) },
    {
      title: 'ttl',
      rank: 6,
      min: 3,
      max: 3,
      align: 'right',
      cell: ({ ttl }) => span(String(ttl), ttl === 255 ? 'faint' : 'bad'),
    },
    { title: 'gap', rank: 3, min: 8, max: 8, align: 'right', cell: gapCell },
    { title: 'on', rank: 7, min: 4, max: 10, cell: (a) => span(a.interface, 'faint') },
    { title: 'verdict', rank: 1, min: 14, max: 60, grows: true, cell: verdictCell },
  ];
}

/** A gap of more than one and a half intervals is a lost advert. */
function gapCell({ gapMs, adverIntervalMs }: AdvertObservation) {
  if (gapMs === null) return span('first', 'faint');
  return span(
    gapMs < 100_000 ? `${Math.round(gapMs)} ms` : exact(gapMs),
    gapMs > 1.5 * adverIntervalMs ? 'warn' : 'plain',
  );
}

function verdictCell({ verdict, detail, priority }: AdvertObservation) {
  if (verdict !== 'valid') return span(detail ? `${verdict}: ${detail}` : verdict, 'bad');
  return priority === 0 ? span('valid: leaves mastership', 'warn') : span('valid', 'faint');
}

/** Between the adverts: an instance has changed its state. */
export const markerLine = ({ at, subject, text }: JournalEvent, { theme }: RowContext): Line => [
  span(clockTime(at, true), 'faint'),
  span(` ${theme.glyphs.frame[4].repeat(2)} `, 'warn'),
  span(subject, 'strong'),
  span(` ${text}`, 'warn'),
];
