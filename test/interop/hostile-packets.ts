/** Version 3 over either family: messages with one thing changed, and the frames that carry them. */
import { internetChecksum } from '../../src/base/checksum.ts';
import { type Family, type IpAddress, ip, ipBytes } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import { ETHERTYPE, encodeEthernet } from '../../src/wire/ethernet.ts';
import { pseudoHeader } from '../../src/wire/pseudo-header.ts';
import { encodeVrrp } from '../../src/wire/vrrp.ts';
import { frameOf, INJECTOR, mac, type Packet } from './hostile-adverts.ts';

const PROTOCOL = 112;
export const GROUPS = { 4: ip('224.0.0.18'), 6: ip('ff02::12') } as const;
export const VIPS = {
  4: [ip('10.77.0.100'), ip('10.77.0.101')],
  6: [ip('fe80::77:100'), ip('fd77::100')],
} as const;
export const VRID = 51;
/** ms */
export const INTERVAL = 100;

export interface Changes {
  readonly priority?: number;
  readonly addresses?: readonly IpAddress[];
  /** Hundredths of a second. */
  readonly interval?: number;
  /** Byte → value, before the checksum is computed again. */
  readonly bytes?: Readonly<Record<number, number>>;
  /** Behind the message, within the checksum. */
  readonly trailing?: number;
  /** Behind the message, not within the checksum. */
  readonly behind?: number;
  /** Leaves so much of it, the checksum computed for that where it has one. */
  readonly cut?: number;
  /** What the checksum becomes. */
  readonly checksum?: (right: number) => number;
  readonly bare?: boolean;
}

export interface Route {
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

export function messageOf(family: Family, route: Route, c: Changes): Uint8Array {
  const encoded = encodeVrrp({
    ...{ version: 3, vrid: VRID, priority: c.priority ?? 200, adverInterval: milliseconds(INTERVAL) },
    ...{ addresses: c.addresses ?? VIPS[family], addressing: undefined },
  });
  if (c.interval !== undefined) encoded.set([c.interval >> 8, c.interval & 0xff], 4);
  for (const [at, value] of Object.entries(c.bytes ?? {})) encoded[Number(at)] = value;
  const bytes = Uint8Array.from([...encoded, ...Array<number>(c.trailing ?? 0).fill(0)]).subarray(
    0,
    c.cut ?? undefined,
  );
  return Uint8Array.from([...checksummed(bytes, route, c), ...Array<number>(c.behind ?? 0).fill(0)]);
}

function checksummed(bytes: Uint8Array, route: Route, { checksum, bare }: Changes): Uint8Array {
  const copy = bytes.slice();
  if (copy.length < 8) return copy;
  copy.fill(0, 6, 8);
  const right = bare ? internetChecksum(copy) : internetChecksum(pseudoHeader(route, PROTOCOL, copy.length), copy);
  new DataView(copy.buffer).setUint16(6, checksum ? checksum(right) : right);
  return copy;
}

/** What of `changes` IPv6 has: no options, no fragments and no header checksum in its header. */
export function frameOf6(changes: Partial<Packet>, payload: Uint8Array): Uint8Array {
  const { from = INJECTOR, to = mac('33:33:00:00:00:12'), ttl = 255 } = changes;
  const { source = ip('fe80::5'), destination = GROUPS[6] } = changes;
  const header = [0x6c, 0, 0, 0, payload.length >> 8, payload.length & 0xff, PROTOCOL, ttl];
  return encodeEthernet({
    destination: to,
    source: from,
    type: ETHERTYPE.ipv6,
    payload: Uint8Array.from([...header, ...ipBytes(source), ...ipBytes(destination), ...payload]),
  });
}

export const framed = (family: Family, changes: Partial<Packet>, payload: Uint8Array): Uint8Array =>
  family === 4 ? frameOf(changes, payload) : frameOf6(changes, payload);
