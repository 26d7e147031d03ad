/** What `judge` is asked, and what it answers. */
import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

/** Why an advertisement is not believed: the keys of the `discarded` counters. */
export type DiscardReason =
  | 'length'
  | 'vrid'
  | 'ttl'
  | 'version'
  | 'auth-type'
  | 'auth-fail'
  | 'replay'
  | 'interval'
  | 'type'
  | 'checksum'
  | 'destination'
  | 'source'
  | 'owner';

/** What is wrong with one that counts in the election all the same; to be counted and shown like a discard. */
export type AdvertNote = 'address-list' | 'second-owner' | 'other-interval';

export interface JudgedDatagram {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ttl: number;
  readonly payload: Uint8Array;
  /** Where it came behind an Authentication Header: the datagram with its IPv4 header. */
  readonly whole?: Uint8Array | undefined;
}

export interface JudgeContext {
  /** All addresses of this machine, the virtual ones that it holds included. */
  readonly ownAddresses: readonly IpAddress[];
  /** The addresses of the receiving interface with their prefix lengths. */
  readonly networks: readonly { readonly address: IpAddress; readonly prefix: number }[];
  /** The multicast group that the router uses; 224.0.0.18 or ff02::12 unless said otherwise. */
  readonly group?: IpAddress | undefined;
  /** The sender whose advertisement counted last: with skip_check_adv_addr its list is not looked at again. */
  readonly lastMaster?: IpAddress | undefined;
  /** AH: the highest number heard so far. */
  readonly lastSequence?: number | undefined;
  /** Our effective priority; the configured one unless said otherwise. */
  readonly priority?: number | undefined;
}

export interface ValidAdvert {
  readonly verdict: 'valid';
  readonly source: IpAddress;
  readonly priority: number;
  readonly adverInterval: Duration;
  readonly addresses: readonly IpAddress[];
  readonly note?: AdvertNote | undefined;
  /** One sentence on the note; empty without one. */
  readonly detail: string;
  /** AH: its number, proven by the check value. */
  readonly sequence?: number | undefined;
}

export interface DiscardedAdvert {
  readonly verdict: 'discard';
  readonly reason: DiscardReason;
  readonly detail: string;
  /** As the header says; absent where there is none. */
  readonly priority?: number | undefined;
  /** Somebody on this link claims to be master of our virtual router: worth a `claim` event. */
  readonly claim: boolean;
  /** AH: its number, proven by the check value, whatever else is wrong. */
  readonly sequence?: number | undefined;
}

export type Verdict = ValidAdvert | DiscardedAdvert;

export interface Refusal {
  readonly reason: DiscardReason;
  readonly detail: string;
}
