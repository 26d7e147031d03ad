import { unreachable } from '../base/assert.ts';
import { type Family, familyOf } from '../base/ip.ts';
import type { Instant } from '../base/time.ts';
import type { AddressChange } from '../ports/addresses.ts';
import { describeArp } from '../wire/arp.ts';
import { decodeBfd, describeBfd } from '../wire/bfd.ts';
import { decodeEthernet, describeEthernet } from '../wire/ethernet.ts';
import { decodeVrrp, describeVrrp } from '../wire/vrrp.ts';
import { arpOf } from './arp.ts';
import type { Transmission } from './packet.ts';

/** Everything that can be seen of the world from outside the programs that run in it. */
export type Happening =
  | {
      readonly kind: 'sent';
      readonly lan: string;
      readonly owner: string;
      readonly interface: string;
      readonly transmission: Transmission;
    }
  | {
      readonly kind: 'lost';
      readonly lan: string;
      readonly owner: string;
      readonly to: string;
      readonly why: 'cut' | 'loss';
      readonly transmission: Transmission;
    }
  | { readonly kind: 'address'; readonly owner: string; readonly change: AddressChange }
  | {
      readonly kind: 'link';
      readonly owner: string;
      readonly interface: string;
      readonly state: 'up' | 'down' | 'removed';
    }
  | { readonly kind: 'process'; readonly owner: string; readonly state: ProcessNews };

export type ProcessNews = 'started' | 'paused' | 'resumed' | 'killed' | 'crashed';
export type Tracer = (happening: Happening) => void;
export type Traced = Happening & { readonly at: Instant };

/**
 * One line, without its end: seconds, who, what.
 * ```
 *    3.609475 n2   eth0  10.0.0.2 > 224.0.0.18: VRRPv2 advertisement vrid 51 prio 100 auth none intvl 1s addrs 10.0.0.9
 *    3.609475 n2   eth0  + 10.0.0.9/24
 *    3.609475 n2   eth0  ARP announce 10.0.0.9 is-at 02:00:00:00:00:02
 *    3.609475 n2   > n3  lost (cut): ARP announce 10.0.0.9 is-at 02:00:00:00:00:02
 *    4.000000 n1   killed
 * ```
 */
export function describeHappening(happening: Traced): string {
  const { at, owner } = happening;
  const [where, what] = whereAndWhat(happening);
  const seconds = (at / 1000).toFixed(6).padStart(11);
  return `${seconds} ${owner.padEnd(WHO)} ${where === undefined ? what : `${where.padEnd(WHERE)} ${what}`}`;
}

const WHO = 6;
const WHERE = 8;

function whereAndWhat(happening: Happening): readonly [string | undefined, string] {
  switch (happening.kind) {
    case 'sent':
      return [happening.interface, describePacket(happening.transmission)];
    case 'lost':
      return [`> ${happening.to}`, `lost (${happening.why}): ${describePacket(happening.transmission)}`];
    case 'address': {
      const { kind, address } = happening.change;
      const secondary = address.secondary ? ' secondary' : '';
      return [address.interface, `${kind === 'added' ? '+' : '-'} ${address.address}/${address.prefix}${secondary}`];
    }
    case 'link':
      return [happening.interface, `link ${happening.state}`];
    case 'process':
      return [undefined, happening.state];
    default:
      return unreachable(happening);
  }
}

function describePacket({ packet }: Transmission): string {
  switch (packet.kind) {
    case 'vrrp':
      return `${packet.source} > ${packet.destination}: ${describePayload(packet.payload, familyOf(packet.source))}`;
    case 'bfd': {
      const message = decodeBfd(packet.payload);
      const what = message.ok ? describeBfd(message.value) : `BFD? ${message.error.detail}`;
      return `${packet.source} > ${packet.destination}: ${what}`;
    }
    case 'echo':
      return `${packet.source} > ${packet.destination}: echo ${packet.operation} ${packet.sequence}`;
    case 'frame': {
      const arp = arpOf(packet.bytes);
      if (arp) return `ARP ${describeArp(arp)}`;
      const ethernet = decodeEthernet(packet.bytes);
      return ethernet ? describeEthernet(ethernet) : `a frame of ${packet.bytes.length} bytes`;
    }
    default:
      return unreachable(packet);
  }
}

function describePayload(payload: Uint8Array, family: Family): string {
  const message = decodeVrrp(payload, family);
  return message.ok ? describeVrrp(message.value) : `VRRP? ${message.error.detail}`;
}
