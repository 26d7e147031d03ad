/**
 * The Internet checksum (RFC 1071) of `parts`, taken as one byte string.
 * Returns the 16-bit one's complement; over data that includes a correct checksum the result is 0.
 */
export function internetChecksum(...parts: Uint8Array[]): number {
  let sum = 0;
  let high = true;
  for (const part of parts) {
    for (const byte of part) {
      sum += high ? byte << 8 : byte;
      high = !high;
    }
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
