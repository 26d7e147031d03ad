/**
 * The BFD control packet without authentication (RFC 5880 §4.1), over UDP port 3784 (RFC 5881 §4). Intervals are
 * microseconds on the wire.
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Vers |  Diag   |Sta|P|F|C|A|D|M|  Detect Mult  |    Length     |
 * |                       My Discriminator                        |
 * |                      Your Discriminator                       |
 * |                    Desired Min TX Interval                    |
 * |                   Required Min RX Interval                    |
 * |                 Required Min Echo RX Interval                 |
 * ```
 */
import { assert } from '../base/assert.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type Duration, milliseconds } from '../base/time.ts';

export const BFD_PORT = 3784;
const VERSION = 1;
const LENGTH = 24;
const FLAG = { poll: 0x20, final: 0x10, controlPlane: 0x08, authentication: 0x04, demand: 0x02, multipoint: 0x01 };

/** RFC 5880 §4.1, in the order of their numbers. */
export const BFD_STATES = ['admin-down', 'down', 'init', 'up'] as const;
export type BfdState = (typeof BFD_STATES)[number];

/** RFC 5880 §4.1, in the order of their numbers. */
const DIAGNOSTICS = [
  'no diagnostic',
  'control detection time expired',
  'echo function failed',
  'neighbor signaled session down',
  'forwarding plane reset',
  'path down',
  'concatenated path down',
  'administratively down',
  'reverse concatenated path down',
];
export const DIAGNOSTIC = { none: 0, expired: 1, neighborDown: 3, adminDown: 7 } as const;
export const diagnosticName = (number: number): string => DIAGNOSTICS[number] ?? `diagnostic ${number}`;

export interface BfdPacket {
  readonly diagnostic: number;
  readonly state: BfdState;
  readonly poll: boolean;
  readonly final: boolean;
  readonly demand: boolean;
  /** 1…255. */
  readonly multiplier: number;
  readonly myDiscriminator: number;
  /** 0: not known. */
  readonly yourDiscriminator: number;
  readonly desiredMinTx: Duration;
  /** 0: nothing shall be sent periodically. */
  readonly requiredMinRx: Duration;
}

export type BfdReason = 'length' | 'version' | 'authentication' | 'multiplier' | 'flags' | 'discriminator';

/** Why a packet must be discarded (RFC 5880 §6.8.6), before anybody asks which session it is for. */
export interface BfdProblem {
  readonly reason: BfdReason;
  readonly detail: string;
}

/** The whole packet. Values out of range are a bug of the caller: throws. */
export function encodeBfd(packet: BfdPacket): Uint8Array {
  const { multiplier, myDiscriminator, poll, final } = packet;
  assert(multiplier >= 1 && multiplier <= 255 && myDiscriminator > 0, `multiplier ${multiplier}, ${myDiscriminator}`);
  assert(!(poll && final), 'a packet does not poll and answer a poll at once');
  const flags = (poll ? FLAG.poll : 0) | (final ? FLAG.final : 0) | (packet.demand ? FLAG.demand : 0);
  const bytes = new Uint8Array(LENGTH);
  const state = BFD_STATES.indexOf(packet.state);
  bytes.set([(VERSION << 5) | packet.diagnostic, (state << 6) | flags, multiplier, LENGTH]);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, myDiscriminator);
  view.setUint32(8, packet.yourDiscriminator);
  view.setUint32(12, microseconds(packet.desiredMinTx));
  view.setUint32(16, microseconds(packet.requiredMinRx));
  return bytes;
}

const microseconds = (duration: Duration): number => Math.min(0xffff_ffff, Math.round(duration * 1000));

/** RFC 5880 §6.8.6, and as keepalived: the length is exact, Poll and Final do not come together. */
export function decodeBfd(bytes: Uint8Array): Result<BfdPacket, BfdProblem> {
  const problem = problemOf(bytes);
  if (problem) return err(problem);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = bytes[1] ?? 0;
  const interval = (offset: number): Duration => milliseconds(view.getUint32(offset) / 1000);
  return ok({
    diagnostic: (bytes[0] ?? 0) & 0x1f,
    state: BFD_STATES[flags >> 6] ?? 'down',
    poll: (flags & FLAG.poll) !== 0,
    final: (flags & FLAG.final) !== 0,
    demand: (flags & FLAG.demand) !== 0,
    multiplier: bytes[2] ?? 0,
    myDiscriminator: view.getUint32(4),
    yourDiscriminator: view.getUint32(8),
    desiredMinTx: interval(12),
    requiredMinRx: interval(16),
  });
}

function problemOf(bytes: Uint8Array): BfdProblem | undefined {
  const [first = 0, flags = 0, multiplier = 0, length = 0] = bytes;
  if (bytes.length < LENGTH) return { reason: 'length', detail: `${bytes.length} bytes, shorter than ${LENGTH}` };
  if (first >> 5 !== VERSION) return { reason: 'version', detail: `version ${first >> 5}` };
  if (length !== bytes.length) return { reason: 'length', detail: `length says ${length}, ${bytes.length} bytes came` };
  if (flags & FLAG.authentication) return { reason: 'authentication', detail: 'authenticated, and we have no key' };
  if (length !== LENGTH) return { reason: 'length', detail: `${length} bytes without authentication` };
  if (multiplier === 0) return { reason: 'multiplier', detail: 'detect multiplier 0' };
  if (flags & FLAG.multipoint) return { reason: 'flags', detail: 'multipoint bit' };
  if (flags & FLAG.poll && flags & FLAG.final) return { reason: 'flags', detail: 'Poll and Final together' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(4) === 0) return { reason: 'discriminator', detail: 'my discriminator 0' };
  const state = BFD_STATES[flags >> 6] ?? 'down';
  if (view.getUint32(8) === 0 && (state === 'init' || state === 'up')) {
    return { reason: 'discriminator', detail: `your discriminator 0 in state ${state}` };
  }
  return undefined;
}

/** One line, as tcpdump would have it. */
export function describeBfd(packet: BfdPacket): string {
  const flags = [packet.poll && 'poll', packet.final && 'final', packet.demand && 'demand'].filter(Boolean).join(',');
  const diagnostic = packet.diagnostic === DIAGNOSTIC.none ? '' : ` (${diagnosticName(packet.diagnostic)})`;
  const hex = (discriminator: number): string => `0x${discriminator.toString(16).padStart(8, '0')}`;
  return (
    `BFD ${packet.state}${diagnostic}${flags && ` flags ${flags}`} mult ${packet.multiplier} ` +
    `my ${hex(packet.myDiscriminator)} your ${hex(packet.yourDiscriminator)} ` +
    `tx ${packet.desiredMinTx}ms rx ${packet.requiredMinRx}ms`
  );
}
