import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import { readU64, u64 } from '../wire/netlink.ts';
import * as libc from './libc.ts';

/** An eventfd that wakes a reactor out of its poll. The number is good in every thread of the process. */
export type Doorbell = number;

/** Added to the eventfd's counter by one who wants the loop to end; messages add 1. */
const STOP = 2 ** 32;

export function createDoorbell(): Result<Doorbell, OsError> {
  const opened = libc.eventfd();
  return opened.ok ? ok(opened.value) : err(osError(opened.error, 'eventfd'));
}

/** Messages wait behind the door. */
export const ring = (doorbell: Doorbell): void => void libc.write(doorbell, u64(1));

/** The loop behind the door is to end, whatever it is doing. */
export const ringToStop = (doorbell: Doorbell): void => void libc.write(doorbell, u64(STOP));

/** Takes the rings so far. */
export function answer(doorbell: Doorbell): 'nothing' | 'messages' | 'stop' {
  const counter = new Uint8Array(8);
  if (!libc.read(doorbell, counter).ok) return 'nothing';
  return readU64(counter) >= STOP ? 'stop' : 'messages';
}
