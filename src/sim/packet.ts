import { familyOf, type IpAddress, ipBytes } from '../base/ip.ts';
import { type MacAddress, macFromBytes } from '../base/mac.ts';

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

/** RFC 1112 §6.4 (01-00-5e and 23 bits) and RFC 2464 §7 (33-33 and 32 bits). */
export function multicastMac(group: IpAddress): MacAddress {
  const bytes = ipBytes(group);
  if (familyOf(group) === 6) return macFromBytes(Uint8Array.of(0x33, 0x33, ...bytes.subarray(12)));
  return macFromBytes(Uint8Array.of(0x01, 0x00, 0x5e, (bytes[1] ?? 0) & 0x7f, bytes[2] ?? 0, bytes[3] ?? 0));
}
