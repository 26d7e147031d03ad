import type { Family, IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

/** One virtual router as its instance has to know it. Addresses are those of the advertisement, in its order. */
export interface RouterConfig {
  readonly name: string;
  readonly vrid: number;
  readonly interface: string;
  readonly family: Family;
  readonly version: 2 | 3;
  /** 1…255; 255 = address owner. */
  readonly priority: number;
  readonly adverInterval: Duration;
  readonly preempt: boolean;
  /** A backup leaves a lower master alone so long, from its first advertisement on; absent: not at all. */
  readonly preemptDelay?: Duration | undefined;
  readonly authentication: { readonly type: 'none' } | { readonly type: 'PASS' | 'AH'; readonly password: string };
  readonly addresses: readonly IpAddress[];
  /** As master it has routes or rules besides its addresses. */
  readonly holdsRouting?: boolean | undefined;
  readonly garp: {
    /** Second burst so long after the first; 0: none. */
    readonly delay: Duration;
    /** Rounds over all addresses in a burst. */
    readonly repeat: number;
    /** Periodic refresh; 0: none. */
    readonly refresh: Duration;
    readonly refreshRepeat: number;
    /** After an advertisement of lower priority; absent: as after becoming master. */
    readonly lowerPriority?: { readonly delay: Duration; readonly repeat: number } | undefined;
  };
  readonly skipCheckAdvAddr: boolean;
  /** So many adver intervals without an advertisement, and the master is down: 3 unless configured. */
  readonly downTimerAdverts: number;
  /** As master, one more advertisement before yielding to a higher one. */
  readonly higherPrioSendAdvert: boolean;
  /** As master, silence towards a lower one (RFC 3768) instead of an answer (RFC 9568). */
  readonly lowerPrioNoAdvert: boolean;
  /** IPv4, version 3: the checksum leaves out the pseudo-header (RFC 9568), instead of covering it (RFC 5798, keepalived). */
  readonly checksumWithoutPseudoHeader: boolean;
  /** Undefined: multicast. */
  readonly unicast?: Unicast | undefined;
  /** Set for the member of a sync group: it becomes master only with all others. */
  readonly syncGroup?: string | undefined;
}

export interface Unicast {
  readonly peers: readonly UnicastPeer[];
  /** Believe only what comes from one of `peers`. */
  readonly checkSource: boolean;
  /** IPv4, version 3: what the pseudo-header has as destination. `old`: the multicast group, as keepalived had it once. */
  readonly checksum: 'auto' | 'old' | 'new';
}

export interface UnicastPeer {
  readonly address: IpAddress;
  /** Bounds on the TTL of what it sends; undefined: any. */
  readonly minTtl: number | undefined;
  readonly maxTtl: number | undefined;
}
