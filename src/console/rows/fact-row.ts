/** A field of a row, one row. */
import { span } from '../line.ts';
import type { Column } from '../table.ts';
import type { Field } from './field.ts';

/** `title`: of what. */
export const factColumns = (title: string): Column<Field>[] => [
  { title: '', rank: 0, min: 15, max: 15, cell: ({ name }) => span(name, 'accent') },
  { title, rank: 0, min: 20, max: 400, grows: true, cell: ({ text }) => span(text) },
];
