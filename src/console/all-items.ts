/** The rows of each pane before filter and order, made of what the engine has sent. */
import type { AdvertObservation, JournalEvent } from '../control/link.ts';
import type { InstanceSnapshot, RealServerSnapshot, ServiceSnapshot, Snapshot } from '../control/snapshot.ts';
import type { Feed } from './feed.ts';
import type { Sender } from './ledger.ts';
import type { PaneName } from './views.ts';
import { serverName, serviceName } from './words.ts';

/** Something that the engine speaks of. */
export type Row =
  | { readonly kind: 'instance'; readonly id: string; readonly instance: InstanceSnapshot }
  | { readonly kind: 'service'; readonly id: string; readonly service: ServiceSnapshot }
  | {
      readonly kind: 'server';
      readonly id: string;
      readonly service: ServiceSnapshot;
      readonly server: RealServerSnapshot;
    }
  | { readonly kind: 'advert'; readonly id: string; readonly advert: AdvertObservation }
  | { readonly kind: 'sender'; readonly id: string; readonly sender: Sender }
  | { readonly kind: 'event'; readonly id: string; readonly event: JournalEvent };

/** `fact`: a field of the row that the view is about. */
export type Item = Row | { readonly kind: 'fact'; readonly id: string; readonly name: string; readonly text: string };

/** Panes whose rows are of what the engine has sent, whatever stands under the cursor. */
export type FeedPane = Exclude<PaneName, 'facts' | 'peers'>;

/** What the rows of a pane are made of: as long as it is the same object, so are they. */
export function sourceOf(feed: Feed, pane: FeedPane): object {
  switch (pane) {
    case 'adverts':
      return feed.adverts;
    case 'events':
      return feed.events;
    default:
      return feed.snapshot ?? feed;
  }
}

export function allItems(feed: Feed, pane: FeedPane): Row[] {
  const { snapshot, adverts, events } = feed;
  switch (pane) {
    case 'instances':
      return (snapshot?.instances ?? []).map((instance) => ({ kind: 'instance', id: `i ${instance.name}`, instance }));
    case 'services':
      return snapshot ? serviceItems(snapshot) : [];
    case 'adverts':
      return adverts.map(({ id, value }) => ({ kind: 'advert', id: `a ${id}`, advert: value }));
    case 'events':
      return events.map(({ id, value }) => ({ kind: 'event', id: `e ${id}`, event: value }));
  }
}

function serviceItems({ services }: Snapshot): Row[] {
  return services.flatMap((service) => [
    { kind: 'service' as const, id: `s ${serviceName(service)}`, service },
    ...service.realServers.map((server) => ({
      kind: 'server' as const,
      id: `r ${serviceName(service)} ${serverName(server)}`,
      service,
      server,
    })),
  ]);
}

export function senderItems(ledger: readonly Sender[]): Row[] {
  return [...ledger]
    .sort((a, b) => a.vrid - b.vrid || a.source.localeCompare(b.source, 'en', { numeric: true }))
    .map((sender) => ({ kind: 'sender', id: `w ${sender.interface} ${sender.vrid} ${sender.source}`, sender }));
}
