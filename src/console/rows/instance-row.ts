/** A virtual router instance, one row. */
import type { InstanceSnapshot } from '../../control/snapshot.ts';
import { type Span, span } from '../line.ts';
import type { Column } from '../table.ts';
import type { Theme, Tone } from '../theme.ts';
import { brief, countdown, exact } from '../words.ts';
import type { RowContext } from './context.ts';

interface Look {
  readonly word: string;
  readonly glyph: (theme: Theme) => string;
  readonly tone: Tone;
}

export const STATE_LOOKS: Readonly<Record<InstanceSnapshot['state'], Look>> = {
  master: { word: 'MASTER', glyph: ({ glyphs }) => glyphs.master, tone: 'good' },
  backup: { word: 'BACKUP', glyph: ({ glyphs }) => glyphs.backup, tone: 'accent' },
  fault: { word: 'FAULT', glyph: ({ glyphs }) => glyphs.fault, tone: 'bad' },
  initialize: { word: 'INIT', glyph: ({ glyphs }) => glyphs.starting, tone: 'warn' },
};
const UNKNOWN_STATE: Look = { word: 'UNKNOWN', glyph: ({ glyphs }) => glyphs.unknown, tone: 'bad' };
const UNKNOWN: Span = span('?', 'warn');

const lookOf = (instance: InstanceSnapshot, context: RowContext): Look =>
  context.known ? STATE_LOOKS[instance.state] : UNKNOWN_STATE;

export function instanceColumns(context: RowContext): Column<InstanceSnapshot>[] {
  const { known } = context;
  const whenKnown = (cell: (i: InstanceSnapshot) => Span) => (i: InstanceSnapshot) => (known ? cell(i) : UNKNOWN);
  return [
    { title: 'Instances', rank: 0, min: 11, max: 11, cell: (i) => stateCell(i, context) },
    { title: 'name', rank: 0, min: 12, max: 18, cell: ({ name }) => span(name, 'strong') },
    { title: 'mode', rank: 2, min: 13, max: 23, cell: whenKnown((i) => modeCell(i, context)) },
    { title: 'prio', rank: 1, min: 7, max: 7, cell: (i) => priorityCell(i, known) },
    { title: 'vrid', rank: 5, min: 4, max: 4, align: 'right', cell: ({ vrid }) => span(String(vrid)) },
    { title: 'on', rank: 6, min: 8, max: 10, cell: (i) => span(i.interface) },
    { title: 'virtual addresses', rank: 3, min: 16, max: 44, grows: true, cell: (i) => addressCell(i, context) },
    { title: 'master', rank: 7, min: 15, max: 24, cell: whenKnown(masterCell) },
    { title: 'advert', rank: 4, min: 6, max: 6, align: 'right', cell: whenKnown((i) => advertCell(i, context)) },
    {
      title: 'down after',
      rank: 10,
      min: 10,
      max: 10,
      align: 'right',
      cell: ({ masterDownMs }) => span(exact(masterDownMs)),
    },
    { title: 'for', rank: 4, min: 4, max: 5, align: 'right', cell: whenKnown((i) => sinceCell(i, context)) },
    { title: 'reason', rank: 9, min: 40, max: 60, cell: whenKnown((i) => reasonCell(i)) },
  ];
}

function stateCell(instance: InstanceSnapshot, context: RowContext): Span {
  const look = lookOf(instance, context);
  return span(`${look.glyph(context.theme)} ${look.word}`, look.tone);
}

function modeCell({ admin, leaseEndsAt, state }: InstanceSnapshot, { now }: RowContext): Span {
  if (admin === 'active') return span('active', 'faint');
  const left = leaseEndsAt === null ? '' : ` ${countdown(Date.parse(leaseEndsAt) - now)}`;
  const rescuing = admin === 'standby' && state === 'master' ? ' rescuing' : '';
  return span(`${admin}${left}${rescuing}`, 'warn');
}

/** Effective over base; the tone says where they differ. */
function priorityCell({ priority: { base, effective } }: InstanceSnapshot, known: boolean): Span {
  if (!known) return span(`?/${base}`, 'warn');
  return span(`${effective}/${base}`, effective === base ? 'plain' : 'warn');
}

/** Present is right on the master, absent on everybody else. */
function addressCell({ virtualAddresses, state }: InstanceSnapshot, { known, theme }: RowContext): Span {
  const signs = virtualAddresses.map(({ address, present }) => {
    const sign =
      !known || present === null ? theme.glyphs.unknown : present ? theme.glyphs.present : theme.glyphs.absent;
    return { text: `${sign}${address}`, right: known && present === (state === 'master') };
  });
  const text = signs.map((sign) => sign.text).join(' ');
  const wrong = signs.some(({ right }) => !right);
  return span(text, wrong ? 'warn' : state === 'master' ? 'good' : 'plain');
}

function masterCell({ master, state }: InstanceSnapshot): Span {
  if (state === 'master') return span('this node', 'good');
  return master ? span(`${master.address} (${master.priority})`) : span('none heard', 'warn');
}

/** Since the master's last advert; ours are not heard by us. */
function advertCell({ master, state, adverIntervalMs }: InstanceSnapshot, { age }: RowContext): Span {
  if (state === 'master') return span('-', 'faint');
  if (!master) return span('never', 'warn');
  const ago = master.lastAdvertAgoMs + age;
  return span(brief(ago), ago > 2 * adverIntervalMs + 1000 ? 'warn' : 'plain');
}

const sinceCell = ({ since }: InstanceSnapshot, { now }: RowContext): Span => span(brief(now - Date.parse(since)));

const reasonCell = ({ faults, reason }: InstanceSnapshot): Span =>
  faults.length > 0 ? span(faults.join('; '), 'bad') : span(reason, 'faint');
