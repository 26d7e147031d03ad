/** The one key table. Help, footer and docs are made from it; a key that is not here does nothing. */
import type { Intent } from './intents.ts';
import type { Key } from './key-parser.ts';
import { VIEWS } from './views.ts';

export interface Binding {
  readonly keys: readonly string[];
  readonly intent: Intent;
  readonly group: 'look' | 'move' | 'change' | 'leave';
  /** For the help page. */
  readonly does: string;
  /** For the line of keys, with its place there: the lowest stays on a narrow screen. */
  readonly hint?: { readonly word: string; readonly place: number };
}

export const BINDINGS: readonly Binding[] = [
  {
    keys: ['F'],
    intent: 'failover',
    group: 'change',
    does: 'fail over; on a backup: take over',
    hint: { word: 'failover', place: 3 },
  },
  {
    keys: ['B'],
    intent: 'failback',
    group: 'change',
    does: 'fail back to this node',
    hint: { word: 'failback', place: 9 },
  },
  {
    keys: ['S'],
    intent: 'standby',
    group: 'change',
    does: 'standby for 30 minutes; it still rescues',
    hint: { word: 'standby', place: 8 },
  },
  { keys: ['M'], intent: 'maintenance', group: 'change', does: 'maintenance: out of the election, with a reason' },
  {
    keys: ['D'],
    intent: 'drain',
    group: 'change',
    does: 'drain the real server (or the marked ones)',
    hint: { word: 'drain', place: 4 },
  },
  {
    keys: ['E'],
    intent: 'enable',
    group: 'change',
    does: 'enable the server; on an instance: end its mode',
    hint: { word: 'enable', place: 5 },
  },
  {
    keys: ['W'],
    intent: 'weight',
    group: 'change',
    does: 'weight of the real server: 0, 50%, +10, =',
    hint: { word: 'weight', place: 6 },
  },
  { keys: ['R'], intent: 'reload', group: 'change', does: 'reload the configuration; shows the difference first' },
  { keys: ['?', 'f1'], intent: 'help', group: 'look', does: 'this page', hint: { word: 'help', place: 1 } },
  {
    keys: ['enter', 'd'],
    intent: 'open',
    group: 'look',
    does: 'everything about this row',
    hint: { word: 'open', place: 10 },
  },
  { keys: ['x'], intent: 'why', group: 'look', does: 'why: explain this state', hint: { word: 'why', place: 7 } },
  { keys: ['y'], intent: 'json', group: 'look', does: 'this row as JSON, as status --json has it' },
  { keys: ['l'], intent: 'events-of-row', group: 'look', does: 'the events of this row' },
  { keys: ['r'], intent: 'outcome', group: 'look', does: 'the last result in full' },
  {
    keys: ['/'],
    intent: 'filter',
    group: 'look',
    does: 'filter this pane; !word inverts, Esc clears',
    hint: { word: 'filter', place: 11 },
  },
  { keys: ['>'], intent: 'sort-next', group: 'look', does: 'sort by the next column' },
  { keys: ['<'], intent: 'sort-previous', group: 'look', does: 'sort by the column before' },
  { keys: ['i'], intent: 'sort-invert', group: 'look', does: 'the other way round' },
  { keys: ['t'], intent: 'wallboard', group: 'look', does: 'the wallboard: charts; q comes back' },
  {
    keys: ['p'],
    intent: 'freeze',
    group: 'look',
    does: 'freeze the picture; its age goes on counting',
    hint: { word: 'freeze', place: 13 },
  },
  {
    keys: ['z'],
    intent: 'zoom',
    group: 'look',
    does: 'this pane on the whole screen',
    hint: { word: 'zoom', place: 14 },
  },
  { keys: ['o'], intent: 'other-node', group: 'look', does: 'the other node', hint: { word: 'other node', place: 12 } },
  { keys: ['C-l'], intent: 'repaint', group: 'look', does: 'draw the screen again' },
  ...VIEWS.map(({ key, name, does }): Binding => ({ keys: [key], intent: `view-${name}`, group: 'move', does })),
  { keys: ['tab'], intent: 'next-pane', group: 'move', does: 'next pane' },
  { keys: ['S-tab'], intent: 'previous-pane', group: 'move', does: 'previous pane' },
  { keys: ['j', 'down'], intent: 'down', group: 'move', does: 'down' },
  { keys: ['k', 'up'], intent: 'up', group: 'move', does: 'up' },
  { keys: ['g', 'home'], intent: 'first', group: 'move', does: 'first row' },
  { keys: ['G', 'end'], intent: 'last', group: 'move', does: 'last row; follow a log' },
  { keys: ['pageup'], intent: 'page-up', group: 'move', does: 'a page up' },
  { keys: ['pagedown'], intent: 'page-down', group: 'move', does: 'a page down' },
  { keys: [' '], intent: 'mark', group: 'move', does: 'mark a real server for D E W' },
  {
    keys: ['escape', 'backspace', 'C-g'],
    intent: 'back',
    group: 'leave',
    does: 'back, cancel, clear filter and marks',
  },
  {
    keys: ['q', 'C-c'],
    intent: 'quit',
    group: 'leave',
    does: 'leave; operations go on in the engine',
    hint: { word: 'quit', place: 2 },
  },
  { keys: ['C-z'], intent: 'suspend', group: 'leave', does: 'to the shell; fg comes back' },
];

/** `j`, `F`, `C-c`, `A-x`, `S-tab`: how the table names a key. */
export const chord = (key: Key): string =>
  `${key.ctrl ? 'C-' : ''}${key.alt ? 'A-' : ''}${key.shift && key.name.length > 1 ? 'S-' : ''}${key.name}`;

const INTENTS = new Map(BINDINGS.flatMap(({ keys, intent }) => keys.map((key) => [key, intent] as const)));

export const intentOf = (key: Key): Intent | undefined => INTENTS.get(chord(key));

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  enter: 'Enter',
  escape: 'Esc',
  backspace: 'Backspace',
  tab: 'Tab',
  'S-tab': 'Shift-Tab',
  up: 'Up',
  down: 'Down',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  f1: 'F1',
};

/** For people: `C-c` is Ctrl-C. */
export const keyName = (key: string): string =>
  NAMES[key] ?? (key.startsWith('C-') ? `Ctrl-${key.slice(2).toUpperCase()}` : key);
