/** An advertisement and a sender in full. */
import type { AdvertObservation } from '../../control/link.ts';
import { type Sender, silence } from '../ledger.ts';
import { brief, exact, plural } from '../words.ts';
import type { Belief } from './context.ts';
import { type Field, field } from './field.ts';

export function describeAdvert(a: AdvertObservation): Field[] {
  return [
    field('at', a.at),
    field('direction', `${a.direction} on ${a.interface}`),
    field('source', a.source),
    field('virtual router', `VRID ${a.vrid}, VRRP version ${a.version}`),
    field('priority', a.priority === 0 ? '0: this sender leaves mastership' : String(a.priority)),
    field('interval', exact(a.adverIntervalMs)),
    field('gap', a.gapMs === null ? 'the first of this sender' : exact(a.gapMs)),
    field('TTL', String(a.ttl)),
    field('addresses', a.addresses.join(', ') || 'none'),
    field('verdict', a.detail ? `${a.verdict}: ${a.detail}` : a.verdict),
  ];
}

export function describeSender(s: Sender, { known, now }: Belief): Field[] {
  const quiet = silence(s, now);
  const { gapMs, jitterMs, longestGapMs, advert } = s;
  const regular =
    gapMs === null || jitterMs === null ? 'not two in a row yet' : `every ${exact(gapMs)}, jitter ${exact(jitterMs)}`;
  const [last, ...rest] = describeAdvert(advert);
  return [
    field('now', !known ? 'UNKNOWN' : quiet === null ? 'advertising' : `silent for ${brief(quiet)}`),
    field('comes', regular),
    field('longest gap', longestGapMs === null ? 'none yet' : exact(longestGapMs)),
    field(
      'seen',
      `${plural(s.count, 'advertisement')}, ${s.discarded} of them refused; ${s.missed} missed between them`,
    ),
    ...(last ? [field('last at', last.text)] : []),
    ...rest,
  ];
}
