import { randomInt } from 'node:crypto';
import { type Family, familyOf, type IpAddress, ip, ipBytes, ipFromBytes } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { BfdDatagram, BfdSockets } from '../ports/bfd-sockets.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import { BFD_PORT } from '../wire/bfd.ts';
import { concat, readU32, u16, u32 } from '../wire/netlink.ts';
import { AF, IP, IPV6, SO, SOCK, SOL } from './constants.ts';
import * as libc from './libc.ts';
import { watchPackets } from './packet-socket.ts';
import type { Poller } from './poller.ts';
import type { Received } from './receiver.ts';

/** RFC 5881 §4. */
const SOURCE_PORTS = { first: 49_152, last: 65_535 } as const;
/** Ports of that range may be taken by others; that many in a row are not. */
const MOST_TRIES = 64;
/** Longer than any control packet (RFC 5880 §4.1: the length is one byte). */
const LONGEST = 512;
const NETWORK_CONTROL = u32(0xc0);
const ANY = { 4: ip('0.0.0.0'), 6: ip('::') } as const;

type Option = [what: string, level: number, option: number, value: Uint8Array];

/** UDP sockets of the reactor's thread. */
export function createBfdSockets(poller: Poller): BfdSockets {
  return {
    listen(family, receive) {
      const what = `listen on UDP port ${BFD_PORT} for BFD over IPv${family}`;
      const opened = openSocket(family, RECEIVING[family], what);
      if (!opened.ok) return opened;
      const bound = libc.bind(opened.value, socketAddress(ANY[family], BFD_PORT));
      if (!bound.ok) {
        libc.close(opened.value);
        return err(osError(bound.error, what));
      }
      const packet = (received: Received, at: BfdDatagram['at']): void => {
        const datagram = READ[family](received);
        if (datagram) receive({ ...datagram, payload: received.data, at });
      };
      return ok(watchPackets(poller, opened.value, { size: LONGEST, packet }));
    },
    open({ neighbor, source, ttl }) {
      const family = familyOf(neighbor);
      const from = source ?? ANY[family];
      const what = `open a BFD socket${source === undefined ? '' : ` from ${source}`} to ${neighbor}`;
      const opened = openSocket(family, sending(family, ttl), what);
      if (!opened.ok) return opened;
      const fd = opened.value;
      const bound = bindToSourcePort(fd, from);
      if (!bound.ok) {
        libc.close(fd);
        return err(osError(bound.error, what));
      }
      const to = socketAddress(neighbor, BFD_PORT);
      let open = true;
      return ok({
        send(payload) {
          const sent = open ? libc.sendto(fd, payload, to) : err('EBADF');
          return sent.ok ? ok(undefined) : err(osError(sent.error, `send a BFD packet to ${neighbor}`));
        },
        close() {
          if (open) libc.close(fd);
          open = false;
        },
      });
    },
  };
}

function openSocket(family: Family, options: readonly Option[], what: string): Result<number, OsError> {
  const domain = family === 4 ? AF.inet : AF.inet6;
  const opened = libc.socket(domain, SOCK.dgram | SOCK.nonblock | SOCK.closeOnExec, 0);
  if (!opened.ok) return err(osError(opened.error, what));
  for (const [name, level, option, value] of options) {
    const done = libc.setsockopt(opened.value, level, option, value);
    if (done.ok) continue;
    libc.close(opened.value);
    return err(osError(done.error, `${what}: ${name}`));
  }
  return opened;
}

function bindToSourcePort(fd: number, from: IpAddress): Result<number, libc.Errno> {
  const { first, last } = SOURCE_PORTS;
  let port = randomInt(first, last + 1);
  for (let i = 1; ; i++) {
    const bound = libc.bind(fd, socketAddress(from, port));
    if (bound.ok || bound.error !== 'EADDRINUSE' || i === MOST_TRIES) return bound;
    port = port === last ? first : port + 1;
  }
}

const RECEIVING: Readonly<Record<Family, readonly Option[]>> = {
  4: [
    ['SO_TIMESTAMPNS', SOL.socket, SO.timestampNs, u32(1)],
    ['IP_RECVTTL', SOL.ip, IP.receiveTtl, u32(1)],
    ['IP_PKTINFO', SOL.ip, IP.packetInfo, u32(1)],
  ],
  6: [
    ['SO_TIMESTAMPNS', SOL.socket, SO.timestampNs, u32(1)],
    ['IPV6_V6ONLY', SOL.ipv6, IPV6.only, u32(1)],
    ['IPV6_RECVHOPLIMIT', SOL.ipv6, IPV6.receiveHopLimit, u32(1)],
    ['IPV6_RECVPKTINFO', SOL.ipv6, IPV6.receivePacketInfo, u32(1)],
  ],
};

const sending = (family: Family, ttl: number): readonly Option[] =>
  family === 4
    ? [
        ['IP_TTL', SOL.ip, IP.ttl, u32(ttl)],
        ['IP_TOS', SOL.ip, IP.tos, NETWORK_CONTROL],
      ]
    : [
        ['IPV6_UNICAST_HOPS', SOL.ipv6, IPV6.unicastHops, u32(ttl)],
        ['IPV6_TCLASS', SOL.ipv6, IPV6.trafficClass, NETWORK_CONTROL],
      ];

/** struct sockaddr_in: family, port, address, padding; struct sockaddr_in6: family, port, flow, address, scope. */
function socketAddress(address: IpAddress, port: number): Uint8Array {
  const bigEndian = Uint8Array.of(port >> 8, port & 0xff);
  if (familyOf(address) === 4) return concat(u16(AF.inet), bigEndian, ipBytes(address), u32(0), u32(0));
  return concat(u16(AF.inet6), bigEndian, u32(0), ipBytes(address), u32(0));
}

type Header = Pick<BfdDatagram, 'source' | 'destination' | 'ttl'>;

/** Undefined where the kernel did not say what it was asked to. */
const READ: Readonly<Record<Family, (received: Received) => Header | undefined>> = {
  4: ({ from, control }) => {
    const ttl = find(control, SOL.ip, IP.ttl);
    // struct in_pktinfo: interface index, local address, the header's destination.
    const info = find(control, SOL.ip, IP.packetInfo);
    if (!ttl || !info || from.length < 8) return undefined;
    return {
      source: ipFromBytes(from.subarray(4, 8)),
      destination: ipFromBytes(info.subarray(8, 12)),
      ttl: readU32(ttl),
    };
  },
  6: ({ from, control }) => {
    const ttl = find(control, SOL.ipv6, IPV6.hopLimit);
    const info = find(control, SOL.ipv6, IPV6.packetInfo);
    if (!ttl || !info || from.length < 24) return undefined;
    return {
      source: ipFromBytes(from.subarray(8, 24)),
      destination: ipFromBytes(info.subarray(0, 16)),
      ttl: readU32(ttl),
    };
  },
};

const find = (control: Received['control'], level: number, type: number): Uint8Array | undefined =>
  control.find((message) => message.level === level && message.type === type)?.value;
