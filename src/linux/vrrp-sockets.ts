import type { IpAddress } from '../base/ip.ts';
import { err, ok } from '../base/result.ts';
import type { Cancel } from '../ports/clock.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import type { Neighbours, ReceivedDatagram, VrrpSocket, VrrpSockets } from '../ports/vrrp-sockets.ts';
import { decodeAh } from '../wire/ah.ts';
import { PROTOCOL } from '../wire/ipv4.ts';
import { concat, string, u32 } from '../wire/netlink.ts';
import { encodeVrrpFrame, frameDatagram } from '../wire/vrrp-frame.ts';
import { IP, SO, SOCK, SOL } from './constants.ts';
import * as libc from './libc.ts';
import { type PacketListener, watchPackets } from './packet-socket.ts';
import type { Poller } from './poller.ts';
import { sendMessage } from './sender.ts';
import { VRRP_FAMILIES, type VrrpFamily } from './vrrp-family.ts';

const RECEIVE_BUFFER = 4 << 20;

type FrameSender = Pick<Neighbours, 'sendFrame'>;

/** What a socket belongs to. */
interface Place {
  readonly interface: string;
  readonly index: number;
  readonly group: IpAddress;
  readonly family: VrrpFamily;
  /** Protocol 51: we write the IPv4 header ourselves, since the check value covers it. */
  readonly ah: boolean;
}

/**
 * Raw protocol-112 sockets. A socket belongs to the interface that had the name when it was opened: when that one
 * goes, sends fail with ENODEV or ENXIO and nothing arrives any more; open it again for a later interface of the name.
 * Sending from an address that is not ours fails with EINVAL or ENETUNREACH.
 */
export function createVrrpSockets(poller: Poller, neighbours: FrameSender): VrrpSockets {
  return {
    open(options, receive) {
      const what = `open a VRRP socket on ${options.interface}`;
      const index = libc.interfaceIndex(options.interface);
      if (!index.ok) return err(osError(index.error, what));
      const family = VRRP_FAMILIES[options.family];
      const ah = options.protocol === 'ah';
      const place: Place = { interface: options.interface, index: index.value, group: options.group, family, ah };
      const protocol = ah ? PROTOCOL.ah : PROTOCOL.vrrp;
      const opened = libc.socket(family.domain, SOCK.raw | SOCK.nonblock | SOCK.closeOnExec, protocol);
      if (!opened.ok) return err(osError(opened.error, what));
      const refused = configure(opened.value, place);
      if (refused) {
        libc.close(opened.value);
        return err(osError(refused.code, `${what}: ${refused.what}`));
      }
      return ok(
        vrrpSocket(opened.value, place, neighbours, watchPackets(poller, opened.value, listener(place, receive))),
      );
    },
  };
}

/** Sets every option, or says which one the kernel refused. */
function configure(fd: number, place: Place): OsError | undefined {
  const options: ReturnType<VrrpFamily['options']> = [
    ['SO_BINDTODEVICE', SOL.socket, SO.bindToDevice, string(place.interface)],
    ['SO_TIMESTAMPNS', SOL.socket, SO.timestampNs, u32(1)],
    ['SO_RCVBUF', SOL.socket, SO.receiveBuffer, u32(RECEIVE_BUFFER)],
    ...place.family.options(place.group, place.index),
  ];
  if (place.ah) options.push(['IP_HDRINCL', SOL.ip, IP.headerIncluded, u32(1)]);
  for (const [what, level, option, value] of options) {
    const done = libc.setsockopt(fd, level, option, value);
    if (!done.ok) return osError(done.error, what);
  }
  // Beyond the system's limit, where we may: hundreds of masters fill that within the time of one standstill.
  libc.setsockopt(fd, SOL.socket, SO.receiveBufferForce, u32(RECEIVE_BUFFER));
  return undefined;
}

const listener = (place: Place, receive: (datagram: ReceivedDatagram) => void): PacketListener => ({
  size: 64 << 10,
  packet(received, at) {
    const datagram = place.family.decode(received);
    if (!datagram) return;
    const { source, destination, ttl, payload } = datagram;
    const common = { interface: place.interface, source, destination, ttl, at };
    if (!place.ah) return receive({ ...common, payload });
    // IPsec's other traffic on this interface arrives here too.
    const header = decodeAh(received.data);
    if (header) receive({ ...common, payload: header.message, whole: received.data });
  },
});

function vrrpSocket(fd: number, place: Place, neighbours: FrameSender, shut: Cancel): VrrpSocket {
  const group = place.family.destination(place.group, place.index);
  const fromOf = remembered((source: IpAddress) => place.family.from(source, place.index));
  let open = true;
  let identification = 0;
  return {
    send(message, source, unicast, mac) {
      const what = `send an advertisement from ${source} on ${place.interface}`;
      if (!open) return err(osError('EBADF', what));
      if (mac !== undefined && !unicast) {
        identification = (identification + 1) & 0xffff;
        const framed = place.ah
          ? frameDatagram(mac, place.group, message)
          : encodeVrrpFrame({ mac, source, group: place.group, identification }, message);
        return neighbours.sendFrame(place.interface, framed);
      }
      const to = unicast ? place.family.destination(unicast.address, place.index) : group;
      const from = fromOf(source);
      const control = unicast ? concat(from, place.family.ttl(unicast.ttl)) : from;
      const sent = sendMessage(fd, message, to, control);
      return sent.ok ? ok(undefined) : err(osError(sent.error, what));
    },
    close() {
      open = false;
      shut();
    },
  };
}

/** An interface has few addresses to send from, and each of its virtual routers asks with every advertisement. */
function remembered<K, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= 64) known.clear();
    const value = make(key);
    known.set(key, value);
    return value;
  };
}
