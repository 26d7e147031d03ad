/** Advertisements as nobody should send them: a valid one of priority 200, with one thing changed. */
import { internetChecksum } from '../../src/base/checksum.ts';
import { type IpAddress, ip, ipBytes } from '../../src/base/ip.ts';
import { type MacAddress, parseMac } from '../../src/base/mac.ts';
import { seconds } from '../../src/base/time.ts';
import type { DiscardReason } from '../../src/vrrp/verdict.ts';
import { ETHERTYPE, encodeEthernet } from '../../src/wire/ethernet.ts';
import { encodeVrrp } from '../../src/wire/vrrp.ts';

export interface HostileAdvert {
  readonly name: string;
  readonly frame: Uint8Array;
  /** The counter that tells of it; null: the kernel drops it, or it is not for this router. */
  readonly counted: DiscardReason | null;
}

export const mac = (text: string): MacAddress => parseMac(text)!;
const GROUP = ip('224.0.0.18');
/** The MAC that they all come from. */
export const INJECTOR = mac('02:00:00:00:00:05');
const FOREIGNER = ip('10.77.0.5');

/** An advertisement's IPv4 datagram in its frame. */
export interface Packet {
  /** Of the frame. */
  from: MacAddress;
  to: MacAddress;
  source: IpAddress;
  destination: IpAddress;
  ttl: number;
  flagsAndOffset: number;
  options: number;
  /** Of 4 bytes; 0: the right one. */
  headerLength: number;
  /** Added to the right value. */
  totalLengthError: number;
  headerChecksumError: number;
  payload: Uint8Array;
}

export function frameOf(changes: Partial<Packet>, payload: Uint8Array): Uint8Array {
  const packet: Packet = {
    from: INJECTOR,
    to: mac('01:00:5e:00:00:12'),
    source: FOREIGNER,
    destination: GROUP,
    ttl: 255,
    flagsAndOffset: 0,
    options: 0,
    headerLength: 0,
    totalLengthError: 0,
    headerChecksumError: 0,
    payload,
    ...changes,
  };
  const header = new Uint8Array(20 + packet.options).fill(1, 20);
  const view = new DataView(header.buffer);
  header[0] = 0x40 | (packet.headerLength || header.length / 4);
  header[1] = 0xc0;
  view.setUint16(2, header.length + packet.payload.length + packet.totalLengthError);
  view.setUint16(6, packet.flagsAndOffset);
  header[8] = packet.ttl;
  header[9] = 112;
  header.set(ipBytes(packet.source), 12);
  header.set(ipBytes(packet.destination), 16);
  view.setUint16(10, internetChecksum(header) ^ packet.headerChecksumError);
  return encodeEthernet({
    destination: packet.to,
    source: packet.from,
    type: ETHERTYPE.ipv4,
    payload: Uint8Array.from([...header, ...packet.payload]),
  });
}

interface Settings {
  readonly vrid: number;
  readonly vip: IpAddress;
  readonly password: string;
  readonly target: IpAddress;
}

/** The one that a lower master must yield to: proof that the others are refused for what is wrong with them. */
export const validAdvert = (settings: Settings, priority = 200): Uint8Array =>
  frameOf({}, message(settings, {}, priority));

interface Changes {
  addresses?: IpAddress[];
  interval?: number;
  password?: string;
  /** Byte → value, before the checksum is computed again. */
  bytes?: Record<number, number>;
  /** Added after the checksum. */
  checksumError?: number;
}

function message(settings: Settings, changes: Changes, priority = 200): Uint8Array {
  const bytes = encodeVrrp({
    version: 2,
    vrid: settings.vrid,
    priority,
    adverInterval: seconds(1),
    authentication: { type: 'PASS', password: changes.password ?? settings.password },
    addresses: changes.addresses ?? [settings.vip],
  });
  for (const [at, value] of Object.entries({ ...changes.bytes, 6: 0, 7: 0 })) bytes[Number(at)] = value;
  if (changes.interval !== undefined) bytes[5] = changes.interval;
  return checksummed(bytes, changes.checksumError);
}

