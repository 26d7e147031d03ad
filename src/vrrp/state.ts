import type { IpAddress } from '../base/ip.ts';
import type { Instant } from '../base/time.ts';
import type { AdminMode, TimerName } from './event.ts';

/** RFC 3768 §6.3, and keepalived's FAULT. */
export type StateName = 'initialize' | 'backup' | 'master' | 'fault';

/** Everything an instance remembers. Immutable: `step` returns a new one. */
export interface RouterState {
  readonly state: StateName;
  readonly since: Instant;
  /** Why it is in this state, in words. */
  readonly reason: string;
  readonly admin: AdminMode;
  readonly started: boolean;
  readonly primary: IpAddress | undefined;
  readonly faults: ReadonlyMap<string, string>;
  readonly terms: ReadonlyMap<string, number>;
  /** The last master heard, while backup. */
  readonly master: { readonly address: IpAddress; readonly priority: number; readonly heardAt: Instant } | undefined;
  /** Deadlines that are set. */
  readonly timers: ReadonlyMap<TimerName, Instant>;
  /** A silent push under way. */
  readonly push: { readonly id: string; readonly startedAt: Instant; readonly repeated: boolean } | undefined;
  /** When somebody last removed our addresses, youngest last; for backing off. */
  readonly removals: readonly Instant[];
  /** Standby's lease ended while another is master: no preemption until failback or becoming master. */
  readonly preemptHeld: boolean;
}
