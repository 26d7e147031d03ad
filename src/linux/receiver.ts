import { ok, type Result } from '../base/result.ts';
import { concat, readU32, readU64, u32, u64 } from '../wire/netlink.ts';
import { MSG } from './constants.ts';
import * as libc from './libc.ts';

/** One message as recvmsg(2) gave it: copies, so that the listener may keep them. */
export interface Received {
  readonly data: Uint8Array;
  /** The sender's socket address, as the family lays it out. */
  readonly from: Uint8Array;
  readonly control: readonly ControlMessage[];
  /** The message was longer than the buffer: its tail is lost. */
  readonly truncated: boolean;
}

export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly value: Uint8Array;
}

export interface Receiver {
  receive(fd: number, flags: number): Result<Received, libc.Errno>;
}

/*
 * struct msghdr, 56 bytes: name*, namelen (padded to 8), iov*, iovlen, control*, controllen, flags (padded to 8).
 * struct cmsghdr: length u64 (header included), level u32, type u32, value; the next one starts at a multiple of 8.
 */
const NAME_LENGTH = 8;
const CONTROL_LENGTH = 40;
const FLAGS = 48;
const CONTROL_HEADER = 16;
const NAME_SIZE = 128;
const align8 = (length: number): number => (length + 7) & ~7;

/** Buffers for messages of at most `data` bytes with `control` bytes of control data, used again for every message. */
export function createReceiver(size: { readonly data: number; readonly control: number }): Receiver {
  // One allocation, so that the addresses stay good for as long as the receiver does.
  const memory = new Uint8Array(16 + NAME_SIZE + align8(size.control) + size.data);
  const name = memory.subarray(16, 16 + NAME_SIZE);
  const control = memory.subarray(16 + NAME_SIZE, 16 + NAME_SIZE + size.control);
  const data = memory.subarray(16 + NAME_SIZE + align8(size.control));
  let header: Uint8Array | undefined;

  const prepare = (): Uint8Array => {
    const base = libc.addressOf(memory);
    const at = (part: Uint8Array): Uint8Array => u64(base + BigInt(part.byteOffset));
    memory.set(concat(at(data), u64(data.length)));
    const controlAddress = size.control > 0 ? at(control) : u64(0);
    return concat(at(name), u64(NAME_SIZE), u64(base), u64(1), controlAddress, u64(size.control), u64(0));
  };

  return {
    receive(fd, flags) {
      header ??= prepare();
      const fields = new DataView(header.buffer, header.byteOffset, header.length);
      // The upper halves of the lengths stay 0.
      fields.setUint32(NAME_LENGTH, NAME_SIZE, true);
      fields.setUint32(CONTROL_LENGTH, size.control, true);
      const got = libc.recvmsg(fd, header, flags);
      if (!got.ok) return got;
      return ok({
        data: data.slice(0, got.value),
        from: name.slice(0, fields.getUint32(NAME_LENGTH, true)),
        control: parseControl(control.slice(0, fields.getUint32(CONTROL_LENGTH, true))),
        truncated: (fields.getUint32(FLAGS, true) & MSG.truncated) !== 0,
      });
    },
  };
}

function parseControl(bytes: Uint8Array): ControlMessage[] {
  const messages: ControlMessage[] = [];
  for (let at = 0; at + CONTROL_HEADER <= bytes.length; ) {
    const length = readU64(bytes.subarray(at));
    if (length < CONTROL_HEADER || at + length > bytes.length) break;
    messages.push({
      level: readU32(bytes.subarray(at + 8)),
      type: readU32(bytes.subarray(at + 12)),
      value: bytes.subarray(at + CONTROL_HEADER, at + length),
    });
    at += align8(length);
  }
  return messages;
}

/** One control message for sendmsg(2), padded. */
export function encodeControl(message: ControlMessage): Uint8Array {
  const length = CONTROL_HEADER + message.value.length;
  const bytes = new Uint8Array(align8(length));
  bytes.set(concat(u64(length), u32(message.level), u32(message.type), message.value));
  return bytes;
}
