/** From a datagram to an event of the right instance, with everything that passes kept for the operator. */
import { familyOf, type IpAddress } from '../../base/ip.ts';
import { type Duration, type Instant, isoTime, milliseconds, wallTime } from '../../base/time.ts';
import type { AdvertObservation } from '../../control/link.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { ReceivedDatagram } from '../../ports/vrrp-sockets.ts';
import { effectivePriority } from '../../vrrp/instance.ts';
import { type Difference, verify } from '../../vrrp/verify.ts';
import { decodeVrrp } from '../../wire/vrrp.ts';
import type { RouterReport } from './messages.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { RouterOperations } from './operations.ts';
import type { VirtualRouter } from './virtual-router.ts';

export function receiveDatagram(
  datagram: ReceivedDatagram,
  neighbourhood: Neighbourhood,
  host: VrrpHost,
  show: (make: () => Extract<RouterReport, { type: 'advert' }>) => void,
  operations: RouterOperations,
): void {
  const router = neighbourhood.find(datagram);
  if (!router) {
    const unknown = { verdict: 'vrid', detail: 'no instance here has this virtual router id' };
    show(() => ({ type: 'advert', advert: observe(datagram, host, unknown, undefined) }));
    return;
  }
  const { config } = router.plan;
  const verdict = router.judge(config, datagram, {
    ...neighbourhood.networks(router),
    group: router.plan.multicastGroup,
    priority: effectivePriority(config, router.state()),
    lastMaster: router.state().master?.address,
    lastSequence: router.numbers.heard(),
  });
  if (verdict.sequence !== undefined) router.numbers.hear(verdict.sequence);
  const words =
    verdict.verdict === 'valid'
      ? { verdict: 'valid', detail: verdict.detail }
      : { verdict: verdict.reason, detail: verdict.detail };
  const priority = verdict.priority ?? 0;
  const { source, at } = datagram;
  const believed = verdict.verdict === 'valid';
  const claims = believed ? priority > 0 : verdict.claim;
  const known = { claims: believed || claims };
  const heard = { address: source, priority, heardAt: at, ...words, ...known, ...comparison(router, datagram, words) };
  const sender = router.ledger.record(heard);
  show(() => ({ type: 'advert', advert: observe(datagram, host, words, sender.gapMs) }));
  if (claims) operations.advertHeard(router, at);
  if (verdict.verdict === 'valid') {
    router.counters.received++;
    if (verdict.note) count(router, verdict.note);
    router.dispatch({ type: 'advert', at, source, priority, adverInterval: verdict.adverInterval });
  } else {
    count(router, verdict.reason);
    if (verdict.claim) router.dispatch({ type: 'claim', at, source, priority });
  }
}

/** Looked at closely only where something is odd about it. */
function comparison(
  { plan: { config } }: VirtualRouter,
  datagram: ReceivedDatagram,
  { verdict, detail }: { readonly verdict: string; readonly detail: string },
): { readonly differences: readonly Difference[]; readonly interval: Duration } {
  const decoded = detail === '' ? undefined : decodeVrrp(datagram.payload, config.family);
  if (!decoded?.ok) return { differences: [], interval: config.adverInterval };
  const theirs = { ...decoded.value, ttl: datagram.ttl, verdict };
  const longer = Math.max(theirs.adverInterval, config.adverInterval);
  return { differences: verify(config, theirs), interval: milliseconds(longer) };
}

function count(router: VirtualRouter, reason: string): void {
  const { discarded } = router.counters;
  discarded.set(reason, (discarded.get(reason) ?? 0) + 1);
}

/** The wall-clock time of an instant of this host's clock. */
export const wallAt = (host: VrrpHost, at: Instant): string =>
  isoTime(wallTime(host.clock.wall() - (host.clock.now() - at)));

function observe(
  datagram: ReceivedDatagram,
  host: VrrpHost,
  words: { readonly verdict: string; readonly detail: string },
  gapMs: number | undefined,
): AdvertObservation {
  const decoded = decodeVrrp(datagram.payload, familyOf(datagram.source));
  const message = decoded.ok ? decoded.value : undefined;
  return {
    at: wallAt(host, datagram.at),
    interface: datagram.interface,
    direction: 'received',
    source: datagram.source,
    vrid: datagram.payload[1] ?? 0,
    version: message?.version ?? (datagram.payload[0] ?? 0) >> 4,
    priority: message?.priority ?? datagram.payload[2] ?? 0,
    adverIntervalMs: message?.adverInterval ?? 0,
    ttl: datagram.ttl,
    addresses: [...(message?.addresses ?? [])],
    ...words,
    gapMs: gapMs ?? null,
  };
}

/** `before`: when the one before it left. */
export function sentAdvert(
  router: VirtualRouter,
  priority: number,
  source: IpAddress,
  now: Instant,
  before: Instant | undefined,
  host: VrrpHost,
): AdvertObservation {
  const { config } = router.plan;
  return {
    at: wallAt(host, now),
    interface: config.interface,
    direction: 'sent',
    source,
    vrid: config.vrid,
    version: config.version,
    priority,
    adverIntervalMs: config.adverInterval,
    ttl: 255,
    addresses: [...config.addresses],
    verdict: 'valid',
    detail: '',
    gapMs: before === undefined ? null : now - before,
  };
}
