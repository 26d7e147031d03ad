import type { IpAddress } from '../base/ip.ts';
import type { MacAddress } from '../base/mac.ts';

/** What travels on the simulated LAN. VRRP and echo travel as values: nothing here would look at their IP headers. */
export type Packet =
  /** An Ethernet frame, header included: ARP and neighbour discovery. */
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'vrrp';
      readonly source: IpAddress;
      readonly destination: IpAddress;
      readonly ttl: number;
      readonly payload: Uint8Array;
      /** Behind an Authentication Header: the datagram that its check value covers. */
      readonly whole?: Uint8Array | undefined;
    }
  /** UDP to port 3784. */
  | {
      readonly kind: 'bfd';
      readonly source: IpAddress;
      readonly destination: IpAddress;
      readonly ttl: number;
      readonly payload: Uint8Array;
    }
  /** What a client asks a virtual address, and the answer. */
  | {
      readonly kind: 'echo';
      readonly operation: 'request' | 'reply';
      readonly source: IpAddress;
      readonly destination: IpAddress;
      readonly sequence: number;
    };

export interface Transmission {
  readonly from: MacAddress;
  readonly to: MacAddress;
  readonly packet: Packet;
}

export const isGroupMac = (mac: MacAddress): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
