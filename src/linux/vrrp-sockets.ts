import { type IpAddress, ipBytes } from '../base/ip.ts';
import { err, ok } from '../base/result.ts';
import type { Cancel } from '../ports/clock.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import type { ReceivedDatagram, VrrpSocket, VrrpSockets } from '../ports/vrrp-sockets.ts';
import { decodeIpv4, PROTOCOL } from '../wire/ipv4.ts';
import { concat, string, u16, u32 } from '../wire/netlink.ts';
import { AF, IP, SO, SOCK, SOL } from './constants.ts';
import * as libc from './libc.ts';
import { type PacketListener, watchPackets } from './packet-socket.ts';
import type { Poller } from './poller.ts';
import { encodeControl, sendMessage } from './receiver.ts';

type Receive = (datagram: ReceivedDatagram) => void;

const TOS_NETWORK_CONTROL = 0xc0;
const TTL = 255;
/** Adverts have no use for path MTU discovery, and without DF the kernel numbers them. */
const PMTU_DISCOVERY_OFF = 0;
const RECEIVE_BUFFER = 1 << 20;

/**
 * Raw protocol-112 sockets, IPv4 (EAFNOSUPPORT for IPv6). A socket belongs to the interface that had the name when it
 * was opened: when that one goes, sends fail with ENODEV or ENXIO and nothing arrives any more; open it again for a
 * later interface of the name.
 */
export function createVrrpSockets(poller: Poller): VrrpSockets {
  return {
    open(options, receive) {
      const what = `open a VRRP socket on ${options.interface}`;
      if (options.family !== 4) return err(osError('EAFNOSUPPORT', `${what} for IPv6`));
      const index = libc.interfaceIndex(options.interface);
      if (!index.ok) return err(osError(index.error, what));
      const opened = libc.socket(AF.inet, SOCK.raw | SOCK.nonblock | SOCK.closeOnExec, PROTOCOL.vrrp);
      if (!opened.ok) return err(osError(opened.error, what));
      const fd = opened.value;
      const refused = configure(fd, options.interface, index.value, options.group);
      if (refused) {
        libc.close(fd);
        return err(osError(refused.code, `${what}: ${refused.what}`));
      }
      const shut = watchPackets(poller, fd, listener(options.interface, receive));
      return ok(createSender(fd, options.interface, index.value, options.group, shut));
    },
  };
}

/** Sets every option, or says which one the kernel refused. */
function configure(fd: number, name: string, index: number, group: IpAddress): OsError | undefined {
  // struct ip_mreqn: group, local address, interface index.
  const membership = concat(ipBytes(group), u32(0), u32(index));
  const options: [what: string, level: number, option: number, value: Uint8Array][] = [
    ['SO_BINDTODEVICE', SOL.socket, SO.bindToDevice, string(name)],
    ['SO_TIMESTAMPNS', SOL.socket, SO.timestampNs, u32(1)],
    ['SO_RCVBUF', SOL.socket, SO.receiveBuffer, u32(RECEIVE_BUFFER)],
    ['IP_MULTICAST_ALL', SOL.ip, IP.multicastAll, u32(0)],
    ['IP_MULTICAST_LOOP', SOL.ip, IP.multicastLoop, u32(0)],
    ['IP_MULTICAST_TTL', SOL.ip, IP.multicastTtl, u32(TTL)],
    ['IP_MULTICAST_IF', SOL.ip, IP.multicastIf, membership],
    ['IP_MTU_DISCOVER', SOL.ip, IP.mtuDiscover, u32(PMTU_DISCOVERY_OFF)],
    ['IP_TTL', SOL.ip, IP.ttl, u32(TTL)],
    ['IP_TOS', SOL.ip, IP.tos, u32(TOS_NETWORK_CONTROL)],
    [`join ${group}`, SOL.ip, IP.addMembership, membership],
  ];
  for (const [what, level, option, value] of options) {
    const done = libc.setsockopt(fd, level, option, value);
    if (!done.ok) return osError(done.error, what);
  }
  return undefined;
}

const listener = (name: string, receive: Receive): PacketListener => ({
  size: 64 << 10,
  packet(received, at) {
    const packet = decodeIpv4(received.data);
    if (!packet) return;
    const { source, destination, ttl, payload } = packet;
    receive({ interface: name, source, destination, ttl, payload, at });
  },
});

function createSender(fd: number, name: string, index: number, group: IpAddress, shut: Cancel): VrrpSocket {
  // struct sockaddr_in: family, port, address, eight bytes of padding.
  const to = concat(u16(AF.inet), u16(0), ipBytes(group), u32(0), u32(0));
  let open = true;
  return {
    send(message, source) {
      const what = `send an advertisement from ${source} on ${name}`;
      if (!open) return err(osError('EBADF', what));
      // struct in_pktinfo: interface index, the source address, an address that only receiving fills.
      const packetInfo = concat(u32(index), ipBytes(source), u32(0));
      const control = encodeControl({ level: SOL.ip, type: IP.packetInfo, value: packetInfo });
      const sent = sendMessage(fd, message, to, control);
      return sent.ok ? ok(undefined) : err(osError(sent.error, what));
    },
    close() {
      open = false;
      shut();
    },
  };
}
