/** What stands below the header as long as it is so: two masters, and a peer that is not linked. */
import type { Snapshot } from '../control/snapshot.ts';
import { peerTone, peerWords } from './peers.ts';
import type { Tone } from './theme.ts';

export interface Alert {
  readonly text: string;
  readonly tone: Tone;
}

const ALERTS_MAX = 3;

/** The worst first, at most three. */
export function alertsOf(snapshot: Snapshot | null): Alert[] {
  if (!snapshot) return [];
  const split = snapshot.splitBrain.map(({ vrid, interface: port, senders, cause }): Alert => {
    return { text: `SPLIT BRAIN vrid ${vrid} on ${port}: ${senders.join(', ')}: ${cause}`, tone: 'alarm' };
  });
  const peers = (snapshot.peers ?? [])
    .filter((peer) => peerTone(peer) !== 'plain')
    .map((peer): Alert => ({ text: peerWords(peer, snapshot.takenAt), tone: peerTone(peer) }));
  return [...split, ...peers].slice(0, ALERTS_MAX);
}
