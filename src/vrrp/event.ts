import type { IpAddress } from '../base/ip.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { RouterConfig } from './config.ts';

/** Every deadline an instance can wait for. */
export type TimerName =
  /** RFC 3768 §6.2 Adver_Timer: when the next advertisement is due. */
  | 'adver'
  /** RFC 3768 §6.2 Master_Down_Timer: when silence means that the master is gone. */
  | 'master-down'
  /** When the second gratuitous-ARP burst is due. */
  | 'garp-delay'
  /** When the periodic gratuitous ARP is due. */
  | 'garp-refresh'
  /** When a silent push repeats its priority 0, unless somebody has been heard. */
  | 'push-repeat'
  /** When a silent push gives up waiting for a successor and resumes. */
  | 'push-deadline'
  /** When a chosen successor waits no longer for the push. */
  | 'boost-deadline'
  /** When an address that somebody keeps removing is put back again, after backing off. */
  | 'repair'
  /** The same for a route or a rule: what ails those keeps no address from being put back at once. */
  | 'repair-routing';

export type AdminMode = 'active' | 'standby' | 'maintenance' | 'pinned';

export type RouterEvent =
  /**
   * RFC 3768 §6.4.1 Startup. `primary`: the address that adverts are sent from. Faults known by then come first.
   * `adopt`: master until just now in an earlier life, whose addresses are still up.
   */
  | { readonly type: 'startup'; readonly at: Instant; readonly adopt?: boolean }
  | { readonly type: 'shutdown'; readonly at: Instant }
  | { readonly type: 'timer'; readonly at: Instant; readonly timer: TimerName }
  /** A valid advertisement: it passed `judge`. */
  | {
      readonly type: 'advert';
      readonly at: Instant;
      readonly source: IpAddress;
      readonly priority: number;
      /** The sender's; undefined: ours. */
      readonly adverInterval?: Duration | undefined;
    }
  /**
   * An advertisement for our VRID that `judge` discarded with `claim: true`: no news for the election, but somebody on
   * the link claims mastership.
   */
  | { readonly type: 'claim'; readonly at: Instant; readonly source: IpAddress; readonly priority: number }
  /** A reason to be in FAULT (`source` is its key, `reason` its words); cleared by `fault-cleared` of the same source. */
  | { readonly type: 'fault'; readonly at: Instant; readonly source: string; readonly reason: string }
  | { readonly type: 'fault-cleared'; readonly at: Instant; readonly source: string }
  /** One addend of the effective priority; value 0 takes it away. */
  | { readonly type: 'priority-term'; readonly at: Instant; readonly source: string; readonly value: number }
  /** The primary address of the interface; undefined: none, which is a fault. */
  | { readonly type: 'primary-address'; readonly at: Instant; readonly address: IpAddress | undefined }
  /** Somebody else removed one of our virtual addresses while we are master. */
  | { readonly type: 'address-removed'; readonly at: Instant; readonly address: IpAddress }
  /** The same of routes and rules of ours, each in words. */
  | { readonly type: 'routing-removed'; readonly at: Instant; readonly what: readonly string[] }
  /**
   * Operator: hand over by the silent push (failover.md); `immediate`: the addresses go at once, and come back if nobody
   * takes them. Result comes as an `operation` effect with this id.
   */
  | { readonly type: 'push'; readonly at: Instant; readonly id: string; readonly immediate?: boolean | undefined }
  /**
   * Operator, at the master: this backup is to succeed it, and has priority 254 until it does so, `patience` is over, or
   * `boost-release` comes. Result comes as an `operation` effect with this id.
   */
  | { readonly type: 'boost'; readonly at: Instant; readonly id: string; readonly patience: Duration }
  | { readonly type: 'boost-release'; readonly at: Instant; readonly id: string }
  /** Operator: master now, pinned, whoever else claims it. */
  | { readonly type: 'force-master'; readonly at: Instant; readonly id: string }
  /** Operator: become master now. `pinned`: with effective priority 254; else with our own. */
  | { readonly type: 'take-over'; readonly at: Instant; readonly id: string; readonly pinned: boolean }
  /** `holdPreempt`: 'active' because a standby's lease ended; do not preempt a living master until told to. */
  | { readonly type: 'admin'; readonly at: Instant; readonly mode: AdminMode; readonly holdPreempt: boolean }
  /** The configuration is another one from this event on; `before` was in force until now. */
  | { readonly type: 'reconfigured'; readonly at: Instant; readonly before: RouterConfig }
  /** The sync group moves this member. A backup becomes master, a master gives way; elsewhere nothing. */
  | { readonly type: 'sync'; readonly at: Instant; readonly to: 'master' | 'backup'; readonly reason: string }
  /** The kernel refused an effect. */
  | { readonly type: 'effect-failed'; readonly at: Instant; readonly effect: string; readonly reason: string };
