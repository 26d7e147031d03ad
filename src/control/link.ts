import type { OperationRequest, OperationResult, Plan } from './operations.ts';
import type { Snapshot } from './snapshot.ts';

/** One advertisement as it passed, decoded and judged. Sent and received alike. */
export interface AdvertObservation {
  at: string;
  interface: string;
  direction: 'sent' | 'received';
  source: string;
  vrid: number;
  version: number;
  priority: number;
  adverIntervalMs: number;
  ttl: number;
  addresses: string[];
  /** `valid`, or why it was discarded (a key of adverts.discarded). */
  verdict: string;
  /** One sentence on the verdict, where it is not `valid`; else empty. */
  detail: string;
  /** Time since the last advert of this sender for this VRID; null for the first. */
  gapMs: number | null;
}

/** A line of the journal. */
export interface JournalEvent {
  at: string;
  /** Growing by one. */
  seq: number;
  severity: 'info' | 'warning' | 'error';
  kind: 'transition' | 'operation' | 'health' | 'address' | 'table' | 'config' | 'engine' | 'priority';
  /** Instance, service or real server; empty: the engine. */
  subject: string;
  text: string;
}

export type Update =
  | { kind: 'snapshot'; snapshot: Snapshot }
  | { kind: 'advert'; advert: AdvertObservation }
  | { kind: 'event'; event: JournalEvent }
  /** The engine is not there any more (or not yet again); what was shown is unknown from now on. */
  | { kind: 'gone'; reason: string }
  | { kind: 'back' };

/** What console and command line hold: the engine in this process, or over its socket. */
export interface EngineLink {
  /** Where it leads, for the header: `sim`, or the socket's path. */
  readonly name: string;
  snapshot(): Promise<Snapshot>;
  /** A snapshot at once, then what happens; snapshots at least once a second. */
  subscribe(listener: (update: Update) => void): () => void;
  /** Recent journal, oldest first. */
  events(limit: number): Promise<JournalEvent[]>;
  /** Rejects with EngineError on an unknown target. */
  plan(request: OperationRequest): Promise<Plan>;
  /** Resolves when the operation has ended; it goes on in the engine also when the link is lost. */
  operate(request: OperationRequest): Promise<OperationResult>;
  why(target: string): Promise<string>;
  close(): void;
}

/** The engine's refusal, with the exit code that the command line gives it (cli.md). */
export class EngineError extends Error {
  readonly exitCode: 1 | 2 | 3 | 4 | 18 | 22;
  constructor(message: string, exitCode: 1 | 2 | 3 | 4 | 18 | 22) {
    super(message);
    this.name = 'EngineError';
    this.exitCode = exitCode;
  }
}
