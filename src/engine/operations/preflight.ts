/** Pre-flight of a planned failover: every line with what it rests on and, unless it passes, its remedy. */
import type { PreflightCheck } from '../../control/operations.ts';
import type { InstanceSnapshot } from '../../control/snapshot.ts';
import type { PeerView } from '../peers/peer-view.ts';
import type { Evidence, RouterStatus } from '../router/messages.ts';
import { type Aim, linkedWords } from './aim.ts';
import { linkedChecks, type OwnSide, unlinkedCheck } from './linked-checks.ts';
import { block, pass, unknown, warn } from './preflight-words.ts';

/** After a transition the network needs this long before another is wise: adverts, ARP caches, the second burst. */
const SETTLED_AFTER_MS = 10_000;

export interface Examined {
  readonly status: RouterStatus;
  readonly evidence: Evidence;
  readonly now: number;
  /** Another operation that is under way; undefined: none. */
  readonly busyWith: string | undefined;
  /** Addresses of the operator's own SSH session, from SSH_CONNECTION; empty: none. */
  readonly sshServerAddress: string | undefined;
  /** The other hatops, with regard to this instance; `evidence` has what they told already. */
  readonly peers?: readonly PeerView[] | undefined;
  /** What theirs is compared with. */
  readonly own?: OwnSide | undefined;
}

export { block, pass, unknown, warn };

/** `aim`: of a push that is meant for somebody. */
export function preflight(examined: Examined, aim?: Aim): PreflightCheck[] {
  const { status } = examined;
  return [
    ownRole(status.snapshot),
    aim ? aim.check : successor(examined),
    soleSender(status),
    soleHolder(examined),
    returning(examined),
    group(status.snapshot),
    settled(examined),
    alone(examined),
    ...ofSuccessor(examined, aim),
    ...ownSession(examined),
  ];
}

/** What would be served there, as far as anybody can tell; of nobody in particular there is nothing to ask. */
function ofSuccessor({ peers = [], own, evidence, status }: Examined, aim: Aim | undefined): PreflightCheck[] {
  const address = aim ? aim.address : likelySuccessor(evidence)?.address;
  const peer = aim?.peer ?? peers.find(({ instance }) => instance?.sourceAddress === address);
  if (address === undefined || !own) return [];
  return peer?.snapshot ? linkedChecks(peer, status.snapshot, own) : [unlinkedCheck(peer?.name ?? address, peer)];
}

function ownRole({ state, name, priority }: InstanceSnapshot): PreflightCheck {
  if (priority.base === 255) {
    return block(
      `${name} owns its address (priority 255)`,
      'an address owner always takes it back: lower its priority',
    );
  }
  if (state === 'master') return pass(`${name} is master here`);
  return block(`${name} is ${state} here`, 'run it on the master; on a backup, failover takes over instead');
}

/** Who has been believed most lately. One whose adverts are discarded (a foreign cluster, a forgery) is no peer. */
export const likelySuccessor = ({ senders }: Evidence): Evidence['senders'][number] | undefined =>
  senders.find(({ verdict }) => verdict === 'valid');

/** Whoever could take over. A backup is silent, so the wire can only tell of one that has spoken before. */
function successor({ evidence, peers = [], status }: Examined): PreflightCheck {
  const best = likelySuccessor(evidence);
  const peer = peers.find(({ name }) => name === best?.peer);
  if (peer) return linkedWords(peer, status.snapshot.sourceAddress);
  const ago = best && `${(best.agoMs / 1000).toFixed(0)} s ago`;
  if (best?.alive) {
    return warn(
      `${best.address} answers ARP and advertised priority ${best.priority} ${ago}; whether its daemon runs is unknown`,
      'link the nodes to examine it; if it does not come, nothing is given away',
    );
  }
  if (best) {
    return warn(
      `${best.address} advertised priority ${best.priority} ${ago} and does not answer ARP now`,
      'see whether that node is alive; if nobody comes, nothing is given away',
    );
  }
  const stranger = evidence.senders[0];
  if (stranger) {
    return warn(
      `only ${stranger.address} has been heard, and its adverts are discarded (${stranger.verdict})`,
      'make its configuration agree with ours; if nobody comes, nothing is given away',
    );
  }
  return unknown(
    'no other node has been heard: backups are silent',
    'nothing to do: if nobody comes, this node has never stopped serving and the result is ROLLED_BACK',
  );
}

function soleSender({ rivals, snapshot }: RouterStatus): PreflightCheck {
  const rival = rivals[0];
  if (!rival) return pass(`nobody else advertises VRID ${snapshot.vrid}`);
  return block(`split brain: ${rival.address} advertises too (${rival.cause})`, 'mend the disagreement first');
}

function soleHolder({ evidence, status }: Examined): PreflightCheck {
  const address = status.snapshot.virtualAddresses[0]?.address ?? 'the virtual address';
  const mac = evidence.foreignHolders[0];
  if (!mac) return pass(`no other MAC answers for ${address}`);
  return block(
    `${mac} also answers ARP for ${address}`,
    'find that host: a real server without arp_ignore, or a left-over',
  );
}

function returning({ evidence, status }: Examined): PreflightCheck {
  const { snapshot } = status;
  const best = likelySuccessor(evidence);
  if (best && best.priority === snapshot.priority.effective) {
    return warn(`${best.address} has our priority (${best.priority})`, 'give the nodes distinct priorities');
  }
  return pass('this node stays in standby afterwards: it will not take it back by itself');
}

function group({ group: name }: InstanceSnapshot): PreflightCheck {
  if (name === null) return pass('in no sync group');
  return pass(`member of sync group ${name}, which moves as one`);
}

export function settled({ status, now }: Examined): PreflightCheck {
  const age = now - Date.parse(status.snapshot.since);
  const words = `${(age / 1000).toFixed(0)} s`;
  if (age >= SETTLED_AFTER_MS) return pass(`master for ${words}`);
  return warn(`master for only ${words}`, `wait until ${SETTLED_AFTER_MS / 1000} s have passed`);
}

export function alone({ busyWith }: Examined): PreflightCheck {
  if (busyWith === undefined) return pass('no other operation is under way');
  return block(`${busyWith} is under way`, 'wait for its end');
}

export function ownSession({ sshServerAddress, status }: Examined): PreflightCheck[] {
  const rides = status.snapshot.virtualAddresses.some(({ address }) => address.split('/')[0] === sshServerAddress);
  if (!rides) return [];
  return [
    warn(`your own SSH session rides on ${sshServerAddress}: it will freeze`, "come in by the node's own address"),
  ];
}
