/** What is being done and what was: the engine's own list, and before that what the journal has of earlier ones. */
import type { JournalEvent } from '../control/link.ts';
import type { OperationSnapshot, Snapshot } from '../control/snapshot.ts';
import type { Numbered } from './feed.ts';

export interface Operation {
  readonly id: string;
  /** When it began; of one that only the journal knows, when it ended. */
  readonly at: string;
  readonly endedAt: string | null;
  readonly verb: string;
  readonly target: string;
  /** Null: not known. */
  readonly by: string | null;
  /** Null: it is under way. */
  readonly result: string | null;
  /** The step that it is at, or what came of it. */
  readonly text: string;
  readonly predicted: OperationSnapshot['predicted'];
  readonly measured: OperationSnapshot['measured'];
}

/** Youngest last. */
export function operationsOf(snapshot: Snapshot | null, events: readonly Numbered<JournalEvent>[]): Operation[] {
  const listed = (snapshot?.operations ?? []).map(asListed);
  const first = listed[0] ? Date.parse(listed[0].at) : Number.POSITIVE_INFINITY;
  return [...fromJournal(events).filter(({ at }) => Date.parse(at) < first), ...listed];
}

function asListed({ id, startedAt, verb, target, by, result, step, ...figures }: OperationSnapshot): Operation {
  const { endedAt = null, predicted, measured } = figures;
  return { id, at: startedAt, endedAt, verb, target, by, result, text: step, predicted, measured };
}

const RESULT = /^([a-z-]+) (OK|OK_WITH_WARNINGS|ROLLED_BACK|INCOMPLETE|REFUSED): (.*)$/;
const BY = /; by ([^;]+)$/;
const read = new WeakMap<readonly Numbered<JournalEvent>[], readonly Operation[]>();

/** Its lines on how an operation ended. */
function fromJournal(events: readonly Numbered<JournalEvent>[]): readonly Operation[] {
  const known = read.get(events);
  if (known) return known;
  const found = events.flatMap(({ value }) => asRemembered(value) ?? []);
  read.set(events, found);
  return found;
}

function asRemembered({ kind, subject, text, at, seq }: JournalEvent): Operation | undefined {
  const [, verb, result, rest] = (kind === 'operation' && RESULT.exec(text)) || [];
  if (verb === undefined || result === undefined || rest === undefined) return undefined;
  const by = BY.exec(rest)?.[1] ?? null;
  const figures = { predicted: undefined, measured: undefined };
  return {
    id: `journal ${seq} ${at}`,
    at,
    endedAt: at,
    verb,
    target: subject,
    by,
    result,
    text: rest.replace(BY, ''),
    ...figures,
  };
}
