import type { MacAddress } from '../base/mac.ts';
import type { Result } from '../base/result.ts';

/** An interface with the hardware address of a virtual router, above the interface `parent` (RFC 9568 §7.3). */
export interface VirtualMac {
  readonly name: string;
  readonly parent: string;
  readonly mac: MacAddress;
  /** IPv6 addresses are put on it: on any other one IPv6 is off. */
  readonly ipv6: boolean;
}

/** Errors are words for the operator. */
export interface VirtualMacs {
  /**
   * Made and down, with the settings of the kernel that keep its parent from answering for its addresses; one that is there
   * is used as it is. Refused where another kind of interface has the name, and then nothing is changed.
   */
  make(wanted: VirtualMac): Result<'made' | 'present', string>;
  setUp(name: string, up: boolean): Result<void, string>;
  /**
   * Removes what this or an earlier life has made, but for `kept`, and puts the settings of parents that carry none any
   * more back to what they were.
   */
  keepOnly(kept: readonly VirtualMac[]): { readonly removed: readonly string[]; readonly problems: readonly string[] };
}
