import type { Result } from '../base/result.ts';
import { concat, u64 } from '../wire/netlink.ts';
import * as libc from './libc.ts';

/*
 * struct msghdr, as `receiver.ts` has it: name*, namelen, iov*, iovlen, control*, controllen, flags; one struct iovec.
 * All of it lies in one piece of memory, which is filled anew for every message: to lay one out costs more than to send it.
 */
const NAME_LENGTH = 8;
const CONTROL_LENGTH = 40;
const VECTOR = 56;
const VECTOR_LENGTH = VECTOR + 8;
const NAME = VECTOR + 16;
const CONTROL = NAME + 128;
const DATA = CONTROL + 256;
const DATA_MAX = 64 << 10;

let memory: Uint8Array | undefined;

function prepare(): Uint8Array {
  const whole = new Uint8Array(DATA + DATA_MAX);
  const base = libc.addressOf(whole);
  const at = (offset: number): Uint8Array => u64(base + BigInt(offset));
  whole.set(concat(at(NAME), u64(0), at(VECTOR), u64(1), at(CONTROL), u64(0), u64(0), at(DATA), u64(0)));
  return whole;
}

/**
 * sendmsg(2): `data` (at most 64 KiB) to the socket address `to`, with control data (at most 256 bytes). Returns the
 * bytes sent.
 */
export function sendMessage(
  fd: number,
  data: Uint8Array,
  to: Uint8Array,
  control: Uint8Array,
): Result<number, libc.Errno> {
  memory ??= prepare();
  const fields = new DataView(memory.buffer, memory.byteOffset, VECTOR + 16);
  // The upper halves of the lengths stay 0. What is too long for its place throws.
  fields.setUint32(NAME_LENGTH, to.length, true);
  fields.setUint32(CONTROL_LENGTH, control.length, true);
  fields.setUint32(VECTOR_LENGTH, data.length, true);
  memory.subarray(NAME, CONTROL).set(to);
  memory.subarray(CONTROL, DATA).set(control);
  memory.subarray(DATA).set(data);
  return libc.sendmsg(fd, memory);
}
