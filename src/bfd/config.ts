import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

/** One BFD session as its machine has to know it: single hop, asynchronous mode, without authentication. */
export interface SessionConfig {
  readonly name: string;
  readonly neighbor: IpAddress;
  /** Undefined: whichever address the route to the neighbor has. */
  readonly source: IpAddress | undefined;
  /** Least interval that we can receive at. */
  readonly minRx: Duration;
  /** Interval that we would send at, while Up. */
  readonly minTx: Duration;
  /** The same while not Up: never below a second (RFC 5880 §6.8.3). */
  readonly idleTx: Duration;
  /** Packets in a row that the neighbor may miss: 1…255. */
  readonly multiplier: number;
  /** Says nothing before the neighbor does (RFC 5880 §6.1). */
  readonly passive: boolean;
  /** TTL or hop limit of what we send: 1…255. */
  readonly ttl: number;
  /** By how much a received TTL may be below `ttl`: 0 is GTSM (RFC 5881 §5). Undefined: it is not looked at. */
  readonly maxHops: number | undefined;
}
