/**
 * Is this datagram an advertisement of our virtual router, and one to believe? The checks of RFC 3768 §7.1 in
 * keepalived's order; each refusal says what they have and what we have. Version 2; `instance` decides what it means.
 */
import { familyOf, type IpAddress, inNetwork, ip } from '../base/ip.ts';
import {
  ADVERTISEMENT,
  AUTH_NONE,
  AUTH_PASS,
  authName,
  decodeVrrp,
  passwordBytes,
  type VrrpMessage,
} from '../wire/vrrp.ts';
import type { RouterConfig } from './config.ts';
import { OWNER, RESIGNED } from './priority.ts';
import type { AdvertNote, DiscardReason, JudgeContext, JudgedDatagram, Verdict } from './verdict.ts';

export type * from './verdict.ts';

interface Refusal {
  readonly reason: DiscardReason;
  readonly detail: string;
}

export function judge(config: RouterConfig, datagram: JudgedDatagram, context: JudgeContext): Verdict {
  const decoded = decodeVrrp(datagram.payload, config.family);
  if (!decoded.ok) return { verdict: 'discard', ...decoded.error, claim: false };
  const message = decoded.value;
  const { priority, adverInterval, addresses } = message;
  const refusal =
    refuseHeader(config, datagram, message) ??
    refuseAuthentication(config, message) ??
    refuseContent(config, message) ??
    refuseAddressing(config, datagram, context) ??
    refuseAsOwner(config, message, context);
  if (refusal) {
    return { verdict: 'discard', ...refusal, priority, claim: claimsMastership(config, datagram, message, context) };
  }
  const { source } = datagram;
  return { verdict: 'valid', source, priority, adverInterval, addresses, ...remark(config, message, context) };
}

function refuseHeader(config: RouterConfig, datagram: JudgedDatagram, message: VrrpMessage): Refusal | undefined {
  const { vrid, version } = message;
  if (vrid !== config.vrid) return { reason: 'vrid', detail: `VRID ${vrid}, ours ${config.vrid}` };
  const misshapen = message.problems.find((problem) => problem.reason === 'length');
  // The layout of another version is not ours to measure.
  if (version === config.version && misshapen) return { reason: 'length', detail: misshapen.detail };
  if (datagram.ttl !== 255) {
    return { reason: 'ttl', detail: `TTL ${datagram.ttl}, must be 255: it was routed, or is forged` };
  }
  if (version !== config.version) return { reason: 'version', detail: `version ${version}, ours ${config.version}` };
  return undefined;
}

function refuseAuthentication(config: RouterConfig, message: VrrpMessage): Refusal | undefined {
  const { authentication } = config;
  const ours = authentication.type === 'PASS' ? AUTH_PASS : AUTH_NONE;
  if (message.authType !== ours) {
    return {
      reason: 'auth-type',
      detail: `authentication ${authName(message.authType)}, ours ${authentication.type}`,
    };
  }
  if (authentication.type === 'none') return undefined;
  const expected = passwordBytes(authentication.password);
  if (expected.every((byte, i) => byte === message.authData[i])) return undefined;
  return { reason: 'auth-fail', detail: 'authentication PASS with another password than ours' };
}

function refuseContent(config: RouterConfig, message: VrrpMessage): Refusal | undefined {
  const theirs = message.adverInterval / 1000;
  const ours = config.adverInterval / 1000;
  if (theirs !== ours) return { reason: 'interval', detail: `adver interval ${theirs} s, ours ${ours} s` };
  if (message.type !== ADVERTISEMENT) {
    return { reason: 'type', detail: `type ${message.type}, must be ${ADVERTISEMENT} (advertisement)` };
  }
  const corrupt = message.problems.find((problem) => problem.reason === 'checksum');
  return corrupt && { reason: 'checksum', detail: corrupt.detail };
}

function refuseAddressing(config: RouterConfig, datagram: JudgedDatagram, context: JudgeContext): Refusal | undefined {
  const group = context.group ?? (config.family === 4 ? ip('224.0.0.18') : ip('ff02::12'));
  const { source, destination } = datagram;
  if (destination !== group) return { reason: 'destination', detail: `sent to ${destination}, not to ${group}` };
  if (!isHost(source)) return { reason: 'source', detail: `source ${source} is no host's address` };
  if (context.ownAddresses.includes(source)) {
    return { reason: 'source', detail: `source ${source} is our own address` };
  }
  // A host prefix (/32) says nothing of who else is on the link.
  const subnets = context.networks.filter(
    ({ address, prefix }) => familyOf(address) === config.family && prefix < (config.family === 4 ? 32 : 128),
  );
  if (subnets.length === 0 || subnets.some(({ address, prefix }) => inNetwork(source, address, prefix))) {
    return undefined;
  }
  const ours = subnets.map(({ address, prefix }) => `${address}/${prefix}`).join(', ');
  return { reason: 'source', detail: `source ${source} is on no subnet of ${config.interface} (${ours})` };
}

/**
 * RFC 3768 §7.1: the owner of the addresses does not listen. But to a second owner it does: both would be master for
 * ever, and so the higher address wins.
 */
function refuseAsOwner(config: RouterConfig, message: VrrpMessage, context: JudgeContext): Refusal | undefined {
  if ((context.priority ?? config.priority) !== OWNER || message.priority === OWNER) return undefined;
  return { reason: 'owner', detail: `priority ${message.priority}, but we are the address owner (255)` };
}

/**
 * What is odd and yet believed. A different list of addresses: RFC 3768 §7.1 drops it, so that two routers of which one
 * has got a new address already are both master. We let it count, and say so.
 */
function remark(
  config: RouterConfig,
  message: VrrpMessage,
  context: JudgeContext,
): { readonly note?: AdvertNote; readonly detail: string } {
  if (message.priority === OWNER && (context.priority ?? config.priority) === OWNER) {
    return { note: 'second-owner', detail: 'priority 255 like ours: only one router can own the addresses' };
  }
  if (config.skipCheckAdvAddr) return { detail: '' };
  const missing = config.addresses.filter((address) => !message.addresses.includes(address));
  const extra = message.addresses.filter((address) => !config.addresses.includes(address));
  const same = missing.length === 0 && extra.length === 0 && message.addresses.length === config.addresses.length;
  if (same) return { detail: '' };
  const parts = [
    ...missing.map((address) => `lacks ${address}`),
    ...[...new Set(extra)].map((address) => `has ${address} more`),
  ];
  const what = parts.length > 0 ? parts.join(', ') : 'names an address twice';
  return { note: 'address-list', detail: `its address list differs from ours: ${what}` };
}

function claimsMastership(
  config: RouterConfig,
  datagram: JudgedDatagram,
  message: VrrpMessage,
  context: JudgeContext,
): boolean {
  if (message.vrid !== config.vrid || message.type !== ADVERTISEMENT || message.priority === RESIGNED) return false;
  // TTL 255 cannot have been routed: the sender is on this link.
  return datagram.ttl === 255 && isHost(datagram.source) && !context.ownAddresses.includes(datagram.source);
}

/** Not unspecified, loopback, multicast or broadcast. */
function isHost(source: IpAddress): boolean {
  if (familyOf(source) === 6) return source !== '::' && source !== '::1' && !source.startsWith('ff');
  const first = Number(source.split('.')[0]);
  return first !== 0 && first !== 127 && first < 224;
}
