import type { IpAddress } from '../base/ip.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { TimerName } from './event.ts';
import type { StateName } from './state.ts';

/** What an instance wants done, in order. The driver does it and nothing else. */
export type RouterEffect =
  | { readonly type: 'send-advert'; readonly priority: number }
  | { readonly type: 'add-addresses' }
  /** All of the instance's, or only the ones named. */
  | { readonly type: 'remove-addresses' }
  /** Its routes and rules; some need its addresses. */
  | { readonly type: 'add-routing' }
  | { readonly type: 'remove-routing' }
  /** `rounds` over all addresses, interleaved (A, B, A, B …). */
  | { readonly type: 'gratuitous-arp'; readonly rounds: number }
  | { readonly type: 'set-timer'; readonly timer: TimerName; readonly deadline: Instant }
  | { readonly type: 'stop-timer'; readonly timer: TimerName }
  /** Journal, notifications, log. `reason` is words for the operator. */
  | { readonly type: 'transition'; readonly from: StateName; readonly to: StateName; readonly reason: string }
  | { readonly type: 'priority-changed'; readonly from: number; readonly to: number; readonly reason: string }
  | { readonly type: 'note'; readonly severity: 'info' | 'warning'; readonly text: string }
  | { readonly type: 'operation'; readonly id: string; readonly outcome: OperationOutcome };

export type OperationOutcome =
  | { readonly kind: 'handed-over'; readonly successor: IpAddress; readonly took: Duration }
  /** Nobody came: mastership was never given away. */
  | { readonly kind: 'rolled-back'; readonly waited: Duration }
  | { readonly kind: 'took-over' }
  /** Nobody has claimed this one yet; it was given away because the rest of its sync group is gone already. */
  | { readonly kind: 'followed'; readonly reason: string; readonly took: Duration }
  /** The instance cannot do it in its present state, or stopped before the end. */
  | { readonly kind: 'refused' | 'aborted'; readonly reason: string };
