/** PING_CHECK, UDP_CHECK and DNS_CHECK: one packet there, at most one back. */
import type { Duration } from '../base/time.ts';
import type { UdpReply } from './config.ts';
import { formatDuration, type Judgement, judgeFailure } from './judge.ts';
import type { DnsProbeResult, PingProbeResult, UdpProbeResult } from './probe.ts';

interface Limit {
  readonly timeout: Duration;
}

export function judgePing(target: Limit, result: PingProbeResult): Judgement {
  if (result.kind !== 'echoed') return judgeFailure(result, target);
  return { good: true, reason: `echo reply, ${formatDuration(result.took)}`, took: result.took };
}

/** keepalived 2.2.7: without `require_reply` only an ICMP error is a failure. */
export function judgeUdp(reply: UdpReply | undefined, target: Limit, result: UdpProbeResult): Judgement {
  if (result.kind === 'silence') {
    const words = `silence for ${formatDuration(target.timeout)}`;
    return reply
      ? { good: false, reason: `no reply: ${words}`, took: undefined }
      : { good: true, reason: `port not closed, ${words}`, took: undefined };
  }
  if (result.kind === 'refused') return { good: false, reason: 'port unreachable', took: undefined };
  if (result.kind !== 'reply') return judgeFailure(result, target);
  const complaint = reply && complaintOf(reply, result.bytes);
  const what = complaint ?? `reply of ${result.bytes.length} bytes`;
  return { good: complaint === undefined, reason: `${what}, ${formatDuration(result.took)}`, took: result.took };
}

function complaintOf({ bytes, minLength, maxLength }: UdpReply, got: Uint8Array): string | undefined {
  if (got.length < minLength || got.length > maxLength) {
    return `reply of ${got.length} bytes, expected ${minLength}–${maxLength}`;
  }
  const at = bytes.findIndex(({ value, mask }, i) => i < got.length && (((got[i] ?? 0) ^ value) & mask) !== 0);
  return at < 0 ? undefined : `reply has ${hex(got[at])} at byte ${at}, expected ${hex(bytes[at]?.value)}`;
}
const hex = (byte = 0): string => byte.toString(16).padStart(2, '0');

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** Any answer without an error is good, also an empty one: keepalived looks at nothing else. */
export function judgeDns(question: string, target: Limit, result: DnsProbeResult): Judgement {
  if (result.kind === 'refused') return { good: false, reason: 'port unreachable', took: undefined };
  if (result.kind !== 'answer') return judgeFailure(result, target, 'a DNS');
  const reason = `DNS ${RCODES[result.rcode] ?? `rcode ${result.rcode}`} for ${question}, ${formatDuration(result.took)}`;
  return { good: result.rcode === 0, reason, took: result.took };
}
