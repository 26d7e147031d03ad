/**
 * What is read of nftables over netlink (linux/netfilter/nf_tables.h): chains, rules' comments, counters and the elements
 * of a map. Payloads: nfgenmsg | family u8 | version u8 | res_id be16 |, then attributes. Numbers are big endian, but for a
 * mark.
 */
import { attribute, concat, parseAttributes, readBe32, readString, string, u8 } from './netlink.ts';

const SUBSYSTEM = 10 << 8;
export const NFT = {
  newChain: SUBSYSTEM | 3,
  getChain: SUBSYSTEM | 4,
  newRule: SUBSYSTEM | 6,
  getRule: SUBSYSTEM | 7,
  newElements: SUBSYSTEM | 12,
  getElements: SUBSYSTEM | 13,
  newObject: SUBSYSTEM | 18,
  getObject: SUBSYSTEM | 19,
} as const;

const NETDEV = 5;
const HEADER = 4;
const CHAIN = { table: 1, name: 3, hook: 4 } as const;
const HOOK = { device: 3 } as const;
const RULE = { table: 1, chain: 2, userdata: 7 } as const;
const OBJECT = { table: 1, name: 2, type: 3, data: 4 } as const;
const COUNTER_TYPE = 1;
const COUNTER = { bytes: 1, packets: 2 } as const;
const ELEMENTS = { table: 1, set: 2, list: 3 } as const;
const ELEMENT = { key: 1, data: 2, timeout: 4, expiration: 5 } as const;
const VALUE = 1;
/** Of an attribute's type, without its flags. */
const TYPE_MASK = 0x3fff;
/** libnftnl's TLV in a rule's user data. */
const UDATA_COMMENT = 0;

export interface NftChainMessage {
  readonly table: string;
  readonly name: string;
  /** Of a base chain that hangs on one interface. */
  readonly device: string | undefined;
}
export interface NftRuleMessage {
  readonly chain: string;
  readonly comment: string | undefined;
}
export interface NftCounterMessage {
  readonly name: string;
  readonly packets: bigint;
  readonly bytes: bigint;
}
export interface NftElement {
  /** The fields of the key, each padded to four bytes. */
  readonly key: Uint8Array;
  readonly mark: number;
  /** Milliseconds until it goes; undefined for one that stays. */
  readonly expires: number | undefined;
}

/** Payload for a dump of the netdev family's chains, rules or objects of one table (chains: of all). */
export const nftTableDump = (table: string): Uint8Array => concat(head(), attribute(RULE.table, string(table)));

/** Payload for a dump of the elements of one set or map. */
export const nftElementDump = (table: string, set: string): Uint8Array =>
  concat(head(), attribute(ELEMENTS.table, string(table)), attribute(ELEMENTS.set, string(set)));

const head = (): Uint8Array => concat(u8(NETDEV), u8(0), u8(0), u8(0));

export function decodeNftChain(payload: Uint8Array): NftChainMessage | undefined {
  const attributes = parseAttributes(payload.subarray(HEADER));
  const [table, name] = [attributes.get(CHAIN.table), attributes.get(CHAIN.name)];
  if (!table || !name) return undefined;
  const hook = attributes.get(CHAIN.hook);
  const device = hook && parseAttributes(hook).get(HOOK.device);
  return { table: readString(table), name: readString(name), device: device && readString(device) };
}

export function decodeNftRule(payload: Uint8Array): NftRuleMessage | undefined {
  const attributes = parseAttributes(payload.subarray(HEADER));
  const chain = attributes.get(RULE.chain);
  return chain && { chain: readString(chain), comment: commentIn(attributes.get(RULE.userdata)) };
}

/** Undefined for an object that is no counter. */
export function decodeNftCounter(payload: Uint8Array): NftCounterMessage | undefined {
  const attributes = parseAttributes(payload.subarray(HEADER));
  const [name, data] = [attributes.get(OBJECT.name), attributes.get(OBJECT.data)];
  if (!name || !data || readBe32(attributes.get(OBJECT.type)) !== COUNTER_TYPE) return undefined;
  const values = parseAttributes(data);
  return {
    name: readString(name),
    packets: readBe64(values.get(COUNTER.packets)),
    bytes: readBe64(values.get(COUNTER.bytes)),
  };
}

/** The elements in one message of a dump. There may be a hundred thousand: read in place, without a map for each. */
export function decodeNftElements(payload: Uint8Array): NftElement[] {
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const list = find(data, { from: HEADER, to: payload.length }, ELEMENTS.list);
  const elements: NftElement[] = [];
  for (let at = list?.from ?? 0; list && at + 4 <= list.to; ) {
    const length = data.getUint16(at, true);
    if (length < 4 || at + length > list.to) break;
    elements.push(decodeElement(data, payload, { from: at + 4, to: at + length }));
    at += (length + 3) & ~3;
  }
  return elements;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function decodeElement(data: DataView, payload: Uint8Array, element: Span): NftElement {
  const key = dataValue(data, find(data, element, ELEMENT.key));
  const mark = dataValue(data, find(data, element, ELEMENT.data));
  const expiration = find(data, element, ELEMENT.expiration);
  return {
    key: key ? payload.subarray(key.from, key.to) : new Uint8Array(0),
    mark: mark && mark.to - mark.from >= 4 ? data.getUint32(mark.from, true) : 0,
    expires: expiration && data.getUint32(expiration.from) * 2 ** 32 + data.getUint32(expiration.from + 4),
  };
}

const dataValue = (data: DataView, span: Span | undefined): Span | undefined => span && find(data, span, VALUE);

/** The value of the first attribute of `type` within `span`. */
function find(data: DataView, span: Span, type: number): Span | undefined {
  for (let at = span.from; at + 4 <= span.to; ) {
    const length = data.getUint16(at, true);
    if (length < 4 || at + length > span.to) return undefined;
    if ((data.getUint16(at + 2, true) & TYPE_MASK) === type) return { from: at + 4, to: at + length };
    at += (length + 3) & ~3;
  }
  return undefined;
}

function commentIn(userdata: Uint8Array | undefined): string | undefined {
  for (let at = 0; userdata && at + 2 <= userdata.length; at += 2 + (userdata[at + 1] ?? 0)) {
    if (userdata[at] === UDATA_COMMENT) return readString(userdata.subarray(at + 2, at + 2 + (userdata[at + 1] ?? 0)));
  }
  return undefined;
}

const readBe64 = (bytes: Uint8Array | undefined): bigint =>
  (BigInt(readBe32(bytes)) << 32n) | BigInt(readBe32(bytes?.subarray(4)));
