/** The rows of each pane as the operator sees them, by id: what the cursor, the marks and the windows work on. */
import type { AdvertObservation, JournalEvent } from '../control/link.ts';
import type { CheckSnapshot, InstanceSnapshot, RealServerSnapshot, ServiceSnapshot } from '../control/snapshot.ts';
import { allItems, type Item, type Row, senderItems, sourceOf } from './all-items.ts';
import type { Probe } from './checks.ts';
import type { Sender } from './ledger.ts';
import type { Model } from './model.ts';
import { shownFeed } from './model.ts';
import type { Operation } from './past-operations.ts';
import { beliefOf } from './rows/context.ts';
import { describe } from './rows/describe.ts';
import { sorted } from './sort.ts';
import { mainPane, type PaneName } from './views.ts';
import { serverName, serviceName } from './words.ts';

/** In a log the newest row stands last, and no selection means: follow it. */
const LOGS: ReadonlySet<PaneName> = new Set<PaneName>(['adverts', 'events', 'operations']);
export const isLog = (pane: PaneName): boolean => LOGS.has(pane);

/** Asked for many times of the same news: what it is made of never changes, so rows are made once for each way to see them. */
const made = new WeakMap<object, Map<string, readonly Item[]>>();

/** Filtered and sorted. */
export function itemsOf(model: Model, pane: PaneName): readonly Item[] {
  const { filter, sort } = model.panes[pane];
  const see = (items: readonly Item[]): readonly Item[] => sorted(filtered(items, pane, filter), pane, sort);
  if (pane === 'facts') return see(factItems(model));
  if (pane === 'peers') return see(peerItems(model));
  const feed = shownFeed(model);
  const source = sourceOf(feed, pane);
  const key = JSON.stringify([pane, filter, sort]);
  const ways = made.get(source) ?? new Map<string, readonly Item[]>();
  made.set(source, ways);
  const items = ways.get(key) ?? see(allItems(feed, pane));
  ways.set(key, items);
  return items;
}

/** The row that `facts` and `peers` are of. */
export function mainItem(model: Model): Row | undefined {
  const item = currentItem(model, mainPane(model.view));
  return item?.kind === 'fact' ? undefined : item;
}

/** Its fields, one a row; those that a field has several of keep its name. */
function factItems(model: Model): Item[] {
  const item = mainItem(model);
  if (!item) return [];
  let last = '';
  let more = 0;
  return describe(item, beliefOf(model)).map(({ name, text }) => {
    more = name === '' ? more + 1 : 0;
    last = name === '' ? last : name;
    return { kind: 'fact', id: `f ${last} ${more}`, name, text };
  });
}

/** Who advertises the instance's virtual router. */
function peerItems(model: Model): Item[] {
  const item = mainItem(model);
  if (item?.kind !== 'instance') return [];
  const { vrid, interface: port, family } = item.instance;
  const isPeer = (s: Sender): boolean =>
    s.vrid === vrid && s.interface === port && s.source.includes(':') === (family === 6);
  return senderItems(shownFeed(model).senders.filter(isPeer));
}

function filtered(items: readonly Item[], pane: PaneName, filter: string): readonly Item[] {
  if (filter === '' || filter === '!') return items;
  if (pane === 'events' && filter.startsWith(ABOUT))
    return items.filter((item) => isAbout(item, filter.slice(ABOUT.length)));
  const keeps = matcher(filter);
  if (pane !== 'services') return items.filter((item) => keeps(searchText(item)));
  // A service stays while one of its servers does, and brings all of them where it matches by itself.
  const servers = items.filter((item) => item.kind === 'server' && keeps(searchText(item)));
  const services = new Set(servers.map((item) => (item.kind === 'server' ? item.service : undefined)));
  return items.filter((item) => (item.kind === 'service' ? services.has(item.service) : servers.includes(item)));
}

/** A filter of the events by what they are about, not by a word in them. */
export const ABOUT = 'about:';

