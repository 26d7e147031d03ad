/** What a run of the pair in the guest brings home, and what it means: failed requests, holes, tables, by step. */
import type { Stack } from '../interop/director.ts';

/** One request of the client on a connection of its own. Wall-clock ms, with a fraction. */
export interface RequestRecord {
  readonly sent: number;
  readonly tookMs: number;
  /** The real server that answered. */
  readonly by: string | null;
  /**
   * `silence`: no answer in time. `refused`: nobody listens there. `cut`: the connection stood and was reset. The table
   * of connections is not shared between the directors, so a request under way at the moment of a hand-over is cut.
   */
  readonly failure: 'silence' | 'refused' | 'cut' | null;
}

/** What happened between two instants of the client's request loop. */
export interface Step {
  readonly title: string;
  readonly at: number;
  readonly until: number;
  readonly holders: readonly string[];
  /** The table of each director as `ipvsadm-save -n` writes it, ten times a second and at the end, without repetitions. */
  readonly tables: { readonly a: readonly string[]; readonly b: readonly string[] };
  /** Words of the operations and lines of both logs. */
  readonly log: readonly string[];
}

export interface PairRecord {
  readonly stacks: { readonly a: Stack; readonly b: Stack };
  /** How many requests each real server answered, before anything happened. */
  readonly shares: Readonly<Record<string, number>>;
  readonly steps: readonly Step[];
  readonly requests: readonly RequestRecord[];
}

/** Between two requests of the loop. */
export const INTERVAL_MS = 50;
/** Below a second, when a lost SYN is sent again: so a request fails if, and only if, nobody took its first packet. */
export const PATIENCE_MS = 900;

export interface Noticed {
  readonly sent: number;
  readonly silence: number;
  readonly refused: number;
  readonly cut: number;
  /** All three. */
  readonly failed: number;
  /** The longest time from the sending of an answered request to that of the next one; without trouble a little over INTERVAL_MS. */
  readonly holeMs: number;
}

/** What the client noticed of a step. */
export function noticed({ requests }: PairRecord, { at, until }: Step): Noticed {
  const seen = requests.filter(({ sent }) => sent >= at && sent <= until);
  const answered = seen.filter(({ by }) => by !== null).map(({ sent }) => sent);
  const count = (kind: RequestRecord['failure']): number => seen.filter(({ failure }) => failure === kind).length;
  const instants = [...answered, Math.max(until, answered.at(-1) ?? until)];
  return {
    sent: seen.length,
    silence: count('silence'),
    refused: count('refused'),
    cut: count('cut'),
    failed: seen.filter(({ failure }) => failure !== null).length,
    holeMs: Math.max(...instants.map((instant, i) => instant - (instants[i - 1] ?? at))),
  };
}

/** The failed requests of a step, one line each. */
export const failures = ({ requests }: PairRecord, { at, until }: Step): string[] =>
  requests
    .filter(({ sent, failure }) => failure !== null && sent >= at && sent <= until)
    .map(
      ({ sent, tookMs, failure }) =>
        `request ${(sent - at).toFixed(0)} ms after the beginning: ${failure}, ${tookMs} ms`,
    );

/** One line for each step: what the client noticed. */
export function summary(record: PairRecord): string {
  const { a, b } = record.stacks;
  const lines = record.steps.map((step) => {
    const { sent, failed, silence, refused, cut, holeMs } = noticed(record, step);
    const cells = [sent, failed, silence, refused, cut, `${holeMs.toFixed(0)} ms`];
    return `${step.title.padEnd(40)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  });
  const head = ['sent', 'failed', 'silence', 'refused', 'cut', 'hole'].map((word) => word.padStart(9)).join('');
  return [`${`A ${a}, B ${b}`.padEnd(40)}${head}`, ...lines].join('\n');
}
