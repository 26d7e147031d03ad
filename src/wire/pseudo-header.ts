import { familyOf, type IpAddress, ipBytes } from '../base/ip.ts';

/** Whose datagram it is: what an upper-layer checksum covers beyond the message itself. */
export interface Addressing {
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

/**
 * The pseudo-header of IPv4 (RFC 793 §3.1: addresses, zero, protocol, 16 bits of length) or IPv6 (RFC 8200 §8.1:
 * addresses, 32 bits of length, zeros, next header). `length`: of the upper-layer message, in bytes.
 */
export function pseudoHeader({ source, destination }: Addressing, protocol: number, length: number): Uint8Array {
  const tail = new Uint8Array(familyOf(source) === 4 ? 4 : 8);
  const view = new DataView(tail.buffer);
  if (familyOf(source) === 4) {
    view.setUint8(1, protocol);
    view.setUint16(2, length);
  } else {
    view.setUint32(0, length);
    view.setUint8(7, protocol);
  }
  return Uint8Array.from([...ipBytes(source), ...ipBytes(destination), ...tail]);
}
