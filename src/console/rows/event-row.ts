/** A line of the journal, one row. */
import type { JournalEvent } from '../../control/link.ts';
import { span } from '../line.ts';
import type { Column } from '../table.ts';
import type { Tone } from '../theme.ts';
import { clockTime } from '../words.ts';

export const SEVERITY: Readonly<Record<JournalEvent['severity'], { word: string; tone: Tone }>> = {
  info: { word: ' ', tone: 'plain' },
  warning: { word: '!', tone: 'warn' },
  error: { word: 'E', tone: 'bad' },
};

export function eventColumns(): Column<JournalEvent>[] {
  return [
    { title: '4 Events', rank: 0, min: 8, max: 8, cell: ({ at }) => span(clockTime(at), 'faint') },
    {
      title: ' ',
      rank: 0,
      min: 1,
      max: 1,
      cell: ({ severity }) => span(SEVERITY[severity].word, SEVERITY[severity].tone),
    },
    { title: 'about', rank: 2, min: 14, max: 22, cell: ({ subject }) => span(subject || 'engine', 'strong') },
    {
      title: 'what',
      rank: 0,
      min: 20,
      max: 400,
      grows: true,
      cell: ({ text, severity }) => span(text, SEVERITY[severity].tone),
    },
  ];
}
