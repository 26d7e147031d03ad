/** Sockets for probes. What node:net and node:dgram have no option for is set on a descriptor that they then adopt. */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { connect, Socket } from 'node:net';
import { familyOf, ipBytes } from '../base/ip.ts';
import type { ConnectTarget } from '../ports/prober.ts';
import { AF, SO, SOCK, SOL } from './constants.ts';
import * as libc from './libc.ts';

const FLAGS = SOCK.nonblock | SOCK.closeOnExec;
const STREAM = 1;
const SO_MARK = 36;

/** Begins to connect; the caller listens for `connect` and `error`. Throws where the socket cannot be made. */
export function connectTo(target: ConnectTarget): Socket {
  const where = {
    host: target.address,
    port: target.port,
    family: familyOf(target.address),
    ...(target.bindTo && { localAddress: target.bindTo }),
    ...(target.bindPort && { localPort: target.bindPort }),
  };
  if (!target.mark && !target.bindInterface) return connect(where);
  const fd = openSocket(target, STREAM, 0);
  // `manualStart`: it is not connected yet, and must not be read from.
  return new Socket({ fd, manualStart: true } as ConstructorParameters<typeof Socket>[0]).connect(where);
}

/** A datagram socket, bound where the target says; `protocol`: 0 is UDP. */
export function datagramSocket(target: ConnectTarget, protocol = 0): DatagramSocket {
  const socket = createSocket({ type: familyOf(target.address) === 6 ? 'udp6' : 'udp4' });
  if (protocol === 0 && !target.mark && !target.bindInterface) {
    if (target.bindTo || target.bindPort) socket.bind({ address: target.bindTo, port: target.bindPort ?? 0 });
    return socket;
  }
  try {
    const fd = openSocket(target, SOCK.dgram, protocol);
    if (target.bindTo || target.bindPort) check('bind', libc.bind(fd, socketAddress(target)), fd);
    socket.bind({ fd });
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

function openSocket(target: ConnectTarget, type: number, protocol: number): number {
  const domain = familyOf(target.address) === 6 ? AF.inet6 : AF.inet;
  const opened = libc.socket(domain, type | FLAGS, protocol);
  if (!opened.ok) throw systemError('socket', opened.error);
  const fd = opened.value;
  if (target.mark) {
    const mark = new Uint8Array(Uint32Array.of(target.mark).buffer);
    check('SO_MARK', libc.setsockopt(fd, SOL.socket, SO_MARK, mark), fd);
  }
  if (target.bindInterface) {
    const name = new TextEncoder().encode(`${target.bindInterface}\0`);
    check(`bind to interface ${target.bindInterface}`, libc.setsockopt(fd, SOL.socket, SO.bindToDevice, name), fd);
  }
  return fd;
}

/** struct sockaddr_in, sockaddr_in6 of the address to bind. */
function socketAddress({ address, bindTo, bindPort = 0 }: ConnectTarget): Uint8Array {
  const v6 = familyOf(address) === 6;
  const bytes = new Uint8Array(v6 ? 28 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, v6 ? AF.inet6 : AF.inet, true);
  view.setUint16(2, bindPort);
  if (bindTo) bytes.set(ipBytes(bindTo), v6 ? 8 : 4);
  return bytes;
}

function check(what: string, result: ReturnType<typeof libc.bind>, fd: number): void {
  if (result.ok) return;
  libc.close(fd);
  throw systemError(what, result.error);
}

const systemError = (what: string, code: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${what}: ${code}`), { code });
