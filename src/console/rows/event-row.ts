/** A line of the journal, one row. */
import type { JournalEvent } from '../../control/link.ts';
import { span } from '../line.ts';
import type { Column } from '../table.ts';
import type { Tone } from '../theme.ts';
import { clockTime, dayTime } from '../words.ts';

export const SEVERITY: Readonly<Record<JournalEvent['severity'], { word: string; tone: Tone }>> = {
  info: { word: ' ', tone: 'plain' },
  warning: { word: '!', tone: 'warn' },
  error: { word: 'E', tone: 'bad' },
};

/** `alone`: they have the screen for themselves, and may be of yesterday. */
export function eventColumns(alone: boolean): Column<JournalEvent>[] {
  const kind: Column<JournalEvent> = {
    title: 'kind',
    rank: 3,
    min: 10,
    max: 10,
    cell: (e) => span(e.kind, 'faint'),
  };
  const [width, time] = alone ? [14, dayTime] : [8, clockTime];
  return [
    { title: 'Events', rank: 0, min: width, max: width, cell: ({ at }) => span(time(at), 'faint') },
    {
      title: ' ',
      rank: 0,
      min: 1,
      max: 1,
      cell: ({ severity }) => span(SEVERITY[severity].word, SEVERITY[severity].tone),
    },
    ...(alone ? [kind] : []),
    { title: 'about', rank: 2, min: 14, max: 22, cell: ({ subject }) => span(subject || 'engine', 'strong') },
    {
      title: 'what',
      rank: 0,
      min: alone ? 44 : 20,
      max: 400,
      grows: true,
      cell: ({ text, severity }) => span(text, SEVERITY[severity].tone),
    },
  ];
}
