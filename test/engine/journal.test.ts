import { describe, expect, test } from 'vitest';
import { createJournal, type Journal } from '../../src/engine/journal.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';

const entry = { at: '', severity: 'info' as const, kind: 'engine' as const, subject: '', text: 'x' };
const silent = (): void => {};
const numbers = (journal: Journal): number[] => journal.recent(5000).map(({ seq }) => seq);

describe('the journal', () => {
  test('goes on after a restart and a torn last line, and shows what was before', () => {
    const disk = createSimStateFiles();
    createJournal(disk, silent).write(entry);
    createJournal(disk, silent).write({ ...entry, text: 'before' });
    disk.append('journal.jsonl', '{"at":"20');
    const journal = createJournal(disk, silent);
    journal.write(entry);
    expect(numbers(journal)).toEqual([1, 2, 3]);
    expect(journal.recent(2)[0]?.text).toBe('before');
  });

  test('says once that the disk is full, goes on in memory, and writes again when there is room', () => {
    const disk = createSimStateFiles();
    const said: string[] = [];
    const journal = createJournal(disk, (text) => said.push(text));
    disk.breakWith('ENOSPC');
    journal.write(entry);
    journal.write(entry);
    expect(said).toEqual([expect.stringContaining('ENOSPC')]);
    expect(numbers(journal)).toEqual([1, 2]);
    disk.breakWith(undefined);
    journal.write(entry);
    expect(numbers(createJournal(disk, silent))).toEqual([3]);
  });

  test('a file that is full becomes the previous one: two of them at most, and no number is lost between', () => {
    const disk = createSimStateFiles();
    const journal = createJournal(disk, silent, 1000);
    const size = (name: string): number => {
      const read = disk.read(name);
      return read.ok ? (read.value?.length ?? 0) : -1;
    };
    for (let i = 0; i < 100; i++) {
      journal.write(entry);
      expect(size('journal.jsonl')).toBeLessThanOrEqual(1000);
      expect(size('journal.1.jsonl')).toBeLessThanOrEqual(1000);
    }
    const again = createJournal(disk, silent, 1000);
    again.write(entry);
    const seen = numbers(again);
    expect(seen.at(-1)).toBe(101);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => 102 - seen.length + i));
    expect(seen.length).toBeGreaterThan(10);
  });

  test('in memory it keeps the youngest 2000', () => {
    const journal = createJournal(createSimStateFiles(), silent);
    for (let i = 0; i < 2010; i++) journal.write(entry);
    expect([numbers(journal).length, numbers(journal)[0]]).toEqual([2000, 11]);
  });
});
