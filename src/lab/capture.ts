/** Adverts and ARP as they pass the LAN, by tcpdump at the bridge: the kernel's time stamps, and no knowledge of ours. */
import { type LabProcess, startProcess } from './process.ts';
import type { Topology } from './topology.ts';

export type Sighting = AdvertSighting | ArpSighting;

interface Frame {
  /** Wall-clock ms with a fraction, stamped by the kernel. */
  readonly at: number;
  /** The sender's MAC. */
  readonly from: string;
}

export interface AdvertSighting extends Frame {
  readonly kind: 'advert';
  readonly source: string;
  readonly version: number;
  readonly vrid: number;
  readonly priority: number;
}

export interface ArpSighting extends Frame {
  readonly kind: 'arp';
  readonly operation: 'request' | 'reply';
  /** The address that is asked for, or that the sender claims. */
  readonly address: string;
  /** An announcement of the sender's own address, asked or answered to all. */
  readonly gratuitous: boolean;
}

const HEAD =
  /^(?<seconds>\d+\.\d+) (?<from>[0-9a-f:]{17}) > (?<to>[0-9a-f:]{17}|Broadcast), .*?length \d+: (?<rest>.*)$/;
const ADVERT =
  /^(?<source>\S+) > \S+: (?:AH\([^)]*\): )?VRRPv(?<version>\d), Advertisement.*?vrid (?<vrid>\d+), prio (?<priority>\d+)/;
const REQUEST = /^Request who-has (?<address>[\d.]+)(?: \([^)]*\))? tell (?<teller>[\d.]+)/;
const REPLY = /^Reply (?<address>[\d.]+) is-at/;

/** One line of `tcpdump -tt -e -n`; undefined where it is neither advert nor ARP. */
export function parseSighting(line: string): Sighting | undefined {
  const head = HEAD.exec(line)?.groups;
  if (!head) return undefined;
  const { seconds = '', from = '', to, rest = '' } = head;
  const frame = { at: Number(seconds) * 1000, from };
  const toAll = to === 'Broadcast' || to === 'ff:ff:ff:ff:ff:ff';
  const advert = ADVERT.exec(rest)?.groups;
  if (advert) {
    const { source = '', version, vrid, priority } = advert;
    return {
      ...frame,
      kind: 'advert',
      source,
      version: Number(version),
      vrid: Number(vrid),
      priority: Number(priority),
    };
  }
  const request = REQUEST.exec(rest)?.groups;
  if (request) {
    const { address = '', teller } = request;
    return { ...frame, kind: 'arp', operation: 'request', address, gratuitous: address === teller };
  }
  const reply = REPLY.exec(rest)?.groups;
  if (reply) return { ...frame, kind: 'arp', operation: 'reply', address: reply.address ?? '', gratuitous: toAll };
  return undefined;
}

export interface Capture {
  /** What has been seen so far. */
  sightings(): Sighting[];
  adverts(): AdvertSighting[];
  stop(): Promise<void>;
}

/** Captures on the bridge until stopped; resolves when tcpdump listens. */
export async function startCapture(lab: Topology): Promise<Capture> {
  const tcpdump = startProcess(
    [
      'tcpdump',
      '-i',
      lab.bridge,
      '-n',
      '-e',
      '-tt',
      '-l',
      '--immediate-mode',
      'arp or ip proto 112 or ip proto 51 or ip6 proto 112',
    ],
    { namespace: lab.switchNamespace },
  );
  await tcpdump.waitFor(/listening on/);
  const sightings = (): Sighting[] => seenBy(tcpdump);
  return {
    sightings,
    adverts: () => sightings().filter((sighting) => sighting.kind === 'advert'),
    async stop() {
      await tcpdump.stop({ signal: 'SIGINT' });
    },
  };
}

const seenBy = (tcpdump: LabProcess): Sighting[] =>
  tcpdump.lines.flatMap((line) => (line.from === 'stdout' ? (parseSighting(line.text) ?? []) : []));
