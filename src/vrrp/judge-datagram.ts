/** What `judge` asks of the datagram around the advertisement: how far it came, from whom, to whom, and its checksum. */
import { familyOf, type IpAddress, inNetwork, ip } from '../base/ip.ts';
import type { Addressing } from '../wire/pseudo-header.ts';
import { ADVERTISEMENT, checksumProblem, type VrrpMessage } from '../wire/vrrp.ts';
import type { RouterConfig, UnicastPeer } from './config.ts';
import { RESIGNED } from './priority.ts';
import type { JudgeContext, JudgedDatagram, Refusal } from './verdict.ts';

const GROUPS = { 4: ip('224.0.0.18'), 6: ip('ff02::12') } as const;

/** On a link 255 proves that nobody routed it. A unicast peer may be far: only the bounds set for it count. */
export function refuseTtl(config: RouterConfig, { ttl, source }: JudgedDatagram): Refusal | undefined {
  if (!config.unicast) {
    if (ttl === 255) return undefined;
    return { reason: 'ttl', detail: `TTL ${ttl}, must be 255: it was routed, or is forged` };
  }
  const peer = peerAt(config, source);
  const { minTtl = 0, maxTtl = 255 } = peer ?? {};
  if (ttl >= minTtl && ttl <= maxTtl) return undefined;
  return { reason: 'ttl', detail: `TTL ${ttl}, from ${source} it must be ${minTtl}…${maxTtl}` };
}

const peerAt = (config: RouterConfig, source: IpAddress): UnicastPeer | undefined =>
  config.unicast?.peers.find(({ address }) => address === source);

/** Version 2's own checksum is among the message's problems. */
export function refuseChecksum(
  config: RouterConfig,
  datagram: JudgedDatagram,
  message: VrrpMessage,
): Refusal | undefined {
  const { payload } = datagram;
  if (config.version === 2) return message.problems.find(isChecksum) as Refusal | undefined;
  const [right, ...others] = coverages(config, datagram);
  const problem = checksumProblem(payload, right);
  if (!problem || others.some((other) => checksumProblem(payload, other) === undefined)) return undefined;
  const { detail } = problem;
  const bare = right !== undefined && config.family === 4 && checksumProblem(payload, undefined) === undefined;
  if (bare) {
    return { reason: 'checksum', detail: `${detail}; right without the pseudo-header: v3_checksum_as_v2 accepts that` };
  }
  const covered = right === undefined && checksumProblem(payload, datagram) === undefined;
  if (covered)
    return { reason: 'checksum', detail: `${detail}; right with the pseudo-header: v3_checksum_as_v2 is ours` };
  return { reason: 'checksum', detail };
}
const isChecksum = ({ reason }: { readonly reason: string }): boolean => reason === 'checksum';

/** What the checksum of an advertisement may cover beyond the message, the usual first. */
function coverages(config: RouterConfig, { source, destination }: JudgedDatagram): (Addressing | undefined)[] {
  if (config.family === 4 && config.checksumWithoutPseudoHeader) return [undefined];
  const usual = { source, destination };
  if (config.family === 6 || !config.unicast || config.unicast.checksum === 'new') return [usual];
  return [usual, { source, destination: GROUPS[4] }];
}

export function refuseAddressing(
  config: RouterConfig,
  { source, destination }: JudgedDatagram,
  context: JudgeContext,
): Refusal | undefined {
  const group = context.group ?? GROUPS[config.family];
  if (config.unicast && isGroup(destination)) {
    return { reason: 'destination', detail: `sent to the group ${destination}, ours is unicast` };
  }
  if (!config.unicast && destination !== group) {
    return { reason: 'destination', detail: `sent to ${destination}, not to ${group}` };
  }
  if (!isHost(source)) return { reason: 'source', detail: `source ${source} is no host's address` };
  if (context.ownAddresses.includes(source)) {
    return { reason: 'source', detail: `source ${source} is our own address` };
  }
  return config.unicast ? refuseStranger(config, source) : refuseNeighbour(config, source, context);
}

/** Bounds on a peer's TTL would mean nothing if strangers without such bounds were believed. */
function refuseStranger(config: RouterConfig, source: IpAddress): Refusal | undefined {
  const { peers = [], checkSource = false } = config.unicast ?? {};
  const bounded = peers.some(({ minTtl, maxTtl }) => minTtl !== undefined || maxTtl !== undefined);
  if ((!checkSource && !bounded) || peerAt(config, source)) return undefined;
  return { reason: 'source', detail: `source ${source} is none of the unicast peers` };
}

function refuseNeighbour(config: RouterConfig, source: IpAddress, { networks }: JudgeContext): Refusal | undefined {
  // A host prefix (/32) says nothing of who else is on the link.
  const subnets = networks.filter(
    ({ address, prefix }) => familyOf(address) === config.family && prefix < (config.family === 4 ? 32 : 128),
  );
  if (subnets.length === 0 || subnets.some(({ address, prefix }) => inNetwork(source, address, prefix))) {
    return undefined;
  }
  const ours = subnets.map(({ address, prefix }) => `${address}/${prefix}`).join(', ');
  return { reason: 'source', detail: `source ${source} is on no subnet of ${config.interface} (${ours})` };
}

export function claimsMastership(
  config: RouterConfig,
  datagram: JudgedDatagram,
  message: VrrpMessage,
  context: JudgeContext,
): boolean {
  if (message.vrid !== config.vrid || message.type !== ADVERTISEMENT || message.priority === RESIGNED) return false;
  // TTL 255 cannot have been routed: the sender is on this link. A unicast peer is one by its address.
  const near = config.unicast ? peerAt(config, datagram.source) !== undefined : datagram.ttl === 255;
  return near && isHost(datagram.source) && !context.ownAddresses.includes(datagram.source);
}

const isGroup = (address: IpAddress): boolean =>
  familyOf(address) === 6 ? address.startsWith('ff') : Number(address.split('.')[0]) >= 224;

/** Not unspecified, loopback, multicast or broadcast. */
function isHost(source: IpAddress): boolean {
  if (familyOf(source) === 6) return source !== '::' && source !== '::1' && !source.startsWith('ff');
  const first = Number(source.split('.')[0]);
  return first !== 0 && first !== 127 && first < 224;
}
