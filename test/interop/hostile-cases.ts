/** The reference rows of hostile advertisements for version 3, over either family. Each from a source of its own. */
import { type Family, type IpAddress, ip } from '../../src/base/ip.ts';
import type { MacAddress } from '../../src/base/mac.ts';
import type { AdvertNote, DiscardReason } from '../../src/vrrp/verdict.ts';
import type { Packet } from './hostile-adverts.ts';
import { type Changes, framed, GROUPS, messageOf, VIPS } from './hostile-packets.ts';

/** The router that they are sent to. */
export interface Target {
  readonly address: IpAddress;
  readonly mac: MacAddress;
}

export interface Case {
  readonly name: string;
  readonly source: IpAddress;
  readonly frame: Uint8Array;
}

/** `counted` null: the kernel drops it, or it is for another router. */
export interface Refused extends Case {
  readonly counted: DiscardReason | null;
}

export interface Believed extends Case {
  readonly becomes: 'backup' | 'master';
  readonly note?: AdvertNote;
}

type Row = readonly [name: string, Changes, Partial<Packet>?];

function builder(family: Family, first: number) {
  let next = first;
  const fresh = (): IpAddress => (family === 4 ? ip(`10.77.0.${next++}`) : ip(`fe80::5:${(next++).toString(16)}`));
  return ([name, changes, packet = {}]: Row): Case => {
    const source = packet.source ?? fresh();
    const destination = packet.destination ?? GROUPS[family];
    const payload = messageOf(family, { source, destination }, changes);
    return { name: `IPv${family}: ${name}`, source, frame: framed(family, { ...packet, source }, payload) };
  };
}

const head = (version: number, type: number): Changes => ({ bytes: { 0: (version << 4) | type } });

const MESSAGES: readonly (readonly [DiscardReason | null, ...Row])[] = [
  ['checksum', 'checksum wrong (xor 1)', { checksum: (right) => right ^ 1 }],
  ['checksum', 'checksum field 0', { checksum: () => 0 }],
  ['checksum', 'checksum over the message only', { bare: true }],
  ['ttl', 'TTL 254', {}, { ttl: 254 }],
  ['ttl', 'TTL 1', {}, { ttl: 1 }],
  ['ttl', 'TTL 0', {}, { ttl: 0 }],
  ...[0, 1, 2, 4, 15].map((version) => ['version', `version ${version}`, head(version, 1)] as const),
  ...[0, 2, 15].map((type) => ['type', `type ${type}`, head(3, type)] as const),
  ...[0, 52, 255].map((vrid) => [null, `VRID ${vrid}`, { bytes: { 1: vrid } }] as const),
  ['length', 'count 0, no addresses', { addresses: [] }],
  ['length', 'count 0, 2 present', { bytes: { 3: 0 } }],
  ['length', 'count 255, 2 present', { bytes: { 3: 255 } }],
  ['length', 'count 1, 2 present', { bytes: { 3: 1 } }],
  ['interval', 'interval 0', { interval: 0 }],
  // Without its second byte it is nobody's.
  ...[0, 1].map((cut) => [null, `cut to ${cut} bytes`, { cut }] as const),
  ...[4, 7, 8, 11].map((cut) => ['length', `cut to ${cut} bytes`, { cut }] as const),
  ...[4, 1400].map((trailing) => ['length', `${trailing} bytes more, in the checksum`, { trailing }] as const),
  ['length', '4 bytes more, not in the checksum', { behind: 4 }],
];

function addressing(family: Family, { address, mac }: Target): readonly (readonly [DiscardReason | null, ...Row])[] {
  const four = family === 4;
  return [
    [four ? null : 'source', 'from our own address', {}, { source: address }],
    ['source', 'from nobody', {}, { source: ip(four ? '0.0.0.0' : '::') }],
    ['source', 'from another subnet', {}, { source: ip(four ? '192.0.2.9' : 'fd99::9') }],
    [null, 'from multicast', {}, { source: GROUPS[family] }],
    [null, 'from loopback', {}, { source: ip(four ? '127.0.0.1' : '::1') }],
    ['destination', 'to our address', {}, { destination: address, to: mac }],
    [four ? null : 'destination', 'to all hosts', {}, { destination: ip(four ? '224.0.0.1' : 'ff02::1') }],
  ];
}

