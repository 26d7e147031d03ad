/** Which packets a session believes: what is wrong with the others has a name, and is counted. */
import type { IpAddress } from '../base/ip.ts';
import { err, type Result } from '../base/result.ts';
import { type BfdPacket, type BfdReason, decodeBfd } from '../wire/bfd.ts';
import type { SessionConfig } from './config.ts';

/** One datagram to port 3784. */
export interface ReceivedBfd {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** TTL or hop limit. */
  readonly ttl: number;
  readonly payload: Uint8Array;
}

/** `session`: it is for none of ours. */
export type DropReason = BfdReason | 'ttl' | 'source' | 'session';

export interface Drop {
  readonly reason: DropReason;
  readonly detail: string;
}

/** A session that a packet may be for. */
export interface Addressee {
  readonly config: SessionConfig;
  readonly discriminator: number;
}

/**
 * The session that a packet names by its discriminator, or as long as the neighbor does not know it, by its addresses
 * (RFC 5880 §6.3, RFC 5881 §3). Of what cannot be read, the one whose neighbor it came from, to be counted there.
 */
export function addresseeOf<T extends Addressee>(received: ReceivedBfd, sessions: readonly T[]): T | undefined {
  const decoded = decodeBfd(received.payload);
  const named = decoded.ok ? decoded.value.yourDiscriminator : 0;
  if (named !== 0) return sessions.find(({ discriminator }) => discriminator === named);
  const { source, destination } = received;
  return sessions.find(
    ({ config }) => config.neighbor === source && (config.source === undefined || config.source === destination),
  );
}

/** RFC 5880 §6.8.6 and the TTL of RFC 5881 §5; a session is spoken to by its neighbor alone. */
export function judge(config: SessionConfig, received: ReceivedBfd): Result<BfdPacket, Drop> {
  const { source, ttl } = received;
  if (config.maxHops !== undefined && ttl + config.maxHops < config.ttl) {
    return err({ reason: 'ttl', detail: `ttl ${ttl}, below ${config.ttl - config.maxHops}` });
  }
  if (source !== config.neighbor) return err({ reason: 'source', detail: `from ${source}, not ${config.neighbor}` });
  return decodeBfd(received.payload);
}
