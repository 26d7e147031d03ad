/**
 * Netlink messages and attributes, as linux/netlink.h lays them out; everything in host byte order, which here means
 * little endian. Payloads are what a family puts after the header (rtnetlink, genetlink).
 *
 *   0               4       6       8               12              16
 *   +---------------+-------+-------+---------------+---------------+---------
 *   | length        | type  | flags | sequence      | port          | payload … padded to 4
 *   +---------------+-------+-------+---------------+---------------+---------
 *
 *   attribute:  | length u16 (header included) | type u16 | value … padded to 4 |
 */
export const MESSAGE = { noop: 1, error: 2, done: 3, overrun: 4 } as const;

export const FLAG = {
  request: 0x01,
  multi: 0x02,
  ack: 0x04,
  dumpInterrupted: 0x10,
  /** NLM_F_ROOT | NLM_F_MATCH. */
  dump: 0x300,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  append: 0x800,
  /** In an error message: the request's payload is not repeated. */
  capped: 0x100,
  /** In an error message: attributes follow (NLMSGERR_ATTR_*). */
  ackAttributes: 0x200,
} as const;

export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  readonly payload: Uint8Array;
}

/** `code` is errno as a positive number, 0 an acknowledgement; `text` is the kernel's own words, where it has any. */
export interface NetlinkAck {
  readonly code: number;
  readonly text: string | undefined;
}

const HEADER = 16;
const align = (length: number): number => (length + 3) & ~3;
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One message with its padding, so that several can be joined by `concat` and sent at once. */
export function encodeMessage(message: NetlinkMessage): Uint8Array {
  const length = HEADER + message.payload.length;
  const bytes = new Uint8Array(align(length));
  const header = view(bytes);
  header.setUint32(0, length, true);
  header.setUint16(4, message.type, true);
  header.setUint16(6, message.flags, true);
  header.setUint32(8, message.seq, true);
  bytes.set(message.payload, HEADER);
  return bytes;
}

/** The messages of one datagram, in order. What follows a length that cannot be right is ignored. */
export function decodeMessages(bytes: Uint8Array): NetlinkMessage[] {
  const data = view(bytes);
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = data.getUint32(at, true);
    if (length < HEADER || at + length > bytes.length) break;
    messages.push({
      type: data.getUint16(at + 4, true),
      flags: data.getUint16(at + 6, true),
      seq: data.getUint32(at + 8, true),
      payload: bytes.subarray(at + HEADER, at + length),
    });
    at += align(length);
  }
  return messages;
}

/** What an NLMSG_ERROR says, or an NLMSG_DONE that ends a dump; undefined for any other message. */
export function decodeAck(message: NetlinkMessage): NetlinkAck | undefined {
  if (message.type !== MESSAGE.error && message.type !== MESSAGE.done) return undefined;
  if (message.payload.length < 4) return { code: 0, text: undefined };
  const data = view(message.payload);
  const code = 0 - data.getInt32(0, true);
  if ((message.flags & FLAG.ackAttributes) === 0) return { code, text: undefined };
  let start = 4;
  if (message.type === MESSAGE.error && message.payload.length >= 4 + HEADER) {
    const echoed = (message.flags & FLAG.capped) !== 0 ? HEADER : data.getUint32(4, true);
    start += align(Math.max(HEADER, echoed));
  }
  const words = parseAttributes(message.payload.subarray(start)).get(ACK_TEXT);
  return { code, text: words && readString(words) };
}
const ACK_TEXT = 1;

const NESTED = 0x8000;
const TYPE_MASK = 0x3fff;

/** One attribute with its padding. */
export function attribute(type: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(align(4 + value.length));
  const header = view(bytes);
  header.setUint16(0, 4 + value.length, true);
  header.setUint16(2, type, true);
  bytes.set(value, 4);
  return bytes;
}

/** An attribute that holds attributes, flagged as such (NLA_F_NESTED). */
export const nested = (type: number, ...attributes: Uint8Array[]): Uint8Array =>
  attribute(type | NESTED, concat(...attributes));

/** Values by type, flags stripped; of a repeated type the last wins. Use `listAttributes` where order matters. */
export const parseAttributes = (bytes: Uint8Array): Map<number, Uint8Array> => new Map(listAttributes(bytes));

/** [type, value] in order, as a nested array of like elements needs. Stops at a length that cannot be right. */
export function listAttributes(bytes: Uint8Array): [type: number, value: Uint8Array][] {
  const data = view(bytes);
  const found: [number, Uint8Array][] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = data.getUint16(at, true);
    if (length < 4 || at + length > bytes.length) break;
    found.push([data.getUint16(at + 2, true) & TYPE_MASK, bytes.subarray(at + 4, at + length)]);
    at += align(length);
  }
  return found;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// Values. Readers take the leading bytes and give 0 for what is missing, since kernels differ in how much they send.
const little = (bytes: number, value: number | bigint): Uint8Array => {
  const out = new Uint8Array(bytes);
  // Most values are small numbers, and there are many of them with each packet: BigInt takes ten times as long.
  if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) {
    for (let i = 0, rest = value; rest > 0 && i < bytes; i++, rest = Math.floor(rest / 256)) out[i] = rest % 256;
    return out;
  }
  let rest = BigInt(value);
  for (let i = 0; i < bytes; i++, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
};
export const u8 = (value: number): Uint8Array => little(1, value);
export const u16 = (value: number): Uint8Array => little(2, value);
export const u32 = (value: number): Uint8Array => little(4, value);
export const u64 = (value: number | bigint): Uint8Array => little(8, value);
/** Network byte order, as ports and some families' fields want it. */
export const be16 = (value: number): Uint8Array => little(2, value).reverse();
export const be32 = (value: number): Uint8Array => little(4, value).reverse();
/** UTF-8 and the terminating zero. */
export const string = (text: string): Uint8Array => concat(new TextEncoder().encode(text), u8(0));

const read = (bytes: Uint8Array | undefined, width: number): number => {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes?.[i] ?? 0);
  return value;
};
export const readU8 = (bytes: Uint8Array | undefined): number => read(bytes, 1);
export const readU16 = (bytes: Uint8Array | undefined): number => read(bytes, 2);
export const readU32 = (bytes: Uint8Array | undefined): number => read(bytes, 4);
/** Exact up to 2^53. */
export const readU64 = (bytes: Uint8Array | undefined): number => read(bytes, 8);
export const readBe16 = (bytes: Uint8Array | undefined): number => ((bytes?.[0] ?? 0) << 8) | (bytes?.[1] ?? 0);
export const readBe32 = (bytes: Uint8Array | undefined): number =>
  readBe16(bytes) * 0x10000 + readBe16(bytes?.subarray(2));
/** Up to the first zero byte. */
export function readString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
