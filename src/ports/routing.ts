import type { Result } from '../base/result.ts';
import type { RoutingEntry } from '../base/routing.ts';
import type { Cancel } from './clock.ts';
import type { OsError } from './os-error.ts';

/**
 * Routes and rules that bear keepalived's mark (protocol 18): ours, or a killed keepalived's. What does not bear it is
 * nobody's business here. `listed` is what the caller has just listed: it saves asking the kernel for each entry.
 */
export interface Routing {
  /** `anew`: also where news of what has gone may not have been heard yet. */
  list(anew?: boolean): RoutingEntry[];
  /** `present`: it was there with the mark. EEXIST: another one stands in its place. ENODEV: no such interface. */
  add(entry: RoutingEntry, listed?: readonly RoutingEntry[]): Result<'added' | 'present', OsError>;
  /** Only what bears the mark. `absent`: there was none. */
  remove(entry: RoutingEntry, listed?: readonly RoutingEntry[]): Result<'removed' | 'absent', OsError>;
  /** Called after `list()` may have become another one, by us or by somebody else; often it has not. */
  watch(listener: () => void): Cancel;
}
