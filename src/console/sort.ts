/** The order of rows that are no log: as configured, or by one of a pane's keys. Unknown stands last either way. */
import type { Item } from './all-items.ts';
import type { PaneName } from './views.ts';

export interface Sort {
  /** A key of SORT_KEYS. */
  readonly by: string;
  readonly inverted: boolean;
}

interface SortKey {
  /** As the heading of the column says it. */
  readonly name: string;
  /** Figures are shown highest first, words from a to z. Null: unknown, or not of this kind of row. */
  readonly of: (item: Item) => string | number | null;
}

const STATES = ['fault', 'initialize', 'backup', 'master'];
const HEALTH = ['down', 'unknown', 'up'];

const INSTANCE_KEYS: readonly SortKey[] = [
  instanceKey('state', ({ state }) => -STATES.indexOf(state)),
  instanceKey('name', ({ name }) => name),
  instanceKey('mode', ({ admin }) => admin),
  instanceKey('prio', ({ priority }) => priority.effective),
  instanceKey('vrid', ({ vrid }) => -vrid),
  instanceKey('on', ({ interface: port }) => port),
  instanceKey('for', ({ since }) => Date.parse(since)),
];
const SERVER_KEYS: readonly SortKey[] = [
  serverKey('state', ({ health }) => -HEALTH.indexOf(health)),
  serverKey('real server', ({ address, port }) => `${address} ${port}`),
  serverKey('weight', ({ weight }) => weight.effective),
  serverKey('act', ({ connections }) => connections?.active ?? null),
  serverKey('inact', ({ connections }) => connections?.inactive ?? null),
  serverKey('pers', ({ connections }) => connections?.persistent ?? null),
  serverKey('cps', ({ rates }) => rates?.cps ?? null),
  serverKey('left', ({ drain }) => drain?.etaMs ?? null),
];

const SENDER_KEYS: readonly SortKey[] = [
  senderKey('source', ({ source }) => source),
  senderKey('vrid', ({ vrid }) => -vrid),
  senderKey('prio', ({ advert }) => advert.priority),
  senderKey('jitter', ({ jitterMs }) => jitterMs),
  senderKey('missed', ({ missed }) => missed),
  senderKey('heard', ({ count }) => count),
  senderKey('refused', ({ discarded }) => discarded),
];

const CHECK_KEYS: readonly SortKey[] = [
  checkKey('state', ({ check }) => -[false, null, true].indexOf(check.up)),
  checkKey('real server', ({ users: [{ server }] }) => `${server.address} ${server.port}`),
  checkKey('asks', ({ check }) => check.what),
  checkKey('took', ({ check }) => check.last?.tookMs ?? null),
  checkKey('next in', ({ check }) => (check.nextRunAt === null ? null : -Date.parse(check.nextRunAt))),
];
const DISCARD_KEYS: readonly SortKey[] = [
  { name: 'count', of: (item) => (item.kind === 'discard' ? item.discard.count : null) },
  { name: 'discarded', of: (item) => (item.kind === 'discard' ? item.discard.reason : null) },
];

/** None: a log is in the order of time. */
export const SORT_KEYS: Readonly<Record<PaneName, readonly SortKey[]>> = {
  instances: INSTANCE_KEYS,
  services: SERVER_KEYS,
  adverts: [],
  events: [],
  facts: [],
  peers: SENDER_KEYS,
  senders: SENDER_KEYS,
  operations: [],
  checks: CHECK_KEYS,
  discards: DISCARD_KEYS,
};

type Of<K extends Item['kind']> = Extract<Item, { kind: K }>;

function instanceKey(name: string, of: (instance: Of<'instance'>['instance']) => string | number | null): SortKey {
  return { name, of: (item) => (item.kind === 'instance' ? of(item.instance) : null) };
}

function serverKey(name: string, of: (server: Of<'server'>['server']) => string | number | null): SortKey {
  return { name, of: (item) => (item.kind === 'server' ? of(item.server) : null) };
}

function checkKey(name: string, of: (probe: Of<'check'>['probe']) => string | number | null): SortKey {
  return { name, of: (item) => (item.kind === 'check' ? of(item.probe) : null) };
}

function senderKey(name: string, of: (sender: Of<'sender'>['sender']) => string | number | null): SortKey {
  return { name, of: (item) => (item.kind === 'sender' ? of(item.sender) : null) };
}

/** The order one step on in the ring that starts with the configured one (null). */
export function nextSort(pane: PaneName, sort: Sort | null, by: 1 | -1): Sort | null {
  const names = [null, ...SORT_KEYS[pane].map(({ name }) => name)];
  const at = names.indexOf(sort?.by ?? null);
  const name = names[(at + by + names.length) % names.length] ?? null;
  return name === null ? null : { by: name, inverted: false };
}

/** Servers stay below their service; equal ones stay as they were. */
export function sorted(items: readonly Item[], pane: PaneName, sort: Sort | null): readonly Item[] {
  const key = SORT_KEYS[pane].find(({ name }) => name === sort?.by);
  if (!key || !sort) return items;
  const order = comparison(sort.inverted);
  const result: Item[] = [];
  let run: Item[] = [];
  const close = (): void => {
    const keyed = run.map((item) => ({ item, value: key.of(item) }));
    result.push(...keyed.sort((a, b) => order(a.value, b.value)).map(({ item }) => item));
    run = [];
  };
  for (const item of items) {
    if (item.kind === 'service') {
      close();
      result.push(item);
    } else run.push(item);
  }
  close();
  return result;
}

const WORDS = new Intl.Collator('en', { numeric: true });

function comparison(inverted: boolean) {
  const sign = inverted ? -1 : 1;
  return (a: string | number | null, b: string | number | null): number => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (b - a);
    return sign * WORDS.compare(String(a), String(b));
  };
}
