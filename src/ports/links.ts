import type { MacAddress } from '../base/mac.ts';
import type { Cancel } from './clock.ts';

/** A network interface as the kernel shows it. `up` means IFF_UP and IFF_RUNNING (carrier). */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly up: boolean;
  readonly mtu: number;
  /** Undefined where the link has no hardware address of six bytes. */
  readonly mac: MacAddress | undefined;
}

export type LinkChange =
  | { readonly kind: 'changed'; readonly link: Link }
  | { readonly kind: 'removed'; readonly link: Link };

export interface Links {
  list(): Link[];
  find(name: string): Link | undefined;
  /** Every change after the call, ours or foreign, in the kernel's order. */
  watch(listener: (change: LinkChange) => void): Cancel;
}
