/** The vocabulary of a session: what happens to it, what it remembers, what it wants done. */
import type { Duration, Instant } from '../base/time.ts';
import type { BfdPacket, BfdState } from '../wire/bfd.ts';

export type SessionTimer =
  /** When the next periodic packet is due. */
  | 'transmit'
  /** When silence means that the neighbor is gone (RFC 5880 §6.8.4). */
  | 'detect'
  /** When a session that has not come up since the start counts as down. */
  | 'verdict';

/** `random` is uniform in 0…1: the jitter of what is sent next. */
export type SessionEvent = { readonly at: Instant; readonly random: number } & (
  | { readonly type: 'start' }
  /** Administratively down: the neighbor is told. */
  | { readonly type: 'stop' }
  | { readonly type: 'timer'; readonly timer: SessionTimer }
  /** It passed `judge`. `at` is when it arrived. */
  | { readonly type: 'packet'; readonly packet: BfdPacket }
);

export type SessionEffect =
  | { readonly type: 'send'; readonly packet: BfdPacket }
  | { readonly type: 'set-timer'; readonly timer: SessionTimer; readonly deadline: Instant }
  | { readonly type: 'stop-timer'; readonly timer: SessionTimer }
  | { readonly type: 'transition'; readonly from: BfdState; readonly to: BfdState; readonly reason: string }
  /** What those who track it are to believe from now on. */
  | { readonly type: 'verdict'; readonly usable: boolean; readonly reason: string };

/** What the neighbor's last packet said. */
export interface Neighbor {
  readonly discriminator: number;
  readonly state: BfdState;
  readonly diagnostic: number;
  readonly multiplier: number;
  readonly desiredMinTx: Duration;
  readonly requiredMinRx: Duration;
  readonly demand: boolean;
  readonly heardAt: Instant;
}

/** Immutable: `step` returns a new one. */
export interface SessionState {
  readonly state: BfdState;
  readonly since: Instant;
  /** Why it is in this state, in words. */
  readonly reason: string;
  readonly diagnostic: number;
  /** Ours; never 0. */
  readonly discriminator: number;
  /** Undefined: nothing has been heard for a detection time. */
  readonly neighbor: Neighbor | undefined;
  /** A Poll Sequence is under way: what we send asks for an answer with Final. */
  readonly polling: boolean;
  /** Undefined: nothing has been decided yet. A neighbor that says AdminDown changes nothing (RFC 5882 §4.2). */
  readonly usable: boolean | undefined;
  /** Deadlines that are set. */
  readonly timers: ReadonlyMap<SessionTimer, Instant>;
  /** The interval that the pending transmission was reckoned with. */
  readonly pace: Duration | undefined;
}
