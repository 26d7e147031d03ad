/**
 * What passes between the engine and the virtual routers. On Linux the routers live in the reactor's worker thread,
 * so every message is plain data that structured cloning carries.
 */
import type { IpAddress } from '../../base/ip.ts';
import type { MacAddress } from '../../base/mac.ts';
import type { RoutingEntry } from '../../base/routing.ts';
import type { Duration, Instant } from '../../base/time.ts';
import type { SessionConfig } from '../../bfd/config.ts';
import type { AdvertObservation, JournalEvent } from '../../control/link.ts';
import type { BfdSnapshot, InstanceSnapshot } from '../../control/snapshot.ts';
import type { InterfaceAddress } from '../../ports/addresses.ts';
import type { VirtualMac } from '../../ports/virtual-macs.ts';
import type { RouterConfig } from '../../vrrp/config.ts';
import type { OperationOutcome } from '../../vrrp/effect.ts';
import type { AdminMode } from '../../vrrp/event.ts';
import type { SplitCause } from '../../vrrp/verify.ts';
import type { SessionVerdict } from '../bfd/messages.ts';

/** One instance with what its driver must know beyond the protocol. */
export interface RouterPlan {
  readonly config: RouterConfig;
  readonly group: string | null;
  /** So long after the start of the engine it is deaf and takes no part; absent: not at all. */
  readonly startupDelay?: Duration | undefined;
  /** Addresses to hold as master, advertised and excluded alike. */
  readonly held: readonly InterfaceAddress[];
  /** Routes and rules to hold as master, in the order in which they are put up; absent: none. */
  readonly routing?: readonly RoutingEntry[] | undefined;
  /** `mcast_src_ip`; undefined: the interface's primary address. */
  readonly sourceAddress: IpAddress | undefined;
  readonly multicastGroup: IpAddress;
  /** Interfaces that are made for it, its own one (above its interface) first. Absent: none. */
  readonly virtualMacs?: readonly VirtualMac[] | undefined;
  /** Advertisements leave with this hardware address. Absent: with the interface's own. */
  readonly sourceMac?: MacAddress | undefined;
  /** TTL of what goes to `config.unicast`'s peers. */
  readonly unicastTtl: number;
  /** BFD sessions, by name, that do the same. */
  readonly trackedSessions: readonly { readonly session: string; readonly weight: number; readonly reverse: boolean }[];
  /** Interfaces whose loss is a fault, or with a weight lowers the priority. The own one is among them. */
  readonly trackedInterfaces: readonly {
    readonly interface: string;
    readonly weight: number;
    readonly reverse: boolean;
  }[];
  /** Faults that hold from the start until somebody clears them: track_scripts that have not answered yet. */
  readonly initialFaults: readonly { readonly source: string; readonly reason: string }[];
  readonly initialTerms: readonly { readonly source: string; readonly value: number }[];
  /** From the intents of the last run. */
  readonly admin: AdminMode;
  /** Active since a standby's lease ended: takes nothing back by itself. */
  readonly holdPreempt: boolean;
  /** Master in an earlier life: when it starts before this, its addresses stay, and it goes on without an election. */
  readonly adoptUntil?: Instant;
}

/** What is there for as long as the engine runs, whoever is master. */
export interface StaticPlan {
  readonly addresses: readonly InterfaceAddress[];
  readonly routing: readonly RoutingEntry[];
}

export interface StaticStatus {
  /** In the words of ip(8). */
  readonly what: string;
  readonly present: boolean;
}

/** With whatever prefix it has. */
export type LeftAddress = Pick<InterfaceAddress, 'address' | 'interface'>;

/** What one instance is told. */
export type InstanceCommand =
  | { readonly type: 'fault'; readonly instance: string; readonly source: string; readonly reason: string }
  | { readonly type: 'fault-cleared'; readonly instance: string; readonly source: string }
  | { readonly type: 'priority-term'; readonly instance: string; readonly source: string; readonly value: number }
  | { readonly type: 'push'; readonly instance: string; readonly id: string; readonly immediate?: boolean }
  | { readonly type: 'force-master'; readonly instance: string; readonly id: string }
  | { readonly type: 'boost'; readonly instance: string; readonly id: string; readonly patience: Duration }
  | { readonly type: 'boost-release'; readonly instance: string; readonly id: string }
  | { readonly type: 'take-over'; readonly instance: string; readonly id: string; readonly pinned: boolean }
  | { readonly type: 'admin'; readonly instance: string; readonly mode: AdminMode; readonly holdPreempt: boolean };

