import { after, type Duration, elapsed, type Instant, milliseconds, seconds } from '../base/time.ts';
import type { Protocol } from './types.ts';

/** What the table says of a draining destination at one moment. */
export interface DrainSample {
  readonly at: Instant;
  /** The kernel's. */
  readonly weight: number;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  /** Counter of all connections so far. */
  readonly connections: bigint;
  /** Of the destination's entries, the longest time to expiry; null where the connection table is not read. */
  readonly longestExpiry: Duration | null;
}

/** Made by `beginDrain`, then handed from step to step. */
export interface DrainState {
  readonly protocol: Protocol;
  readonly persistence: Duration | undefined;
  readonly previous: DrainSample | undefined;
  /** When the last new connection, and the last active one, was seen. */
  readonly lastArrival: Instant | undefined;
  readonly lastActive: Instant | undefined;
}

export interface DrainProgress {
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
  /** New connections a second since the previous sample; null at the first. */
  readonly arrivingCps: number | null;
  readonly done: boolean;
  /** At most this long, if nobody comes; null where it depends on the clients. */
  readonly etaMs: Duration | null;
  /** What is being waited for, one sentence. */
  readonly why: string;
}

/** A TCP entry after the last FIN, a UDP entry after its last packet: the kernel's defaults. */
const LINGER: Record<Protocol, Duration> = { tcp: seconds(120), udp: seconds(300), sctp: seconds(120) };
/** A template whose time is over while its client has entries is given this much more, again and again. */
const TEMPLATE_AGAIN: Duration = seconds(60);

export const beginDrain = (protocol: Protocol, persistence: Duration | undefined): DrainState => ({
  protocol,
  persistence,
  previous: undefined,
  lastArrival: undefined,
  lastActive: undefined,
});

/** One look at the draining destination: how far it is, and for what it waits. Samples are in the order of time. */
export function stepDrain(state: DrainState, sample: DrainSample): readonly [DrainState, DrainProgress] {
  const { previous } = state;
  const arrived = previous === undefined ? 0 : Math.max(0, Number(sample.connections - previous.connections));
  const next: DrainState = {
    ...state,
    previous: sample,
    lastArrival: previous === undefined || arrived > 0 ? sample.at : state.lastArrival,
    lastActive: previous === undefined || sample.activeConnections > 0 ? sample.at : state.lastActive,
  };
  const counts = {
    active: sample.activeConnections,
    inactive: sample.inactiveConnections,
    persistent: sample.persistentConnections,
    arrivingCps: previous === undefined ? null : rate(arrived, elapsed(previous.at, sample.at)),
  };
  const done = sample.weight === 0 && counts.active + counts.inactive + counts.persistent === 0;
  const etaMs = done ? milliseconds(0) : eta(next, sample, arrived);
  return [next, { ...counts, done, etaMs, why: why(next, sample, arrived) }];
}

const rate = (arrived: number, over: Duration): number => (over > 0 ? (arrived * 1000) / over : 0);

function eta(state: DrainState, sample: DrainSample, arrived: number): Duration | null {
  if (sample.weight > 0 || sample.activeConnections > 0 || arrived > 0) return null;
  if (sample.longestExpiry !== null) return sample.longestExpiry;
  // Without the connection table: each kind of entry started its time at the latest when the last of its cause was seen.
  const ends: Instant[] = [];
  const quiet = latest(state.lastActive, state.lastArrival) ?? sample.at;
  const gone = after(quiet, LINGER[state.protocol]);
  if (sample.inactiveConnections > 0) ends.push(gone);
  if (sample.persistentConnections > 0) {
    const template = after(state.lastArrival ?? sample.at, state.persistence ?? TEMPLATE_AGAIN);
    ends.push(sample.inactiveConnections > 0 ? (latest(template, after(gone, TEMPLATE_AGAIN)) ?? gone) : template);
  }
  const end = latest(...ends);
  // Past its bound: a timer of the kernel's was set otherwise, so we do not know.
  return end === undefined || end < sample.at ? null : elapsed(sample.at, end);
}

function why(state: DrainState, sample: DrainSample, arrived: number): string {
  const { activeConnections: active, inactiveConnections: inactive, persistentConnections: persistent } = sample;
  if (sample.weight > 0)
    return `the kernel's weight is ${sample.weight}, not 0: somebody has set it, new clients are sent here`;
  if (arrived > 0) return `${count(arrived, 'new connection')} since the last look: ${whyArriving(state, persistent)}`;
  if (active > 0)
    return `${count(active, 'open connection')}: ${active === 1 ? 'its client ends it' : 'their clients end them'}`;
  if (inactive > 0 && state.protocol === 'udp') {
    return `${count(inactive, 'UDP flow')}: one on fixed ports never leaves while its client sends, else it expires after 300 s`;
  }
  if (inactive > 0) return `${count(inactive, 'closed connection')} whose entries the kernel keeps for up to 120 s`;
  if (persistent > 0)
    return `${count(persistent, 'persistence template')}: such a client may come back here until it expires`;
  return 'nothing is left';
}

function whyArriving(state: DrainState, persistent: number): string {
  if (state.persistence !== undefined && persistent > 0) {
    return `clients with a persistence template come back whatever the weight (${count(persistent, 'template')}); drain-hard moves them`;
  }
  return 'they were scheduled before weight 0 took effect, or another rule sends them';
}

const count = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;

const latest = (...instants: (Instant | undefined)[]): Instant | undefined =>
  instants.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