/** What only IPv4 has in its header. */
const HEADERS: readonly (readonly [DiscardReason | null, ...Row])[] = [
  [null, 'from broadcast', {}, { source: ip('255.255.255.255') }],
  ['destination', 'to broadcast', {}, { destination: ip('255.255.255.255') }],
  [null, 'first fragment', {}, { flagsAndOffset: 0x2000 }],
  [null, 'a later fragment', {}, { flagsAndOffset: 1 }],
  ['length', 'total length shorter than the message', {}, { totalLengthError: -12 }],
  [null, 'total length larger than the frame', {}, { totalLengthError: 400 }],
  [null, 'header checksum wrong', {}, { headerChecksumError: 1 }],
  [null, 'header length 4', {}, { headerLength: 4 }],
];

/** Every one of them must leave a master of priority 100 where it is. */
export function refusedCases(family: Family, target: Target): Refused[] {
  const make = builder(family, 110);
  const rows = [...MESSAGES, ...addressing(family, target), ...(family === 4 ? HEADERS : [])];
  const counted: Refused['counted'] = family === 4 ? null : 'source';
  const short: Row = ['count 2, 1 present', { addresses: [VIPS[family][0]], bytes: { 3: 2 } }];
  // The last: it misleads the switch, until the router speaks next.
  const reflected: Row = ['reflected: our own address and MAC', {}, { source: target.address, from: target.mac }];
  return [
    ...rows.map(([reason, ...row]) => ({ ...make(row), counted: reason })),
    { ...make(short), counted: 'length' },
    { ...make(reflected), counted },
  ];
}

/** What is valid, and makes a master of priority 100 yield or not. */
export function believedCases(family: Family, target: Target): Believed[] {
  const make = builder(family, 110);
  const [first, second] = VIPS[family];
  const extra = ip(family === 4 ? '10.77.0.102' : 'fd77::102');
  const wrong = [ip(family === 4 ? '10.77.0.8' : 'fd77::8'), ip(family === 4 ? '10.77.0.9' : 'fd77::9')] as const;
  const greatest = ip(family === 4 ? '10.77.0.254' : 'fe80::ffff:ffff:ffff:fffe');
  const smallest = ip(family === 4 ? '10.77.0.0' : 'fe80::');
  const list = (name: string, addresses: readonly IpAddress[], priority = 200): Believed => ({
    ...make([`list: ${name}`, { addresses, priority }]),
    ...{ becomes: 'backup', note: 'address-list' },
  });
  const yields = (row: Row, note?: AdvertNote): Believed => ({
    ...make(row),
    becomes: 'backup',
    note: note as AdvertNote,
  });
  const stays = (row: Row, note?: AdvertNote): Believed => ({
    ...make(row),
    becomes: 'master',
    note: note as AdvertNote,
  });
  return [
    yields(['priority 200', {}]),
    yields(['priority 255', { priority: 255 }]),
    yields(['our priority, from a greater address', { priority: 100 }, { source: greatest }]),
    stays(['our priority, from a smaller address', { priority: 100 }, { source: smallest }]),
    stays(['priority 50', { priority: 50 }]),
    stays(['priority 0', { priority: 0 }]),
    stays(['interval 40.95 s, priority 50', { interval: 4095, priority: 50 }], 'other-interval'),
    yields(['list reversed', { addresses: [second, first] }]),
    list('one of two', [first]),
    list('one more', [first, second, extra]),
    list('one wrong', [first, wrong[0]]),
    list('both wrong', wrong),
    list('the first twice', [first, first]),
    list('wrong, priority 255', [wrong[0], second], 255),
    yields(['interval 10 ms', { interval: 1 }], 'other-interval'),
    yields(['reserved bits set', { bytes: { 4: 0xf0 } }]),
    yields(['the group in a unicast frame', {}, { to: target.mac }]),
    ...(family === 4 ? [4, 40].map((options) => yields([`${options} bytes of IP options`, {}, { options }])) : []),
    yields(['priority 200 again', {}]),
  ];
}
