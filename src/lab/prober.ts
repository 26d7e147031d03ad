/**
 * What a client of the VIP notices, told by datagrams that know nothing of VRRP: the longest time without an answer,
 * how many probes were lost, who answered. The prober's own pauses are told apart, so that a busy machine is no outage.
 */
import { startActor } from './actors.ts';
import type { LabProcess } from './process.ts';
import type { Topology } from './topology.ts';

/** Wall-clock ms with a fraction. */
export interface ProbeRecord {
  readonly sent: number;
  readonly received: number | null;
  readonly by: string | null;
}

export interface Gap {
  /** The longest time between two answers, ms. */
  readonly holeMs: number;
  /** When that hole began: the last answer before it. */
  readonly holeAt: number;
  readonly sent: number;
  readonly lost: number;
  /** From the first to the last of the most probes lost in a row, ms: an outage without late answers and own pauses. */
  readonly outageMs: number;
  /** The longest pause between two of the prober's own sends: what it cannot blame on anybody. */
  readonly ownPauseMs: number;
  /** Who answered, in order, without repetitions. */
  readonly answeredBy: string[];
}

/** What happened to the probes sent between two instants; a late answer is an answer. */
export function gapBetween(records: readonly ProbeRecord[], from: number, to: number): Gap {
  const window = records.filter((record) => record.sent >= from && record.sent <= to);
  const answers = window
    .filter((record) => record.received !== null)
    .map((record) => ({ at: record.received as number, by: record.by ?? '?' }))
    .sort((left, right) => left.at - right.at);
  // The window's edges count as answers: a hole that never ends is as long as the window.
  const hole = longest([from, ...answers.map((answer) => answer.at).filter((at) => at < to), to]);
  return {
    holeMs: hole.length,
    holeAt: hole.start,
    sent: window.length,
    lost: window.filter((record) => record.received === null).length,
    outageMs: longestLoss(window),
    ownPauseMs: longest([from, ...window.map((record) => record.sent), to]).length,
    answeredBy: answers.map((answer) => answer.by).filter((by, index, all) => by !== all[index - 1]),
  };
}

function longest(instants: readonly number[]): { start: number; length: number } {
  let best = { start: instants[0] ?? 0, length: 0 };
  for (const [index, at] of instants.entries()) {
    const length = at - (instants[index - 1] ?? at);
    if (length > best.length) best = { start: at - length, length };
  }
  return best;
}

function longestLoss(records: readonly ProbeRecord[]): number {
  let best = 0;
  let first: number | undefined;
  for (const { sent, received } of records) {
    first = received === null ? (first ?? sent) : undefined;
    if (first !== undefined) best = Math.max(best, sent - first);
  }
  return best;
}

const PORT = 9007;

export interface Prober {
  /** Ends the probing and gives all records. */
  finish(): Promise<ProbeRecord[]>;
}

/** Responders in both directors, one prober at the client. Resolves when all of them run. */
export async function startProber(lab: Topology, intervalMs = 1): Promise<Prober> {
  const responders = (['a', 'b'] as const).map((name) =>
    startActor('udp-echo', [name, PORT], lab.nodes[name].namespace),
  );
  await Promise.all(responders.map((responder) => responder.waitFor(/listening/)));
  const prober = startActor('prober', [lab.vip, PORT, intervalMs], lab.nodes.client.namespace);
  await prober.waitFor(/probing/);
  return {
    async finish() {
      const records = await collect(prober);
      await Promise.all(responders.map((responder) => responder.stop()));
      return records;
    },
  };
}

async function collect(prober: LabProcess): Promise<ProbeRecord[]> {
  prober.endInput();
  const { text } = await prober.waitFor(/^\[/, 10_000);
  const rows = JSON.parse(text) as [number, number | null, string | null][];
  return rows.map(([sent, received, by]) => ({ sent, received, by }));
}
