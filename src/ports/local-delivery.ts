import type { IpAddress } from '../base/ip.ts';
import type { Result } from '../base/result.ts';

/** Accept mode (RFC 9568 §6.1): whether this machine takes packets that are for a virtual address for its own. */
export interface LocalDelivery {
  /**
   * From now on nothing for these addresses reaches this machine's programs, and nothing of theirs leaves from them;
   * neighbour discovery goes on. None: as if nobody had asked. Where it cannot be, the error says why.
   */
  refuse(addresses: readonly RefusedAddress[]): Result<void, string>;
}

export interface RefusedAddress {
  /** Counts for link-local addresses, which another interface may have too. */
  readonly interface: string;
  readonly address: IpAddress;
}
