/** One sentence on a BFD session, and what would change it. */
import type { BfdSessionSnapshot } from '../../control/snapshot.ts';

export function whySession(session: BfdSessionSnapshot): string {
  const { name, neighbor, state, remote, detectionMs, transmitMs, usable } = session;
  const to = `BFD session ${name} to ${neighbor}`;
  if (state === 'up') {
    const heard = remote
      ? `; last heard ${remote.lastPacketAgoMs} ms ago, down after ${detectionMs} ms of silence`
      : '';
    return `${to} is up${heard}.`;
  }
  const counts = usable === null ? '; not decided yet' : usable ? '; it counts as up still' : '';
  const next =
    state === 'init'
      ? 'comes up when the neighbor hears us'
      : remote
        ? `the neighbor says ${remote.state}`
        : `comes up when the neighbor answers (asked every ${transmitMs} ms at most)`;
  return `${to} is ${state}: ${session.reason}${counts}; ${next}${droppedWords(session)}.`;
}

/** Packets that come and are not believed are the likeliest cause. */
function droppedWords({ packets: { dropped } }: BfdSessionSnapshot): string {
  const words = Object.entries(dropped).map(([reason, count]) => `${count} for their ${reason}`);
  return words.length === 0 ? '' : `; packets were dropped: ${words.join(', ')}`;
}
