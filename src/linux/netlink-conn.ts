import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import {
  concat,
  decodeAck,
  decodeMessages,
  encodeMessage,
  FLAG,
  type NetlinkMessage,
  u16,
  u32,
  u64,
} from '../wire/netlink.ts';
import { AF, NETLINK, SO, SOCK, SOL } from './constants.ts';
import * as libc from './libc.ts';
import { createReceiver, type Receiver } from './receiver.ts';

/** One request; the connection numbers it and asks for an acknowledgement. */
export interface NetlinkRequest {
  readonly type: number;
  /** FLAG.request and FLAG.ack are added; FLAG.dump makes it a dump. */
  readonly flags?: number | undefined;
  readonly payload: Uint8Array;
  /** What is being tried, for the error: `add 10.0.0.1/24 to eth0`. */
  readonly what: string;
}

/** The answers of one request without its acknowledgement, or the kernel's refusal. */
export type NetlinkReply = Result<NetlinkMessage[], OsError>;

/** A synchronous conversation with the kernel. One at a time; not for multicast groups (see `route-monitor.ts`). */
export interface NetlinkConnection {
  /** One request. A dump that the kernel calls inconsistent is asked for again, three times at most. */
  request(request: NetlinkRequest): NetlinkReply;
  /** Many requests (no dumps), as few sends as fit; reply i belongs to request i, and a refusal does not stop the rest. */
  requestAll(requests: readonly NetlinkRequest[]): NetlinkReply[];
  close(): void;
}

const RECEIVE_BUFFER = 4 << 20;
const BATCH = 64;
const WAIT_SECONDS = 5;
const DUMP_ATTEMPTS = 3;

/**
 * Opens NETLINK_ROUTE, NETLINK_GENERIC or another protocol, blocking, with a wait of at most 5 s for an answer. `strict`:
 * dumps are filtered by what their requests say, where the kernel is 4.20 or younger.
 */
export function openNetlink(protocol: number, { strict = false } = {}): Result<NetlinkConnection, OsError> {
  const opened = openNetlinkSocket(protocol, 0, false);
  if (!opened.ok) return opened;
  const fd = opened.value;
  if (strict) libc.setsockopt(fd, SOL.netlink, NETLINK.strictCheck, u32(1));
  const receiver = createReceiver({ data: 256 << 10, control: 0 });
  let seq = 0;
  let closed = false;

  const exchange = (requests: readonly NetlinkRequest[]): NetlinkReply[] => {
    if (closed) return requests.map((request) => err(osError('EBADF', request.what)));
    const first = seq + 1;
    const messages = requests.map((request) =>
      encodeMessage({
        type: request.type,
        flags: FLAG.request | FLAG.ack | (request.flags ?? 0),
        seq: ++seq,
        payload: request.payload,
      }),
    );
    const sent = libc.sendto(fd, concat(...messages));
    if (!sent.ok) return requests.map((request) => err(osError(sent.error, request.what)));
    return collect(fd, receiver, first, requests);
  };

  return ok({
    request(request) {
      for (let attempt = 1; ; attempt++) {
        const reply = exchange([request])[0] ?? ok([]);
        const interrupted = reply.ok && reply.value.some((message) => message.flags & FLAG.dumpInterrupted);
        if (!interrupted || attempt === DUMP_ATTEMPTS) return reply;
      }
    },
    requestAll(requests) {
      const replies: NetlinkReply[] = [];
      for (let at = 0; at < requests.length; at += BATCH) replies.push(...exchange(requests.slice(at, at + BATCH)));
      return replies;
    },
    close() {
      if (!closed) libc.close(fd);
      closed = true;
    },
  });
}

/** Reads until every request numbered from `first` has its acknowledgement. Answers to older ones are passed over. */
function collect(fd: number, receiver: Receiver, first: number, requests: readonly NetlinkRequest[]): NetlinkReply[] {
  const answers: NetlinkMessage[][] = requests.map(() => []);
  const replies: (NetlinkReply | undefined)[] = requests.map(() => undefined);
  let open = requests.length;
  while (open > 0) {
    const received = receiver.receive(fd, 0);
    if (!received.ok || received.value.truncated) {
      const code = received.ok ? 'EMSGSIZE' : received.error === 'EAGAIN' ? 'ETIMEDOUT' : received.error;
      return requests.map((request, i) => replies[i] ?? err(osError(code, request.what)));
    }
    for (const message of decodeMessages(received.value.data)) {
      const i = message.seq - first;
      const request = requests[i];
      if (!request || replies[i]) continue;
      const ack = decodeAck(message);
      if (!ack) {
        answers[i]?.push(message);
        continue;
      }
      // A dump ends with DONE; where NLM_F_ACK was set some kernels acknowledge it too, which is then passed over.
      open--;
      replies[i] = ack.code === 0 ? ok(answers[i] ?? []) : err(refusal(ack.code, ack.text, request.what));
    }
  }
  return replies.map((reply) => reply ?? ok([]));
}

const refusal = (code: number, text: string | undefined, what: string): OsError =>
  osError(libc.errnoName(code), text ? `${what} (${text})` : what);

/** A netlink socket bound to the multicast `groups` (a bit mask; 0: none), with a large receive buffer. */
export function openNetlinkSocket(protocol: number, groups: number, nonblocking: boolean): Result<number, OsError> {
  const what = `open netlink protocol ${protocol}`;
  const type = SOCK.raw | SOCK.closeOnExec | (nonblocking ? SOCK.nonblock : 0);
  const opened = libc.socket(AF.netlink, type, protocol);
  if (!opened.ok) return err(osError(opened.error, what));
  const fd = opened.value;
  // Extended errors, unrepeated requests and the forced buffer are comforts: older kernels and fewer rights do without.
  libc.setsockopt(fd, SOL.netlink, NETLINK.extAck, u32(1));
  libc.setsockopt(fd, SOL.netlink, NETLINK.capAck, u32(1));
  const forced = libc.setsockopt(fd, SOL.socket, SO.receiveBufferForce, u32(RECEIVE_BUFFER));
  if (!forced.ok) libc.setsockopt(fd, SOL.socket, SO.receiveBuffer, u32(RECEIVE_BUFFER));
  libc.setsockopt(fd, SOL.socket, SO.receiveTimeout, concat(u64(WAIT_SECONDS), u64(0)));
  const bound = libc.bind(fd, concat(u16(AF.netlink), u16(0), u32(0), u32(groups)));
  if (bound.ok) return ok(fd);
  libc.close(fd);
  return err(osError(bound.error, what));
}
