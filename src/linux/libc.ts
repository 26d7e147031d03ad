import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { err, ok, type Result } from '../base/result.ts';

/**
 * The system calls that Node has no door to, from the C library the process already runs on. Loaded on first use, in
 * whichever thread asks: importing this file costs nothing. Structures are byte arrays that the callers lay out; the
 * layouts are those of 64-bit little-endian Linux.
 *
 * Every call answers with its result or with the name of errno (`EPERM`); the callers say what they were trying.
 */
export type Errno = string;

type Memory = Uint8Array | BigInt64Array | BigUint64Array | Int32Array;
type Call = (...values: unknown[]) => number;

interface Calls {
  readonly errno: () => number;
  readonly address: (memory: Memory) => bigint;
  readonly call: Readonly<Record<keyof typeof PROTOTYPES, Call>>;
}

const PROTOTYPES = {
  socket: 'int socket(int domain, int type, int protocol)',
  bind: 'int bind(int fd, const void *address, uint32_t length)',
  setsockopt: 'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
  getsockopt: 'int getsockopt(int fd, int level, int name, void *value, void *length)',
  sendto: 'intptr_t sendto(int fd, const void *data, size_t size, int flags, const void *to, uint32_t length)',
  sendmsg: 'intptr_t sendmsg(int fd, const void *message, int flags)',
  recvmsg: 'intptr_t recvmsg(int fd, void *message, int flags)',
  ppoll: 'int ppoll(void *fds, size_t count, const void *timeout, const void *mask)',
  read: 'intptr_t read(int fd, void *data, size_t size)',
  write: 'intptr_t write(int fd, const void *data, size_t size)',
  close: 'int close(int fd)',
  eventfd: 'int eventfd(uint32_t initial, int flags)',
  clock_gettime: 'int clock_gettime(int clock, void *time)',
  if_nametoindex: 'uint32_t if_nametoindex(const char *name)',
  flock: 'int flock(int fd, int operation)',
  mkfifo: 'int mkfifo(const char *path, uint32_t mode)',
  prctl: 'int prctl(int option, size_t a, size_t b, size_t c, size_t d)',
  sched_setscheduler: 'int sched_setscheduler(int pid, int policy, const void *parameters)',
  mlock: 'int mlock(size_t address, size_t length)',
} as const;

let loaded: Calls | undefined;

function libc(): Calls {
  if (loaded) return loaded;
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi').default;
  const library = koffi.load(null);
  const bound = Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(prototype)] as const);
  loaded = {
    errno: () => koffi.errno(),
    address: (memory) => koffi.address(memory),
    call: Object.fromEntries(bound) as unknown as Calls['call'],
  };
  return loaded;
}

/** Two numbers have two names each; ours are those of the manual pages. */
const SECOND_NAMES = new Set(['EWOULDBLOCK', 'ENOTSUP']);
const NAMES = new Map<number, Errno>(
  Object.entries(constants.errno).flatMap(([name, number]) => (SECOND_NAMES.has(name) ? [] : [[number, name]])),
);
/** The name of a positive errno. */
export const errnoName = (number: number): Errno => NAMES.get(number) ?? `errno ${number}`;

function outcome(result: number): Result<number, Errno> {
  return result < 0 ? err(errnoName(libc().errno())) : ok(result);
}

/** Where `memory` lies. Valid for as long as the caller keeps `memory` alive. */
export const addressOf = (memory: Memory): bigint => libc().address(memory);

/** socket(2) → file descriptor. */
export const socket = (domain: number, type: number, protocol: number): Result<number, Errno> =>
  outcome(libc().call.socket(domain, type, protocol));

export const bind = (fd: number, address: Uint8Array): Result<number, Errno> =>
  outcome(libc().call.bind(fd, address, address.length));

export const setsockopt = (fd: number, level: number, name: number, value: Uint8Array): Result<number, Errno> =>
  outcome(libc().call.setsockopt(fd, level, name, value, value.length));