/** A server's operations name it as they were asked to, perhaps without its port; a service stands in the text of its servers' events. */
function isAbout(item: Item, name: string): boolean {
  if (item.kind !== 'event') return false;
  const { subject, text } = item.event;
  if (subject === name || (subject !== '' && name.startsWith(`${subject}:`))) return true;
  return name.includes('/') && text.includes(name);
}

function matcher(filter: string): (text: string) => boolean {
  const inverted = filter.startsWith('!');
  const word = (inverted ? filter.slice(1) : filter).toLowerCase();
  return (text) => text.toLowerCase().includes(word) !== inverted;
}

function searchText(item: Item): string {
  switch (item.kind) {
    case 'instance': {
      const { name, state, admin, interface: port, vrid, virtualAddresses } = item.instance;
      return [name, state, admin, port, vrid, ...virtualAddresses.map(({ address }) => address)].join(' ');
    }
    case 'service':
      return serviceName(item.service);
    case 'server':
      return [serviceName(item.service), serverName(item.server), item.server.health, item.server.admin].join(' ');
    case 'advert':
      return advertText(item.advert);
    case 'sender':
      return advertText(item.sender.advert);
    case 'operation': {
      const { verb, target, by, result, text } = item.operation;
      return `${verb} ${target} ${by ?? ''} ${result ?? 'running'} ${text}`;
    }
    case 'check':
      return checkText(item.probe);
    case 'discard':
      return `${item.discard.reason} ${item.discard.instance.name}`;
    case 'fact':
      return `${item.name} ${item.text}`;
    case 'event': {
      const { subject, text, severity, kind } = item.event;
      return `${subject} ${severity} ${kind} ${text}`;
    }
  }
}

const checkText = ({ check: { what, up, last }, users }: Probe): string =>
  [
    up === null ? 'unknown' : up ? 'up' : 'down',
    what,
    last?.reason ?? '',
    ...users.flatMap(({ service, server }) => [serviceName(service), serverName(server)]),
  ].join(' ');

const advertText = ({ source, interface: port, vrid, verdict, direction, priority }: AdvertObservation): string =>
  `${source} ${port} vrid ${vrid} prio ${priority} ${direction} ${verdict}`;

/** Where the cursor stands; -1 in an empty pane. A row that has gone leaves it where it would be without a choice. */
export function cursorOf(items: readonly Item[], selected: string | null, pane: PaneName): number {
  const found = selected === null ? -1 : items.findIndex(({ id }) => id === selected);
  if (found >= 0) return found;
  return isLog(pane) ? items.length - 1 : Math.min(0, items.length - 1);
}

export function currentItem(model: Model, pane: PaneName = model.focus): Item | undefined {
  const items = itemsOf(model, pane);
  return items[cursorOf(items, model.panes[pane].selected, pane)];
}

/** What a key is about: the row under the cursor, or the one that the fact there belongs to. */
export function meantItem(model: Model): Row | undefined {
  const item = currentItem(model);
  return item?.kind === 'fact' ? mainItem(model) : item;
}
export const meantPane = ({ focus, view }: Model): PaneName => (focus === 'facts' ? mainPane(view) : focus);

/** By id among everything, filtered or not; undefined when it has gone. */
export function itemById(model: Model, pane: PaneName, id: string): Row | undefined {
  const feed = shownFeed(model);
  if (pane === 'facts') return undefined;
  const items = pane === 'peers' ? senderItems(feed.senders) : allItems(feed, pane);
  return items.find((item) => item.id === id);
}

/** The item as the engine sent it. */
export function asSent(
  item: Row,
):
  | InstanceSnapshot
  | ServiceSnapshot
  | RealServerSnapshot
  | CheckSnapshot
  | Operation
  | AdvertObservation
  | JournalEvent {
  switch (item.kind) {
    case 'instance':
      return item.instance;
    case 'service':
      return item.service;
    case 'server':
      return item.server;
    case 'advert':
      return item.advert;
    case 'operation':
      return item.operation;
    case 'check':
      return item.probe.check;
    case 'discard':
      return item.discard.last ?? item.discard.instance;
    case 'sender':
      return item.sender.advert;
    case 'event':
      return item.event;
  }
}
