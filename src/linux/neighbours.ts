import type { Family } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import type { Neighbours, ReceivedArp } from '../ports/vrrp-sockets.ts';
import { decodeArp } from '../wire/arp.ts';
import { decodeEthernet, ETHERTYPE } from '../wire/ethernet.ts';
import { decodeNeighbour } from '../wire/ndp.ts';
import { be16, concat, readU8, u8, u16, u32, u64 } from '../wire/netlink.ts';
import { AF, SO, SOCK, SOL } from './constants.ts';
import * as libc from './libc.ts';
import { type PacketListener, watchPackets } from './packet-socket.ts';
import type { Poller } from './poller.ts';

const PACKET_OUTGOING = 4;
const PACKET_TYPE_AT = 10;

/** Frames by AF_PACKET. EPERM without CAP_NET_RAW, ENODEV without the interface, ENETDOWN while it is down. */
export function createNeighbours(poller: Poller): Neighbours & { close(): void } {
  let sender: number | undefined;

  /** One socket sends on all interfaces; protocol 0 receives nothing. */
  const openSender = (): Result<number, libc.Errno> => {
    if (sender !== undefined) return ok(sender);
    const opened = libc.socket(AF.packet, SOCK.raw | SOCK.closeOnExec | SOCK.nonblock, 0);
    if (opened.ok) sender = opened.value;
    return opened;
  };

  return {
    sendFrame(interfaceName, frame) {
      const failed = (code: string) => err(osError(code, `send a frame on ${interfaceName}`));
      const index = libc.interfaceIndex(interfaceName);
      if (!index.ok) return failed(index.error);
      const socket = openSender();
      if (!socket.ok) return failed(socket.error);
      const sent = libc.sendto(socket.value, frame, linkAddress(index.value, 0));
      return sent.ok ? ok(undefined) : failed(sent.error);
    },

    watchArp(interfaceName, listener, family = 4) {
      const opened = openSocket(interfaceName, family);
      if (!opened.ok) return opened;
      const heard = family === 4 ? arpListener : discoveryListener;
      return ok(watchPackets(poller, opened.value, heard(interfaceName, listener)));
    },

    close() {
      if (sender !== undefined) libc.close(sender);
      sender = undefined;
    },
  };
}

function openSocket(name: string, family: Family): Result<number, OsError> {
  const what = `watch ${family === 4 ? 'ARP' : 'neighbour discovery'} on ${name}`;
  const index = libc.interfaceIndex(name);
  if (!index.ok) return err(osError(index.error, what));
  // Protocol 0 until it is bound: nothing of other interfaces slips in before.
  const opened = libc.socket(AF.packet, SOCK.raw | SOCK.nonblock | SOCK.closeOnExec, 0);
  if (!opened.ok) return err(osError(opened.error, what));
  libc.setsockopt(opened.value, SOL.socket, SO.timestampNs, u32(1));
  if (family === 6) attachDiscoveryFilter(opened.value);
  const bound = libc.bind(opened.value, linkAddress(index.value, family === 4 ? ETHERTYPE.arp : ETHERTYPE.ipv6));
  if (bound.ok) return opened;
  libc.close(opened.value);
  return err(osError(bound.error, what));
}

const arpListener = (name: string, listener: (arp: ReceivedArp) => void): PacketListener => ({
  size: 2048,
  packet(received, at) {
    if (readU8(received.from.subarray(PACKET_TYPE_AT)) === PACKET_OUTGOING) return;
    const arp = decodeArp(decodeEthernet(received.data)?.payload ?? new Uint8Array(0));
    if (!arp) return;
    const { operation, senderMac, senderIp, targetIp } = arp;
    listener({ interface: name, operation, senderMac, senderIp, targetIp, at });
  },
});

const discoveryListener = (name: string, listener: (arp: ReceivedArp) => void): PacketListener => ({
  size: 2048,
  packet(received, at) {
    if (readU8(received.from.subarray(PACKET_TYPE_AT)) === PACKET_OUTGOING) return;
    const message = decodeNeighbour(received.data);
    if (!message) return;
    const claims = message.kind === 'advertisement';
    listener({
      interface: name,
      operation: claims ? 'reply' : 'request',
      senderMac: message.mac,
      senderIp: claims ? message.target : message.source,
      targetIp: message.target,
      at,
    });
  },
});

/**
 * Of all IPv6 frames only neighbour solicitations and advertisements: `ip6[6] == 58 and (ip6[40] == 135 or 136)`, as
 * classic BPF (struct sock_filter: code u16, jump if true u8, if false u8, value u32).
 */
const DISCOVERY_FILTER = concat(
  ...(
    [
      [0x30, 0, 0, 20],
      [0x15, 0, 4, 58],
      [0x30, 0, 0, 54],
      [0x15, 1, 0, 135],
      [0x15, 0, 1, 136],
      [0x06, 0, 0, 0x40000],
      [0x06, 0, 0, 0],
    ] as const
  ).map(([code, jumpTrue, jumpFalse, value]) => concat(u16(code), u8(jumpTrue), u8(jumpFalse), u32(value))),
);

/** Where it cannot be set the listener sorts the frames out itself. struct sock_fprog: length u16, pad, pointer. */
function attachDiscoveryFilter(fd: number): void {
  const program = concat(u16(DISCOVERY_FILTER.length / 8), u16(0), u32(0), u64(libc.addressOf(DISCOVERY_FILTER)));
  libc.setsockopt(fd, SOL.socket, SO.attachFilter, program);
}

/** struct sockaddr_ll: family, protocol (network order), interface, hardware type, packet type, address. */
const linkAddress = (index: number, protocol: number): Uint8Array =>
  concat(u16(AF.packet), be16(protocol), u32(index), u16(0), u8(0), u8(0), u64(0));
