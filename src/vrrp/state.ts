import type { IpAddress } from '../base/ip.ts';
import type { Duration, Instant } from '../base/time.ts';
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
  /** The last master heard, while backup; priority 0: it has resigned. */
  readonly master:
    | {
        readonly address: IpAddress;
        readonly priority: number;
        readonly heardAt: Instant;
        /** Learned from an advertisement that counted; undefined: none has. */
        readonly adverInterval?: Duration | undefined;
      }
    | undefined;
  /** Deadlines that are set. */
  readonly timers: ReadonlyMap<TimerName, Instant>;
  /** A push under way; `immediate`: the addresses have gone already. */
  readonly push:
    | { readonly id: string; readonly startedAt: Instant; readonly repeated: boolean; readonly immediate?: boolean }
    | undefined;
  /** What of ours, an address or a route, was removed when by somebody else, youngest last; for backing off. */
  readonly removals: readonly { readonly what: string; readonly at: Instant }[];
  /** As backup: the chosen successor of an aimed push that is about to come. */
  readonly boost?: { readonly id: string; readonly startedAt: Instant } | undefined;
  /** Standby's lease ended while another is master: no preemption until failback or becoming master. */
  readonly preemptHeld: boolean;
  /** While backup of a lower master: until when `preemptDelay` holds preemption back. */
  readonly preemptAt?: Instant | undefined;
  /** The last burst of gratuitous ARP that a rival, a standstill or garp-delay brought about. */
  readonly reannouncedAt?: Instant | undefined;
  /** Rounds of the gratuitous ARP that the garp-delay timer waits for. */
  readonly garpRounds?: number | undefined;
  /** What follows that one: it came late for the limit's sake, and its own repetition is still to come. */
  readonly garpThen?: { readonly delay: Duration; readonly repeat: number } | undefined;
  /** When each kind of repeated note was last made, so that a rival's every advertisement is not a line. */
  readonly noted: ReadonlyMap<NoteKind, Instant>;
}

export type NoteKind =
  | 'rival'
  | 'own-address'
  | 'send-failed'
  | 'add-failed'
  | 'garp-failed'
  | 'remove-failed'
  | 'routing-failed';
