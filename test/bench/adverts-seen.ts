/** What a capture file tells of advertisements: their intervals, and who spoke that should not have. Pure. */
import { quantile } from './figures.ts';

export interface AdvertSeen {
  /** Wall-clock ms with a fraction, stamped by the kernel. */
  readonly at: number;
  readonly source: string;
  readonly vrid: number;
  readonly priority: number;
}

/** Of the same machine's byte order: microseconds and nanoseconds (pcap-savefile(5)). */
const MAGIC = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d } as const;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;
const VRRP = 112;

/** The IPv4 advertisements of a file of Ethernet frames as tcpdump writes it; a record that is cut off at its end is left out. */
export function readCapture(bytes: Uint8Array): AdvertSeen[] {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = file.getUint32(0, true);
  if (magic !== MAGIC.micro && magic !== MAGIC.nano) throw new Error(`no capture file: it begins with ${magic}`);
  const fraction = magic === MAGIC.nano ? 1e6 : 1e3;
  const seen: AdvertSeen[] = [];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= bytes.length; ) {
    const length = file.getUint32(at + 8, true);
    const frame = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
    if (frame.length < length) break;
    const advert = readFrame(frame);
    const stamp = file.getUint32(at, true) * 1000 + file.getUint32(at + 4, true) / fraction;
    if (advert) seen.push({ at: stamp, ...advert });
    at += RECORD_HEADER + length;
  }
  return seen;
}

function readFrame(frame: Uint8Array): Omit<AdvertSeen, 'at'> | undefined {
  const packet = frame.subarray(ETHERNET);
  if (frame[12] !== 0x08 || frame[13] !== 0x00 || packet[9] !== VRRP) return undefined;
  const message = packet.subarray(((packet[0] ?? 0) & 0xf) * 4);
  const [, vrid, priority] = message;
  if (vrid === undefined || priority === undefined) return undefined;
  return { source: packet.subarray(12, 16).join('.'), vrid, priority };
}

/** ms. */
export interface Intervals {
  readonly count: number;
  readonly mean: number;
  readonly p99: number;
  readonly longest: number;
}

/** Between one advertisement of `source` and its next of the same virtual router, over all of them. */
export function intervalsOf(adverts: readonly AdvertSeen[], source: string): Intervals {
  const last = new Map<number, number>();
  const intervals: number[] = [];
  for (const { at, vrid, source: from } of adverts) {
    if (from !== source) continue;
    const before = last.get(vrid);
    if (before !== undefined) intervals.push(at - before);
    last.set(vrid, at);
  }
  const mean = intervals.reduce((sum, one) => sum + one, 0) / intervals.length;
  return { count: intervals.length, mean, p99: quantile(intervals, 0.99), longest: quantile(intervals, 1) };
}

/**
 * How often a backup took itself for the master although the master was there: its advertisements of a priority above
 * 0, those of one virtual router that follow each other within `together` ms counted once.
 */
export function falseFailovers(adverts: readonly AdvertSeen[], master: string, together: number): number {
  const last = new Map<string, number>();
  let count = 0;
  for (const { at, vrid, source, priority } of adverts) {
    if (source === master || priority === 0) continue;
    const key = `${vrid} ${source}`;
    if (at - (last.get(key) ?? Number.NEGATIVE_INFINITY) > together) count += 1;
    last.set(key, at);
  }
  return count;
}
