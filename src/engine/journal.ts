/** What happened, numbered, in memory for the console and on disk for tomorrow. */
import type { Result } from '../base/result.ts';
import type { JournalEvent } from '../control/link.ts';
import { describeOsError, type OsError } from '../ports/os-error.ts';
import type { StateFiles } from '../ports/state-files.ts';
import type { JournalEntry } from './router/messages.ts';

const FILE = 'journal.jsonl';
/** In memory. */
const KEEP = 2000;
/** On disk: so much in the file, and once more as much in the one before it. */
const PREVIOUS_FILE = 'journal.1.jsonl';
const FILE_MAX = 10 * 1024 * 1024;
/** Enough for the events in memory. */
const READ_BACK = 1024 * 1024;

export interface Journal {
  write(entry: JournalEntry): void;
  recent(limit: number): JournalEvent[];
  watch(listener: (event: JournalEvent) => void): () => void;
}

/**
 * `complain` is told once when the disk refuses; the engine goes on, the journal lives in memory then. A file that would
 * grow beyond `fileMax` characters becomes the previous one.
 */
export function createJournal(
  files: StateFiles,
  complain: (text: string) => void,
  fileMax: number = FILE_MAX,
): Journal {
  const events = earlier(files);
  const listeners = new Set<(event: JournalEvent) => void>();
  let seq = events.at(-1)?.seq ?? 0;
  let size = sizeOf(files);
  let complained = false;

  function append(line: string): Result<void, OsError> {
    if (size + line.length + 1 > fileMax) {
      const full = files.read(FILE);
      if (!full.ok) return full;
      const kept = files.replace(PREVIOUS_FILE, full.value ?? '');
      const emptied = kept.ok ? files.replace(FILE, '') : kept;
      if (!emptied.ok) return emptied;
      size = 0;
    }
    size += line.length + 1;
    return files.append(FILE, line);
  }

  return {
    write(entry) {
      seq += 1;
      const event: JournalEvent = { ...entry, seq };
      events.push(event);
      if (events.length > KEEP) events.shift();
      const written = append(JSON.stringify(event));
      if (written.ok) complained = false;
      else if (!complained) {
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

/** What the last runs wrote, so that numbers go on and `events` shows the hour before a restart. */
function earlier(files: StateFiles): JournalEvent[] {
  const text = [PREVIOUS_FILE, FILE].map((name) => textOf(files, name).slice(-READ_BACK)).join('\n');
  return text.split('\n').flatMap(parseLine).slice(-KEEP);
}

/** Nothing for a line that a power loss tore. */
function parseLine(line: string): JournalEvent[] {
  try {
    const event: Partial<JournalEvent> | null = JSON.parse(line);
    return typeof event?.seq === 'number' && typeof event.text === 'string' ? [event as JournalEvent] : [];
  } catch {
    return [];
  }
}

const sizeOf = (files: StateFiles): number => textOf(files, FILE).length;

function textOf(files: StateFiles, name: string): string {
  const read = files.read(name);
  return read.ok ? (read.value ?? '') : '';
}
