import type { NftServiceSpec } from './model.ts';

/** What nftables can do by itself: take turns, or hash the client. It cannot ask which server has least to do. */
export const SCHEDULERS = ['rr', 'wrr', 'sh', 'mh'] as const;
/** The kernel's other ones, which IPVS has and this has not. */
const IPVS_ONLY = ['lc', 'wlc', 'sed', 'nq', 'fo', 'ovf', 'dh', 'lblc', 'lblcr', 'twos'];

export const isScheduler = (name: string): boolean => SCHEDULERS.some((known) => known === name);
export const isIpvsOnly = (name: string): boolean => IPVS_ONLY.includes(name);

/**
 * Whether the client's address alone decides, the same on every director. A persistent service is one, so that its
 * clients stay with their server when another director takes over.
 */
export const isHashed = (service: NftServiceSpec): boolean =>
  service.persistence !== undefined || service.scheduler === 'sh' || service.scheduler === 'mh';
