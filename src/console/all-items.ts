/** The rows of each pane before filter and order, made of what the engine has sent. */
import type { AdvertObservation, JournalEvent } from '../control/link.ts';
import type { InstanceSnapshot, RealServerSnapshot, ServiceSnapshot, Snapshot } from '../control/snapshot.ts';
import { type Probe, probesOf } from './checks.ts';
import { type Discard, discardsOf } from './discards.ts';
import type { Feed } from './feed.ts';
import type { Sender } from './ledger.ts';
import { type Operation, operationsOf } from './past-operations.ts';
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
  | { readonly kind: 'operation'; readonly id: string; readonly operation: Operation }
  | { readonly kind: 'check'; readonly id: string; readonly probe: Probe }
  | { readonly kind: 'discard'; readonly id: string; readonly discard: Discard }
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
    case 'operations':
      return feed;
    case 'senders':
      return feed.senders;
    case 'events':
      return feed.events;
    default:
      return feed.snapshot ?? feed;
  }
}

export function allItems(feed: Feed, pane: FeedPane): Row[] {
  const { snapshot, events } = feed;
  switch (pane) {
    case 'instances':
      return (snapshot?.instances ?? []).map((instance) => ({ kind: 'instance', id: `i ${instance.name}`, instance }));
    case 'services':
      return snapshot ? serviceItems(snapshot) : [];
    case 'adverts':
      return trafficItems(feed);
    case 'senders':
      return senderItems(feed.senders);
    case 'operations':
      return operationsOf(snapshot, events).map((operation) => ({
        kind: 'operation',
        id: `o ${operation.id}`,
        operation,
      }));
    case 'checks':
      return snapshot ? checkItems(snapshot) : [];
    case 'discards':
      return discardsOf(feed).map((discard) => ({
        kind: 'discard',
        id: `x ${discard.instance.name} ${discard.reason}`,
        discard,
      }));
    case 'events':
      return events.map(({ id, value }) => ({ kind: 'event', id: `e ${id}`, event: value }));
  }
}

/** Adverts with a marker where an instance has changed its state, in the order of time. */
function trafficItems({ adverts, events }: Feed): Row[] {
  const passed: Row[] = adverts.map(({ id, value }) => ({ kind: 'advert', id: `a ${id}`, advert: value }));
  const since = Date.parse(adverts[0]?.value.at ?? '');
  const markers: Row[] = events
    .filter(({ value }) => value.kind === 'transition' && Date.parse(value.at) >= since)
    .map(({ id, value }) => ({ kind: 'event', id: `e ${id}`, event: value }));
  if (markers.length === 0) return passed;
  const timed = [...passed, ...markers].map((row) => ({ row, at: Date.parse(timeOf(row)) }));
  return timed.sort((a, b) => a.at - b.at).map(({ row }) => row);
}

const timeOf = (row: Row): string => (row.kind === 'advert' ? row.advert.at : row.kind === 'event' ? row.event.at : '');

/** By its first server and what it asks; the second of the same name by its number. */
function checkItems(snapshot: Snapshot): Row[] {
  const named = new Map<string, number>();
  return probesOf(snapshot).map((probe) => {
    const [{ service, server }] = probe.users;
    const name = `c ${serviceName(service)} ${serverName(server)} ${probe.check.what}`;
    const before = named.get(name) ?? 0;
    named.set(name, before + 1);
    return { kind: 'check', id: `${name} ${before}`, probe };
  });
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