export type RouterCommand =
  /** `leftBehind`: held by an earlier life; what nobody holds now is taken off. */
  | {
      readonly type: 'start';
      readonly leftBehind?: readonly LeftAddress[];
      readonly sessions?: readonly SessionConfig[];
    }
  /** Graceful: priority 0, addresses off. Answered by `stopped`. */
  | { readonly type: 'stop' }
  /** From now on these and no others. Answered by `reloaded`. */
  | {
      readonly type: 'reload';
      readonly plans: readonly RouterPlan[];
      readonly sessions: readonly SessionConfig[];
      readonly statics?: StaticPlan | undefined;
    }
  | InstanceCommand
  /** All in one tick; where one push or take-over among them would be refused, all of them are. */
  | { readonly type: 'together'; readonly commands: readonly InstanceCommand[] }
  /** Answered by `evidence`: who else could be master. */
  | { readonly type: 'examine'; readonly instance: string; readonly id: string }
  /** Answered by `vip-answers`: which real servers answer ARP for a virtual address. */
  | { readonly type: 'probe-vips'; readonly id: string; readonly targets: readonly VipProbeTarget[] };

export type RouterReport =
  | {
      readonly type: 'status';
      readonly routers: readonly RouterStatus[];
      readonly bfd: BfdSnapshot | undefined;
      /** Absent: nothing is static. */
      readonly statics?: readonly StaticStatus[] | undefined;
    }
  | { readonly type: 'session-verdict'; readonly verdict: SessionVerdict }
  /** `sentAt`: of our own. */
  | { readonly type: 'advert'; readonly advert: AdvertObservation; readonly sentAt?: Instant | undefined }
  | { readonly type: 'journal'; readonly entry: JournalEntry }
  | {
      readonly type: 'operation';
      readonly id: string;
      readonly instance: string;
      readonly outcome: OperationOutcome;
      readonly measured: HandoverMeasurement;
    }
  | { readonly type: 'evidence'; readonly id: string; readonly evidence: Evidence }
  | { readonly type: 'vip-answers'; readonly id: string; readonly answers: readonly VipAnswer[] }
  | { readonly type: 'started' }
  | { readonly type: 'reloaded' }
  | { readonly type: 'stopped' };

export type JournalEntry = Omit<JournalEvent, 'seq'>;

export interface Claimant {
  readonly mac: string;
  readonly address: string;
}

export interface RouterStatus {
  /** `leaseEndsAt` is the engine's to fill in. */
  readonly snapshot: InstanceSnapshot;
  /** One sentence on the state and what would change it. */
  readonly why: string;
  /** Who disagrees with us on who is master, longer than two intervals. */
  readonly rivals: readonly {
    readonly address: string;
    readonly priority: number;
    readonly kind: SplitCause;
    /** In words. */
    readonly cause: string;
  }[];
  /** As master: who else answers ARP for one of our addresses. */
  readonly claimants: readonly Claimant[];
}

/** What the wire showed of a hand-over, in ms; null where nothing was seen. */
export interface HandoverMeasurement {
  /** From our priority 0 (or our first advert) to the first advert of the other (or our own). */
  readonly takeOverMs: number | null;
  /** From the removal of our addresses to the first ARP packet in which another MAC claims one; 0: it came before. */
  readonly gapMs: number | null;
  /** How finely `gapMs` was looked at. */
  readonly noiseMs: number | null;
}

export interface Evidence {
  /** Everybody heard for this VRID since the start, youngest first. */
  readonly senders: readonly {
    readonly address: string;
    readonly priority: number;
    readonly agoMs: number;
    readonly verdict: string;
    /** Answered an ARP request just now, or a question over its link. */
    readonly alive: boolean;
    /** The name of the linked peer that it is; absent: it was heard on the wire alone. */
    readonly peer?: string;
  }[];
  /** MACs that answer for the first virtual address just now, ours not among them. */
  readonly foreignHolders: readonly string[];
}

/** A virtual address on an interface, and the real servers that must not answer ARP for it. */
export interface VipProbeTarget {
  readonly interface: string;
  readonly address: IpAddress;
  readonly servers: readonly IpAddress[];
}

export interface VipAnswer {
  readonly address: IpAddress;
  readonly server: IpAddress;
  /** Null: the server could not be told apart, or does not answer for itself either. */
  readonly answers: boolean | null;
}
