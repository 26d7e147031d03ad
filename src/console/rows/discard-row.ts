/** Why advertisements of a virtual router were not believed, and how many. */
import type { Discard } from '../discards.ts';
import { span } from '../line.ts';
import type { Column } from '../table.ts';
import { figure } from '../words.ts';
import type { Belief } from './context.ts';
import { type Field, field } from './field.ts';

export const discardColumns = ({ known }: Belief): Column<Discard>[] => [
  { title: 'Discarded', rank: 0, min: 11, max: 14, cell: ({ reason }) => span(reason, 'bad') },
  {
    title: 'count',
    rank: 0,
    min: 5,
    max: 5,
    align: 'right',
    cell: ({ count }) => (known ? span(figure(count), 'strong') : span('?', 'warn')),
  },
  { title: 'instance', rank: 1, min: 10, max: 18, cell: ({ instance }) => span(instance.name) },
  { title: 'last', rank: 2, min: 16, max: 400, grows: true, cell: ({ last }) => span(lastWords(last), 'faint') },
];

const lastWords = (last: Discard['last']): string => (last ? `${last.source}: ${last.detail || last.verdict}` : '-');

export const describeDiscard = ({ reason, count, instance, last }: Discard, { known }: Belief): Field[] => [
  field('reason', reason),
  field('count', known ? `${count} since the engine was started` : 'UNKNOWN'),
  field('instance', `${instance.name}, VRID ${instance.vrid} on ${instance.interface}`),
  field('last', last ? `${last.at} ${lastWords(last)}` : 'none since this console was opened'),
];
