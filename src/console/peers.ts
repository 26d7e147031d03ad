/** A link to another hatop in words: for `hatop status`, and for the header while it is not as it should be. */
import type { PeerSnapshot } from '../control/snapshot.ts';
import type { Tone } from './theme.ts';
import { brief } from './words.ts';

/** Leases are in wall-clock time, and so is the journal. */
export const CLOCK_APART_MS = 2000;

/** `peer n2: UP for 3m, host b, hatop 0.1.0, VI_1 backup`, or why it is not up. */
export function peerWords(peer: PeerSnapshot, takenAt: string): string {
  const { name, where, state, reason, instances } = peer;
  const since = brief(Date.parse(takenAt) - Date.parse(peer.since));
  if (state !== 'up') {
    const why = reason === '' ? '' : `: ${reason}`;
    return `peer ${name}: ${state === 'down' ? 'NO LINK' : 'connecting'} for ${since}${why} (${where})`;
  }
  const roles = (instances ?? []).map(
    (one) => `${one.name} ${one.state}${one.admin === 'active' ? '' : ` (${one.admin})`}`,
  );
  return [
    `peer ${name}: linked for ${since}`,
    `host ${peer.host}`,
    `hatop ${peer.version}`,
    ...clock(peer),
    ...roles,
  ].join(', ');
}

export const peerTone = (peer: PeerSnapshot): Tone =>
  peer.state === 'down' ? 'bad' : peer.state === 'connecting' || clock(peer).length > 0 ? 'warn' : 'plain';

function clock({ clockAheadMs: ahead }: PeerSnapshot): string[] {
  if (ahead === null || Math.abs(ahead) < CLOCK_APART_MS) return [];
  return [`its clock is ${brief(Math.abs(ahead))} ${ahead > 0 ? 'ahead' : 'behind'}`];
}
