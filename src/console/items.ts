/** The rows of each pane, by id: what the cursor, the marks and the windows work on. */
import type { AdvertObservation, JournalEvent } from '../control/link.ts';
import type { InstanceSnapshot, RealServerSnapshot, ServiceSnapshot } from '../control/snapshot.ts';
import type { Feed } from './feed.ts';
import type { Model, PaneName } from './model.ts';
import { shownFeed } from './model.ts';
import { sorted } from './sort.ts';
import { serverName, serviceName } from './words.ts';

export type Item =
  | { readonly kind: 'instance'; readonly id: string; readonly instance: InstanceSnapshot }
  | { readonly kind: 'service'; readonly id: string; readonly service: ServiceSnapshot }
  | {
      readonly kind: 'server';
      readonly id: string;
      readonly service: ServiceSnapshot;
      readonly server: RealServerSnapshot;
    }
  | { readonly kind: 'advert'; readonly id: string; readonly advert: AdvertObservation }
  | { readonly kind: 'event'; readonly id: string; readonly event: JournalEvent };

/** In a log the newest row stands last, and no selection means: follow it. */
export const isLog = (pane: PaneName): boolean => pane === 'adverts' || pane === 'events';

/** Asked for many times of the same news: a feed never changes, so its rows are made once for each way to see them. */
const made = new WeakMap<Feed, Map<string, readonly Item[]>>();

/** The rows of a pane as the operator sees them: filtered, sorted. */
export function itemsOf(model: Model, pane: PaneName): readonly Item[] {
  const feed = shownFeed(model);
  const { filter, sort } = model.panes[pane];
  const key = JSON.stringify([pane, filter, sort]);
  const ways = made.get(feed) ?? new Map<string, readonly Item[]>();
  made.set(feed, ways);
  const items = ways.get(key) ?? sorted(filtered(allItems(model, pane), pane, filter), pane, sort);
  ways.set(key, items);
  return items;
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

function allItems(model: Model, pane: PaneName): Item[] {
  const { snapshot, adverts, events } = shownFeed(model);
  switch (pane) {
    case 'instances':
      return (snapshot?.instances ?? []).map((instance) => ({ kind: 'instance', id: `i ${instance.name}`, instance }));
    case 'services':
      return (snapshot?.services ?? []).flatMap((service) => [
        { kind: 'service' as const, id: `s ${serviceName(service)}`, service },
        ...service.realServers.map((server) => ({
          kind: 'server' as const,
          id: `r ${serviceName(service)} ${serverName(server)}`,
          service,
          server,
        })),
      ]);
    case 'adverts':
      return adverts.map(({ id, value }) => ({ kind: 'advert', id: `a ${id}`, advert: value }));
    case 'events':
      return events.map(({ id, value }) => ({ kind: 'event', id: `e ${id}`, event: value }));
  }
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
    case 'advert': {
      const { source, interface: port, vrid, verdict, direction, priority } = item.advert;
      return `${source} ${port} vrid ${vrid} prio ${priority} ${direction} ${verdict}`;
    }
    case 'event': {
      const { subject, text, severity, kind } = item.event;
      return `${subject} ${severity} ${kind} ${text}`;
    }
  }
}

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

/** By id among everything, filtered or not; undefined when it has gone. */
export const itemById = (model: Model, pane: PaneName, id: string): Item | undefined =>
  allItems(model, pane).find((item) => item.id === id);

/** The item as the engine sent it. */
export function asSent(
  item: Item,
): InstanceSnapshot | ServiceSnapshot | RealServerSnapshot | AdvertObservation | JournalEvent {
  switch (item.kind) {
    case 'instance':
      return item.instance;
    case 'service':
      return item.service;
    case 'server':
      return item.server;
    case 'advert':
      return item.advert;
    case 'event':
      return item.event;
  }
}