/** getsockopt(2) → the value's bytes, at most `size`. */
export function getsockopt(fd: number, level: number, name: number, size: number): Result<Uint8Array, Errno> {
  const value = new Uint8Array(size);
  const length = Int32Array.of(size);
  const done = outcome(libc().call.getsockopt(fd, level, name, value, length));
  return done.ok ? ok(value.subarray(0, length[0])) : done;
}

/** sendto(2) → bytes sent; without `to` on a connected or netlink socket. */
export const sendto = (fd: number, data: Uint8Array, to?: Uint8Array): Result<number, Errno> =>
  outcome(libc().call.sendto(fd, data, data.length, 0, to ?? null, to?.length ?? 0));

/** sendmsg(2), recvmsg(2) with a msghdr laid out by `message-header.ts`. */
export const sendmsg = (fd: number, header: Uint8Array): Result<number, Errno> =>
  outcome(libc().call.sendmsg(fd, header, 0));
export const recvmsg = (fd: number, header: Uint8Array, flags: number): Result<number, Errno> =>
  outcome(libc().call.recvmsg(fd, header, flags));

/** ppoll(2) over an array of pollfd → how many are ready. Blocks the thread; EINTR counts as none ready. */
export function poll(fds: Uint8Array, count: number, timeoutNs: number): Result<number, Errno> {
  TIMEOUT[0] = BigInt(Math.floor(timeoutNs / 1e9));
  TIMEOUT[1] = BigInt(Math.floor(timeoutNs % 1e9));
  const done = outcome(libc().call.ppoll(fds, count, TIMEOUT, null));
  return !done.ok && done.error === 'EINTR' ? ok(0) : done;
}
const TIMEOUT = new BigInt64Array(2);

export const read = (fd: number, into: Uint8Array): Result<number, Errno> =>
  outcome(libc().call.read(fd, into, into.length));
export const write = (fd: number, data: Uint8Array): Result<number, Errno> =>
  outcome(libc().call.write(fd, data, data.length));

/** Never on a descriptor that may already be closed: its number may belong to somebody else by then. */
export const close = (fd: number): Result<number, Errno> => outcome(libc().call.close(fd));

/** eventfd(2), non-blocking. */
export const eventfd = (): Result<number, Errno> => outcome(libc().call.eventfd(0, 0o4000 | 0o2000000));

/** clock_gettime(2) in nanoseconds; the clocks are those of `constants.ts`. */
export function clockNs(clock: number): bigint {
  libc().call.clock_gettime(clock, TIME);
  return (TIME[0] ?? 0n) * 1_000_000_000n + (TIME[1] ?? 0n);
}
const TIME = new BigInt64Array(2);

/** mkfifo(3); EEXIST: something of that name is there. */
export const mkfifo = (path: string, mode: number): Result<number, Errno> => outcome(libc().call.mkfifo(path, mode));

/** if_nametoindex(3) → interface index; ENODEV where there is no interface of that name. */
export function interfaceIndex(name: string): Result<number, Errno> {
  const index = libc().call.if_nametoindex(name);
  return index === 0 ? err(errnoName(libc().errno())) : ok(index);
}

/** EAGAIN: somebody else holds it (LOCK_NB). */
export const flock = (fd: number, operation: number): Result<number, Errno> =>
  outcome(libc().call.flock(fd, operation));

/** prctl(2); options that concern a thread concern the one that calls. */
export const prctl = (option: number, value: number): Result<number, Errno> =>
  outcome(libc().call.prctl(option, value, 0, 0, 0));

/** sched_setscheduler(2) of the calling thread; struct sched_param is the priority alone. */
export const setScheduler = (policy: number, priority: number): Result<number, Errno> =>
  outcome(libc().call.sched_setscheduler(0, policy, Int32Array.of(priority)));

/** mlock(2). */
export const mlock = (address: number, length: number): Result<number, Errno> =>
  outcome(libc().call.mlock(address, length));
