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
  readonly authentication: { readonly type: 'none' } | { readonly type: 'PASS'; readonly password: string };
  readonly addresses: readonly IpAddress[];
  readonly garp: {
    /** Second burst so long after the first; 0: none. */
    readonly delay: Duration;
    /** Rounds over all addresses in a burst. */
    readonly repeat: number;
    /** Periodic refresh; 0: none. */
    readonly refresh: Duration;
    readonly refreshRepeat: number;
  };
  readonly skipCheckAdvAddr: boolean;
  /** Set for the member of a sync group: it becomes master only with all others. */
  readonly syncGroup?: string | undefined;
}
