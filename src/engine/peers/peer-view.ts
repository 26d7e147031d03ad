/** A peer with regard to one virtual router of ours: what a plan may know of it. */
import type { InstanceKey } from '../../control/boost.ts';
import type { InstanceSnapshot, Snapshot } from '../../control/snapshot.ts';
import type { Evidence } from '../router/messages.ts';
import type { LinkedPeer } from './peer-links.ts';

export interface PeerView {
  readonly name: string;
  /** The same virtual router over there; while the link is not up, as it was last heard of. */
  readonly instance: InstanceSnapshot | undefined;
  /** Undefined while the link is not up. */
  readonly snapshot: Snapshot | undefined;
  /** Why it is not. */
  readonly reason: string;
  readonly clockAheadMs: number | undefined;
}

export function viewOf({ name, state, snapshot, clockAheadMs }: LinkedPeer, own: InstanceKey): PeerView {
  const up = state.phase === 'up';
  const reason = up ? '' : state.reason || 'it has not answered yet';
  const instance = snapshot && sameRouter(snapshot.instances, own);
  return { name, instance, snapshot: up ? snapshot : undefined, reason, clockAheadMs };
}

/** By VRID and family, as the wire has it; by name too where several interfaces have the same VRID. */
export function sameRouter<T extends InstanceKey>(instances: readonly T[], own: InstanceKey): T | undefined {
  const same = instances.filter(({ vrid, family }) => vrid === own.vrid && family === own.family);
  return same.length > 1 ? same.find(({ name }) => name === own.name) : same[0];
}

/** A backup that could take over now, by its own account. */
export const isReady = ({ snapshot, instance }: PeerView): boolean =>
  snapshot !== undefined && instance?.state === 'backup' && instance.faults.length === 0;

/**
 * What the wire told, and what the links tell: linked backups that are ready come before those that merely spoke once,
 * and the highest priority first, for it is the one that comes.
 */
export function withLinked(evidence: Evidence, peers: readonly PeerView[]): Evidence {
  const linked = peers.flatMap((peer): Evidence['senders'][number][] => {
    const { instance, name } = peer;
    if (!isReady(peer) || !instance?.sourceAddress) return [];
    const { sourceAddress: address, priority } = instance;
    return [{ address, priority: priority.effective, agoMs: 0, verdict: 'valid', alive: true, peer: name }];
  });
  if (linked.length === 0) return evidence;
  const others = evidence.senders.filter(({ address }) => !linked.some((one) => one.address === address));
  const best = Math.max(...linked.map(({ priority }) => priority));
  const above = others.filter(({ verdict, alive, priority }) => verdict === 'valid' && alive && priority > best);
  const senders = [
    ...above,
    ...linked.sort((a, b) => b.priority - a.priority),
    ...others.filter((o) => !above.includes(o)),
  ];
  return { ...evidence, senders };
}
