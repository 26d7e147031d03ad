/** `hatop adverts`: what passes on the wire, decoded. It joins the group and listens; nothing is sent but IGMP. */
import { writeSync } from 'node:fs';
import { familyOf, ip } from '../base/ip.ts';
import { isoTime, wallTime } from '../base/time.ts';
import { EngineError } from '../control/link.ts';
import { LISTENER } from '../linux/conflicts.ts';
import { createReactor } from '../linux/reactor.ts';
import { createVrrpHost } from '../linux/vrrp-host.ts';
import { describeOsError, type OsError } from '../ports/os-error.ts';
import type { ReceivedDatagram, VrrpSocketOptions } from '../ports/vrrp-sockets.ts';
import { decodeAh } from '../wire/ah.ts';
import { decodeVrrp, describeVrrp } from '../wire/vrrp.ts';

interface AdvertsOptions {
  readonly interface?: string;
  readonly count?: number;
  readonly json?: boolean;
}

const SOCKETS: readonly Omit<VrrpSocketOptions, 'interface'>[] = [
  { family: 4, group: ip('224.0.0.18') },
  { family: 4, group: ip('224.0.0.18'), protocol: 'ah' },
  { family: 6, group: ip('ff02::12') },
];
const TTL = 255;

export async function adverts(options: AdvertsOptions): Promise<number> {
  // By this name the engine knows that this socket is in nobody's way.
  process.title = LISTENER;
  const reactor = createReactor();
  const opened = createVrrpHost(reactor);
  if (!opened.ok) throw refusal(opened.error);
  const host = opened.value;
  const names = options.interface
    ? [options.interface]
    : host.links.list().flatMap(({ name, up }) => (up && name !== 'lo' ? [name] : []));
  if (names.length === 0) throw new EngineError('no interface is up', 1);
  let left = options.count ?? Number.POSITIVE_INFINITY;
  const wanted = names.flatMap((name) => SOCKETS.map((one) => ({ ...one, interface: name })));
  for (const place of wanted) {
    const socket = host.sockets.open(place, (datagram) => {
      if (left <= 0) return;
      const at = isoTime(wallTime(host.clock.wall() - (host.clock.now() - datagram.at)));
      left = say(options.json ? asJson(datagram, at) : asLine(datagram, at)) ? left - 1 : 0;
      if (left <= 0) reactor.stop();
    });
    // A machine without IPv6 has IPv4's to show.
    if (!socket.ok && place.family === 4) throw refusal(socket.error);
  }
  // Blocks this thread; Ctrl-C ends the process by the signal's own default.
  reactor.run();
  return 0;
}

/** False when nobody reads any more (`| head`). A reader that is slow is waited for. */
function say(line: string): boolean {
  let rest = Buffer.from(`${line}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw new EngineError(`cannot write the answer: ${code}`, 1);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
  return true;
}

function asLine(datagram: ReceivedDatagram, at: string): string {
  const decoded = decodeVrrp(datagram.payload, familyOf(datagram.source));
  const what = decoded.ok ? describeVrrp(decoded.value) : `not VRRP: ${decoded.error.detail}`;
  const ttl = datagram.ttl === TTL ? '' : `, ttl ${datagram.ttl} (must be 255)`;
  const header = datagram.whole && decodeAh(datagram.whole);
  const ah = header ? `AH spi ${header.spi} seq ${header.sequence} ` : '';
  return `${at} ${datagram.interface} ${datagram.source} > ${datagram.destination} ${ah}${what}${ttl}`;
}

function asJson({ interface: name, source, destination, ttl, payload, whole }: ReceivedDatagram, at: string): string {
  const decoded = decodeVrrp(payload, familyOf(source));
  const header = whole && decodeAh(whole);
  const ah = header && { spi: header.spi, sequence: header.sequence };
  const origin = { at, interface: name, source, destination, ttl, ah };
  if (!decoded.ok) return JSON.stringify({ ...origin, problems: [decoded.error] });
  // The password travels in clear, which is no reason to print it.
  const { authData: _, adverInterval: adverIntervalMs, ...message } = decoded.value;
  return JSON.stringify({ ...origin, ...message, adverIntervalMs });
}

function refusal(error: OsError): EngineError {
  const denied = error.code === 'EPERM' || error.code === 'EACCES';
  const code = denied ? 4 : error.code === 'ENODEV' ? 2 : 1;
  return new EngineError(`${describeOsError(error)}${denied ? ' (run it as root)' : ''}`, code);
}
