/** Probes of one packet: UDP, DNS, ICMP echo. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { familyOf } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';
import type { DnsProbeResult, PingProbeResult, UdpProbeResult } from '../check/probe.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ConnectTarget, DnsRequest, ProbeFailure, UdpRequest } from '../ports/prober.ts';
import { dnsAnswer, encodeDnsQuestion } from '../wire/dns.ts';
import { allowPing } from './ping-group.ts';
import { attempt } from './probe-attempt.ts';
import { datagramSocket } from './probe-sockets.ts';

type Done<T> = (result: T) => void;

export const probeUdp = (request: UdpRequest, done: Done<UdpProbeResult>): Cancel => {
  const payload = request.payload ? Uint8Array.from(request.payload) : randomBytes(32);
  const silence: UdpProbeResult = { kind: 'silence' };
  return exchange<UdpProbeResult>(request, payload, (bytes, took) => ({ kind: 'reply', bytes, took }), done, silence);
};

export const probeDns = (request: DnsRequest, done: Done<DnsProbeResult>): Cancel => {
  const id = randomInt(0x10000);
  const question = encodeDnsQuestion({ id, name: request.name, type: request.type });
  const read = (bytes: Uint8Array, took: Duration): DnsProbeResult | undefined => {
    const answer = dnsAnswer(bytes, id);
    return answer && { kind: 'answer', rcode: answer.rcode, took };
  };
  return exchange<DnsProbeResult>(request, question, read, done, { kind: 'timeout' });
};

/** From a connected socket, so that the kernel tells of a closed port. Packets that `read` makes nothing of are passed over. */
function exchange<T extends { readonly kind: string }>(
  target: ConnectTarget,
  packet: Uint8Array,
  read: (bytes: Uint8Array, took: Duration) => T | undefined,
  done: Done<T | ProbeFailure>,
  overdue: T | ProbeFailure,
): Cancel {
  return attempt<T>(
    target.timeout,
    done,
    ({ finish, fail, took, over }) => {
      const socket = datagramSocket(target);
      socket.on('error', fail);
      socket.on('message', (bytes) => {
        const result = read(bytes, took());
        if (result) finish(result);
      });
      // The types do not know that a connection that fails tells its listener.
      socket.connect(target.port, target.address, (error?: Error) => {
        if (error) fail(error);
        else if (!over()) socket.send(packet, (error) => error && fail(error));
      });
      return () => closeSocket(socket);
    },
    overdue,
  );
}

const ICMP = { 4: { protocol: 1, request: 8, reply: 0 }, 6: { protocol: 58, request: 128, reply: 129 } } as const;
const ICMP_HEADER = 8;
const PAYLOAD = 128;

/** An ICMP socket of the kernel's own: it sees to identifier and checksum, and gives us our replies alone. */
export const probePing = (target: ConnectTarget, done: Done<PingProbeResult>): Cancel =>
  attempt<PingProbeResult>(target.timeout, done, ({ finish, fail, took }) => {
    const { protocol, request, reply } = ICMP[familyOf(target.address)];
    const sequence = randomInt(0x10000);
    const packet = Buffer.alloc(ICMP_HEADER + PAYLOAD, 0x5a);
    packet.writeUInt32BE(request * 0x1000000, 0);
    packet.writeUInt16BE(sequence, 6);
    const socket = allowPing(() => datagramSocket({ ...target, bindPort: undefined }, protocol));
    socket.on('error', fail);
    socket.on('message', (bytes) => {
      if (bytes.length < ICMP_HEADER || bytes[0] !== reply || bytes.readUInt16BE(6) !== sequence) return;
      finish({ kind: 'echoed', took: took() });
    });
    // ICMP has no ports, but node wants one.
    socket.send(packet, 1, target.address, (error) => error && fail(error));
    return () => closeSocket(socket);
  });

function closeSocket(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It had not been bound yet, or an error closed it.
  }
}
