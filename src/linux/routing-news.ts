/**
 * News of routes and rules that bear our mark. A router that carries the whole Internet's routes tells thousands of
 * changes: the kernel drops them by a filter on the socket, so that they cost this thread nothing.
 */
import type { Result } from '../base/result.ts';
import type { OsError } from '../ports/os-error.ts';
import { concat, FLAG, u8, u16, u32, u64 } from '../wire/netlink.ts';
import { RTM_ROUTE } from '../wire/rtnetlink-route.ts';
import { PROTOCOL_KEEPALIVED, ROUTING_GROUPS } from '../wire/rtnetlink-routing.ts';
import { MSG, NETLINK_ROUTE, SO, SOL } from './constants.ts';
import * as libc from './libc.ts';
import { openNetlinkSocket } from './netlink-conn.ts';
import { createReceiver } from './receiver.ts';

export interface RoutingNews {
  readonly fd: number;
  /** Takes what is queued, at most `budget` datagrams, and says how many there were. */
  take(budget: number): number;
  close(): void;
}

export function openRoutingNews(): Result<RoutingNews, OsError> {
  const opened = openNetlinkSocket(NETLINK_ROUTE, ROUTING_GROUPS, true);
  if (!opened.ok) return opened;
  const fd = opened.value;
  attachFilter(fd);
  const receiver = createReceiver({ data: 64 << 10, control: 0 });
  return {
    ok: true,
    value: {
      fd,
      take(budget) {
        for (let taken = 0; taken < budget; taken++) {
          const received = receiver.receive(fd, MSG.dontWait);
          // Some were lost: that is news as well.
          if (!received.ok && received.error !== 'ENOBUFS') return taken;
        }
        return budget;
      },
      close: () => void libc.close(fd),
    },
  };
}

const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const JUMP_EQUAL = 0x15;
const JUMP_SET = 0x45;
const RETURN = 0x06;
const TYPE_AT = 4;
const FLAGS_AT = 6;
const PROTOCOL_AT = 16 + 5;

/** The filter reads big-endian what netlink writes little-endian. */
const swapped = (half: number): number => ((half & 0xff) << 8) | (half >> 8);

/** All rules; routes with the mark, and what replaces a route, for it may have been ours. */
function attachFilter(fd: number): void {
  const filter = concat(
    instruction(LOAD_HALF, 0, 0, TYPE_AT),
    instruction(JUMP_EQUAL, 1, 0, swapped(RTM_ROUTE.new)),
    instruction(JUMP_EQUAL, 0, 4, swapped(RTM_ROUTE.delete)),
    instruction(LOAD_HALF, 0, 0, FLAGS_AT),
    instruction(JUMP_SET, 2, 0, swapped(FLAG.replace)),
    instruction(LOAD_BYTE, 0, 0, PROTOCOL_AT),
    instruction(JUMP_EQUAL, 0, 1, PROTOCOL_KEEPALIVED),
    instruction(RETURN, 0, 0, 0xffff),
    instruction(RETURN, 0, 0, 0),
  );
  // struct sock_fprog: count, padding, pointer.
  const program = concat(u16(filter.length / 8), u16(0), u32(0), u64(libc.addressOf(filter)));
  libc.setsockopt(fd, SOL.socket, SO.attachFilter, program);
}

/** struct sock_filter: code u16, jump if true u8, if false u8, value u32. */
const instruction = (code: number, whenTrue: number, whenFalse: number, value: number): Uint8Array =>
  concat(u16(code), u8(whenTrue), u8(whenFalse), u32(value));
