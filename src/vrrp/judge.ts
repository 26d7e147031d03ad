/**
 * Is this datagram an advertisement of our virtual router, and one to believe? The checks of RFC 3768 and RFC 9568 §7.1
 * in keepalived's order; each refusal says what they have and what we have. `instance` decides what it means.
 */
import type { IpAddress } from '../base/ip.ts';
import { ADVERTISEMENT, AUTH_TYPES, authName, decodeVrrp, passwordBytes, type VrrpMessage } from '../wire/vrrp.ts';
import type { RouterConfig } from './config.ts';
import { judgeAh, refuseAhPresence } from './judge-ah.ts';
import { claimsMastership, refuseAddressing, refuseChecksum, refuseTtl } from './judge-datagram.ts';
import { OWNER, RESIGNED } from './priority.ts';
import type { AdvertNote, JudgeContext, JudgedDatagram, Refusal, Verdict } from './verdict.ts';

export type * from './verdict.ts';

export function judge(config: RouterConfig, datagram: JudgedDatagram, context: JudgeContext): Verdict {
  const decoded = decodeVrrp(datagram.payload, config.family);
  if (!decoded.ok) return { verdict: 'discard', ...decoded.error, claim: false };
  const message = decoded.value;
  const { priority, adverInterval, addresses } = message;
  const ah = judgeAh(config, datagram, context);
  const { sequence } = ah;
  const refusal =
    refuseAhPresence(config, datagram) ??
    refuseHeader(config, datagram, message) ??
    refuseAuthentication(config, message) ??
    ah.refusal ??
    refuseContent(config, message) ??
    refuseChecksum(config, datagram, message) ??
    refuseAddressing(config, datagram, context) ??
    refuseAsOwner(config, message, context);
  if (refusal) {
    const claim = claimsMastership(config, datagram, message, context);
    return { verdict: 'discard', ...refusal, priority, claim, sequence };
  }
  const { source } = datagram;
  const noted = remark(config, source, message, context);
  return { verdict: 'valid', source, priority, adverInterval, addresses, ...noted, sequence };
}

function refuseHeader(config: RouterConfig, datagram: JudgedDatagram, message: VrrpMessage): Refusal | undefined {
  const { vrid, version } = message;
  if (vrid !== config.vrid) return { reason: 'vrid', detail: `VRID ${vrid}, ours ${config.vrid}` };
  const misshapen = message.problems.find((problem) => problem.reason === 'length');
  // The layout of another version is not ours to measure.
  if (version === config.version && misshapen) {
    return { reason: 'length', detail: `${misshapen.detail}${remarkTrailer(config, datagram, message)}` };
  }
  const far = refuseTtl(config, datagram);
  if (far) return far;
  if (version !== config.version) return { reason: 'version', detail: `version ${version}, ours ${config.version}` };
  return undefined;
}

/** A keyed hash of at least 16 bytes behind the addresses: keepalived after 2.4 authenticates version 3 in this way. */
const SHORTEST_HMAC = 16;

function remarkTrailer(config: RouterConfig, { payload }: JudgedDatagram, { version, count }: VrrpMessage): string {
  const more = payload.length - (8 + (config.family === 6 ? 16 : 4) * count);
  if (version !== 3 || count === 0 || more < SHORTEST_HMAC) return '';
  return `; if the sender is a keepalived with auth_hmac, that is its trailer of ${more} bytes, which is not understood here`;
}

function refuseAuthentication(config: RouterConfig, message: VrrpMessage): Refusal | undefined {
  if (config.version === 3) return undefined;
  const { authentication } = config;
  const ours = AUTH_TYPES[authentication.type];
  if (message.authType !== ours) {
    return {
      reason: 'auth-type',
      detail: `authentication ${authName(message.authType)}, ours ${authentication.type}`,
    };
  }
  if (authentication.type !== 'PASS') return undefined;
  const expected = passwordBytes(authentication.password);
  if (expected.every((byte, i) => byte === message.authData[i])) return undefined;
  return { reason: 'auth-fail', detail: 'authentication PASS with another password than ours' };
}

/** Version 3 takes the master's interval over (`remark` tells of it); but 0 is none (RFC 9568, erratum 8301). */
function refuseContent(config: RouterConfig, message: VrrpMessage): Refusal | undefined {
  const theirs = message.adverInterval / 1000;
  const ours = config.adverInterval / 1000;
  if (theirs === 0 || (config.version === 2 && theirs !== ours)) {
    return { reason: 'interval', detail: `adver interval ${theirs} s, ours ${ours} s` };
  }
  if (message.type !== ADVERTISEMENT) {
    return { reason: 'type', detail: `type ${message.type}, must be ${ADVERTISEMENT} (advertisement)` };
  }
  if (config.version === 3 && message.count === 0) {
    return { reason: 'length', detail: 'no address: version 3 has at least one' };
  }
  return undefined;
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
  source: IpAddress,
  message: VrrpMessage,
  context: JudgeContext,
): { readonly note?: AdvertNote; readonly detail: string } {
  if (message.priority === OWNER && (context.priority ?? config.priority) === OWNER) {
    return { note: 'second-owner', detail: 'priority 255 like ours: only one router can own the addresses' };
  }
  const interval = remarkInterval(config, message);
  if (config.skipCheckAdvAddr && source === context.lastMaster) return interval;
  const missing = config.addresses.filter((address) => !message.addresses.includes(address));
  const extra = message.addresses.filter((address) => !config.addresses.includes(address));
  const same = missing.length === 0 && extra.length === 0 && message.addresses.length === config.addresses.length;
  if (same) return interval;
  const parts = [
    ...missing.map((address) => `lacks ${address}`),
    ...[...new Set(extra)].map((address) => `has ${address} more`),
  ];
  const what = parts.length > 0 ? parts.join(', ') : 'names an address twice';
  return { note: 'address-list', detail: `its address list differs from ours: ${what}` };
}

/** RFC 9568 §7.1: accepted and told. */
function remarkInterval(
  config: RouterConfig,
  { adverInterval, priority }: VrrpMessage,
): { readonly note?: AdvertNote; readonly detail: string } {
  if (priority === RESIGNED || adverInterval === config.adverInterval) return { detail: '' };
  const detail = `adver interval ${adverInterval / 1000} s, ours ${config.adverInterval / 1000} s: theirs counts while they are master`;
  return { note: 'other-interval', detail };
}
