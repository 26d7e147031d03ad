/** What happened, numbered, in memory for the console and on disk for tomorrow. */
import type { JournalEvent } from '../control/link.ts';
import { describeOsError } from '../ports/os-error.ts';
import type { StateFiles } from '../ports/state-files.ts';
import type { JournalEntry } from './router/messages.ts';

const FILE = 'journal.jsonl';
/** In memory; the file keeps all. */
const KEEP = 2000;

export interface Journal {
  write(entry: JournalEntry): void;
  recent(limit: number): JournalEvent[];
  watch(listener: (event: JournalEvent) => void): () => void;
}

/** `complain` is told once when the disk refuses; the engine goes on, the journal lives in memory then. */
export function createJournal(files: StateFiles, complain: (text: string) => void): Journal {
  const events: JournalEvent[] = [];
  const listeners = new Set<(event: JournalEvent) => void>();
  let seq = lastNumber(files);
  let complained = false;

  return {
    write(entry) {
      seq += 1;
      const event: JournalEvent = { ...entry, seq };
      events.push(event);
      if (events.length > KEEP) events.shift();
      const written = files.append(FILE, JSON.stringify(event));
      if (!written.ok && !complained) {
        complained = true;
        complain(`the journal cannot be written (${describeOsError(written.error)}); it is kept in memory only`);
      }
      for (const listener of listeners) listener(event);
    },
    recent: (limit) => events.slice(-limit),
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Numbers go on where the last run stopped; a torn last line (power loss) is passed over. */
function lastNumber(files: StateFiles): number {
  const text = files.read(FILE);
  if (!text.ok || text.value === undefined) return 0;
  for (const line of text.value.trimEnd().split('\n').slice(-2).reverse()) {
    const seq = /"seq":(\d+)/.exec(line)?.[1];
    if (seq !== undefined) return Number(seq);
  }
  return 0;
}
