import { assert } from '../base/assert.ts';
import { familyOf, type IpAddress } from '../base/ip.ts';
import { BROADCAST, type MacAddress } from '../base/mac.ts';
import { after, type Duration, elapsed, type Instant, milliseconds, seconds } from '../base/time.ts';
import type { Cancel } from '../ports/clock.ts';
import { whoHas } from '../wire/arp.ts';
import { answerTo, arpOf } from './arp.ts';
import type { Timeline } from './clock.ts';
import type { Lan, Station } from './lan.ts';
import type { Packet, Transmission } from './packet.ts';

export interface ClientSpec {
  readonly name: string;
  readonly address: IpAddress;
  /** The name of its segment. */
  readonly lan: string;
  /** The IPv4 address that it asks. */
  readonly vip: IpAddress;
  /** Between two probes; no hole shorter than this can be seen. */
  readonly every: Duration;
}

/** A time without an answer. */
export interface Hole {
  readonly from: Instant;
  readonly length: Duration;
}

/** Asks a virtual address at a steady pace and knows nothing of VRRP: what it measures is what a user would feel. */
export interface SimClient {
  readonly name: string;
  /** The longest time between two answers, or since the last one; at rest it is about one `every`. */
  longestHole(): Hole;
  /** Begins a new measurement now. */
  forget(): void;
  sent(): number;
  answered(): number;
  /** Who gave the last answer. */
  servedBy(): MacAddress | undefined;
  /** Where its ARP cache would send the next probe. */
  believes(): MacAddress | undefined;
  stop(): void;
}

/** Linux asks the neighbour it believes in for 5 s + 3 × 1 s before it gives the entry up (delay_first_probe_time, ucast_solicit). */
const NEIGHBOUR_GIVEN_UP = seconds(8);
/** Between two broadcast requests (retrans_time). */
const ASK_AGAIN = seconds(1);

export function createClient(spec: ClientSpec, timeline: Timeline, lan: Lan, mac: MacAddress): SimClient {
  const { name, address, vip, every } = spec;
  assert(familyOf(vip) === 4, `client ${name}: ${vip} is not an IPv4 address`);
  assert(every > 0, `client ${name} needs a time between two probes`);
  const now = () => timeline.clock.now();
  const neighbour = createNeighbour(now);
  const meter = createMeter(now);

  const station: Station = { owner: name, interface: 'client', mac, up: () => true, receive };
  const unplug = lan.attach(station);
  let cancel: Cancel = timeline.schedule(now(), 'alarm', probe);

  function send(to: MacAddress, packet: Packet): void {
    lan.send(station, { from: mac, to, packet });
  }

  function probe(): void {
    cancel = timeline.schedule(after(now(), every), 'alarm', probe);
    const sequence = meter.count();
    const to = neighbour.resolve();
    if (to) send(to, { kind: 'echo', operation: 'request', source: address, destination: vip, sequence });
    else if (neighbour.mayAsk()) send(BROADCAST, { kind: 'frame', bytes: whoHas(mac, vip, address) });
  }

  function receive({ from, packet }: Transmission): void {
    if (packet.kind === 'echo' && packet.operation === 'reply') {
      neighbour.confirm();
      meter.answered(from);
    }
    const arp = packet.kind === 'frame' ? arpOf(packet.bytes) : undefined;
    if (!arp) return;
    if (arp.senderIp === vip) neighbour.hear(arp.senderMac, arp.operation === 'reply' && arp.targetIp === address);
    if (arp.operation === 'request' && arp.targetIp === address) {
      send(from, { kind: 'frame', bytes: answerTo(arp, mac) });
    }
  }

  return {
    name,
    longestHole: meter.longestHole,
    forget: meter.forget,
    sent: () => meter.counts().sent,
    answered: () => meter.counts().answered,
    servedBy: () => meter.counts().by,
    believes: neighbour.entry,
    stop() {
      cancel();
      unplug();
    },
  };
}

/** One entry of a Linux neighbour cache. */
function createNeighbour(now: () => Instant) {
  let entry: MacAddress | undefined;
  let confirmed = now();
  let asked: Instant | undefined;
  return {
    entry: () => entry,
    confirm() {
      confirmed = now();
    },
    /** A gratuitous ARP changes an entry but makes none (sysctl arp_accept = 0); an answer to us does both. */
    hear(mac: MacAddress, answersUs: boolean) {
      if (!answersUs && !entry) return;
      entry = mac;
      confirmed = now();
    },
    resolve(): MacAddress | undefined {
      if (elapsed(confirmed, now()) > NEIGHBOUR_GIVEN_UP) entry = undefined;
      return entry;
    },
    mayAsk(): boolean {
      if (asked !== undefined && elapsed(asked, now()) < ASK_AGAIN) return false;
      asked = now();
      return true;
    },
  };
}

function createMeter(now: () => Instant) {
  let last = now();
  let longest: Hole = { from: now(), length: milliseconds(0) };
  let sent = 0;
  let answered = 0;
  let by: MacAddress | undefined;
  const open = (): Hole => ({ from: last, length: elapsed(last, now()) });
  const longestHole = (): Hole => (open().length > longest.length ? open() : longest);
  return {
    longestHole,
    forget() {
      last = now();
      longest = { from: last, length: milliseconds(0) };
    },
    counts: () => ({ sent, answered, by }),
    /** Counts one more probe; returns its number, from 0. */
    count: () => sent++,
    answered(from: MacAddress) {
      longest = longestHole();
      last = now();
      answered++;
      by = from;
    },
  };
}
