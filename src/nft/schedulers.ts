import type { NftServiceSpec } from './model.ts';

/** What nftables can do by itself: take turns, or hash the client. It cannot ask which server has least to do. */
export const SCHEDULERS = ['rr', 'wrr', 'sh', 'mh'] as const;
/**
 * Those that look for the server with the fewest connections give, over time, what turns give: to each the same (lc) or by
 * weight. So a configuration that leaves the scheduler to keepalived, which takes wlc, is balanced here too.
 */
const STAND_INS: Readonly<Record<string, 'rr' | 'wrr'>> = { lc: 'rr', wlc: 'wrr', sed: 'wrr', nq: 'wrr' };
/** The kernel's other ones, which IPVS has and this has not. */
const IPVS_ONLY = ['fo', 'ovf', 'dh', 'lblc', 'lblcr', 'twos'];

export const standIn = (name: string): 'rr' | 'wrr' | undefined => STAND_INS[name];
export const isScheduler = (name: string): boolean =>
  SCHEDULERS.some((known) => known === name) || standIn(name) !== undefined;
export const isIpvsOnly = (name: string): boolean => IPVS_ONLY.includes(name);
/** Every server in its turn, whatever its weight. */
export const isEqual = (name: string): boolean => (standIn(name) ?? name) === 'rr';

/** What becomes of the service's scheduler here, in words, where that is something else. */
export function insteadOf({
  scheduler,
  persistence,
}: Pick<NftServiceSpec, 'scheduler' | 'persistence'>): string | undefined {
  const other = standIn(scheduler);
  if (other === undefined || persistence !== undefined) return undefined;
  return `${scheduler} counts connections, which nftables cannot: ${other} takes its place`;
}

/**
 * Whether the client's address alone decides, the same on every director. A persistent service is one, so that its
 * clients stay with their server when another director takes over.
 */
export const isHashed = (service: NftServiceSpec): boolean =>
  service.persistence !== undefined || service.scheduler === 'sh' || service.scheduler === 'mh';
