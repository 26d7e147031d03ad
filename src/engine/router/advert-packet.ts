import type { IpAddress } from '../../base/ip.ts';
import type { UnicastTarget } from '../../ports/vrrp-sockets.ts';
import type { RouterConfig } from '../../vrrp/config.ts';
import { encodeAhDatagram } from '../../wire/ah.ts';

/** What the socket is given: the message, or with AH the whole datagram around it. */
export function advertPacket(
  { authentication }: RouterConfig,
  message: Uint8Array,
  source: IpAddress,
  destination: IpAddress,
  target: UnicastTarget | undefined,
  sequence: number | undefined,
): Uint8Array {
  if (authentication.type !== 'AH' || sequence === undefined) return message;
  const ttl = target?.ttl ?? 255;
  const { password } = authentication;
  return encodeAhDatagram({ source, destination, ttl, unicast: target !== undefined, sequence, password }, message);
}
