import type { AddressOptions } from '../base/address-options.ts';
import type { IpAddress } from '../base/ip.ts';
import type { Result } from '../base/result.ts';
import type { Cancel } from './clock.ts';
import type { OsError } from './os-error.ts';

/** An address on an interface. IPv4 identity in the kernel: interface + address + prefix. */
export interface InterfaceAddress {
  readonly interface: string;
  readonly address: IpAddress;
  readonly prefix: number;
  /** IPv4 label such as `eth0:0`; undefined means the kernel's default (the interface's name). */
  readonly label?: string | undefined;
  /** The other end of a point-to-point link. */
  readonly peer?: IpAddress | undefined;
  /** How it is to be held. Only asked for, never listed. */
  readonly options?: AddressOptions | undefined;
  /** IFA_F_SECONDARY: never the source of our adverts. Only the kernel sets it. */
  readonly secondary?: boolean | undefined;
}

export type AddressChange =
  | { readonly kind: 'added'; readonly address: InterfaceAddress }
  | { readonly kind: 'removed'; readonly address: InterfaceAddress };

export interface Addresses {
  /** An IPv4 address is listed as soon as it is added; an IPv6 one may follow a moment after `add` has returned. */
  list(): InterfaceAddress[];
  /** `present`: the very address with this prefix was there already. ENODEV: no such interface. */
  add(address: InterfaceAddress): Result<'added' | 'present', OsError>;
  /** `absent`: it was not there. */
  remove(address: InterfaceAddress): Result<'removed' | 'absent', OsError>;
  /** Every change after the call, ours included, in the kernel's order. */
  watch(listener: (change: AddressChange) => void): Cancel;
}
