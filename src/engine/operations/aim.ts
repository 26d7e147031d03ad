/** Whom an aimed push is for: a linked peer, which is told, or one that would come in any case. Nobody else can be meant. */
import type { PreflightCheck } from '../../control/operations.ts';
import { isReady, type PeerView } from '../peers/peer-view.ts';
import type { Examined } from './preflight.ts';
import { block, pass, warn } from './preflight-words.ts';

export interface Aim {
  /** Where the successor's adverts will come from. */
  readonly address: string | undefined;
  /** Told by its link; undefined: it comes by its own priority. */
  readonly peer: PeerView | undefined;
  /** It advertises by this priority then. */
  readonly priority: number | undefined;
  readonly check: PreflightCheck;
}

export const BOOSTED_PRIORITY = 254;
const LINK_IT = 'link the nodes (peer in hatop.conf), so that it can be told';

/** `to`: a peer's name, its host's, or the address of its adverts. */
export function aimAt(to: string, examined: Examined): Aim {
  const { peers = [], status } = examined;
  const named = peers.find(
    ({ name, snapshot, instance }) => name === to || snapshot?.host === to || instance?.sourceAddress === to,
  );
  if (named?.snapshot) return atLinked(named, examined);
  const address = named?.instance?.sourceAddress ?? (named ? undefined : to);
  if (address === undefined) {
    const words = `${to} cannot be told (no link: ${named?.reason}), and the address of its adverts is not known`;
    return refused(undefined, words, 'mend the link, or give the address');
  }
  if (address === status.snapshot.sourceAddress) {
    return refused(address, `${to} is this node`, 'name the node that shall take over');
  }
  const linkWords = named ? `no link to ${named.name}: ${named.reason}` : 'no link to it';
  return atUnlinked(address, linkWords, examined);
}

const refused = (address: string | undefined, text: string, remedy: string): Aim => ({
  address,
  peer: undefined,
  priority: undefined,
  check: block(text, remedy),
});

function atLinked(peer: PeerView, { status: { snapshot: own }, evidence }: Examined): Aim {
  const { name, instance, snapshot } = peer;
  const refuse = (text: string, remedy: string): Aim => refused(instance?.sourceAddress ?? undefined, text, remedy);
  if (!instance?.sourceAddress) return refuse(`${name} has no virtual router of VRID ${own.vrid}`, 'name another node');
  if (!isReady(peer)) {
    const words = instance.faults.length > 0 ? `in fault: ${instance.faults.join(', ')}` : instance.state;
    return refuse(`${name} is ${words}: it cannot take over`, 'mend that first, or name another node');
  }
  const heard = instance.master?.address;
  if (heard === undefined || (own.sourceAddress && heard !== own.sourceAddress)) {
    return refuse(`${name} does not hear this node, but ${heard ?? 'nobody'}`, 'see to the network between them');
  }
  const running = snapshot?.operations.find(({ result }) => result === null);
  if (running) return refuse(`${running.verb} of ${running.target} is under way on ${name}`, 'wait for its end');
  const rival = evidence.senders.find(
    (one) =>
      one.address !== instance.sourceAddress &&
      one.verdict === 'valid' &&
      one.priority >= BOOSTED_PRIORITY &&
      one.alive,
  );
  if (rival) {
    return refuse(`${rival.address} has priority ${rival.priority} and may come first`, `lower it to 253 or less`);
  }
  return {
    address: instance.sourceAddress,
    peer,
    priority: BOOSTED_PRIORITY,
    check: linkedWords(peer, own.sourceAddress),
  };
}

/** The line on a linked backup that is ready; `ours` is where our adverts come from. */
export function linkedWords({ name, instance }: PeerView, ours: string | null | undefined): PreflightCheck {
  const priority = instance && `priority ${instance.priority.effective}${terms(instance.priority.terms)}`;
  const words = `${name} (${instance?.sourceAddress}) is linked: backup and healthy, ${priority}`;
  const heard = instance?.master?.address;
  if (heard !== undefined && (!ours || heard === ours)) return pass(`${words}, hears ${heard}`);
  return warn(
    `${words}, but it does not hear this node: it hears ${heard ?? 'nobody'}`,
    'see to the network between them; if it does not come, nothing is given away',
  );
}

const terms = (all: readonly { readonly source: string; readonly value: number }[]): string =>
  all.length === 0
    ? ''
    : ` (${all.map(({ source, value }) => `${source} ${value > 0 ? '+' : ''}${value}`).join(', ')})`;

function atUnlinked(address: string, link: string, { evidence }: Examined): Aim {
  const target = evidence.senders.find((one) => one.address === address && one.verdict === 'valid');
  if (!target || target.priority === 0) {
    const words = target ? 'its priority is not known (it resigned last)' : 'it has never been heard';
    return refused(address, `${address} cannot be aimed at: ${link}, and ${words}`, LINK_IT);
  }
  const other = evidence.senders.find(
    (one) =>
      one !== target && one.verdict === 'valid' && one.alive && (one.priority === 0 || one.priority >= target.priority),
  );
  if (other) {
    const words = `${address} (priority ${target.priority}) is not the highest backup: ${other.address} (priority ${other.priority}) comes first`;
    return refused(address, `${words}; ${link}`, LINK_IT);
  }
  const known = target.alive ? 'answers ARP' : 'does not answer ARP now';
  const text = `${address} is the highest backup that was heard and ${known}; whether its daemon runs is unknown (${link})`;
  return { address, peer: undefined, priority: target.priority, check: warn(text, LINK_IT) };
}