function checksummed(bytes: Uint8Array, error = 0): Uint8Array {
  const copy = bytes.slice();
  if (copy.length < 8) return copy;
  copy.fill(0, 6, 8);
  new DataView(copy.buffer).setUint16(6, internetChecksum(copy) ^ error);
  return copy;
}

/** Every one of them must leave a master of priority 100 where it is. */
export function hostileAdverts(settings: Settings): HostileAdvert[] {
  const changed = (name: string, counted: DiscardReason | null, changes: Changes): HostileAdvert => ({
    name,
    counted,
    frame: frameOf({}, message(settings, changes)),
  });
  const packed = (name: string, counted: DiscardReason | null, changes: Partial<Packet>): HostileAdvert => ({
    name,
    counted,
    frame: frameOf(changes, message(settings, {})),
  });
  // The VRID is the second byte: without it the advert is nobody's.
  const cut = (length: number): HostileAdvert =>
    packed(`cut to ${length} bytes`, length < 2 ? null : 'length', {
      payload: checksummed(message(settings, {}).slice(0, length)),
    });
  const trailing = (length: number): HostileAdvert =>
    packed(`${length} bytes more`, 'length', {
      payload: checksummed(Uint8Array.from([...message(settings, {}), ...new Uint8Array(length)])),
    });
  const extra = ip('10.77.0.101');
  return [
    changed('checksum wrong', 'checksum', { checksumError: 1 }),
    packed('TTL 254', 'ttl', { ttl: 254 }),
    packed('TTL 1', 'ttl', { ttl: 1 }),
    changed('version 1', 'version', { bytes: { 0: 0x11 } }),
    changed('version 3', 'version', { bytes: { 0: 0x31 } }),
    changed('version 15', 'version', { bytes: { 0: 0xf1 } }),
    changed('type 0', 'type', { bytes: { 0: 0x20 } }),
    changed('type 2', 'type', { bytes: { 0: 0x22 } }),
    changed('VRID 52', null, { bytes: { 1: 52 } }),
    changed('VRID 0', null, { bytes: { 1: 0 } }),
    changed('count 255, one there', 'length', { bytes: { 3: 255 } }),
    changed('count 0, one there', 'length', { bytes: { 3: 0 } }),
    changed('count 1, two there', 'length', { addresses: [settings.vip, extra], bytes: { 3: 1 } }),
    changed('interval 0', 'interval', { interval: 0 }),
    changed('interval 2', 'interval', { interval: 2 }),
    changed('interval 255', 'interval', { interval: 255 }),
    changed('wrong password', 'auth-fail', { password: 'another' }),
    changed('no authentication', 'auth-type', { bytes: { 4: 0 } }),
    changed('authentication AH', 'auth-type', { bytes: { 4: 2 } }),
    changed('authentication 9', 'auth-type', { bytes: { 4: 9 } }),
    packed('from our own address', null, { source: settings.target }),
    packed('from 0.0.0.0', 'source', { source: ip('0.0.0.0') }),
    packed('from another subnet', 'source', { source: ip('192.0.2.9') }),
    packed('from multicast', null, { source: GROUP }),
    packed('from broadcast', null, { source: ip('255.255.255.255') }),
    packed('from loopback', null, { source: ip('127.0.0.1') }),
    packed('to all hosts', null, { destination: ip('224.0.0.1') }),
    packed('first fragment', null, { flagsAndOffset: 0x2000 }),
    packed('a later fragment', null, { flagsAndOffset: 1 }),
    packed('header checksum wrong', null, { headerChecksumError: 1 }),
    packed('total length larger than the frame', null, { totalLengthError: 400 }),
    ...[0, 1, 4, 7, 8, 11, 19].map(cut),
    ...[4, 1400].map(trailing),
  ];
}
