/** What state files promise; run over the simulator's and over the real disk. */
import { expect, test } from 'vitest';
import type { StateFiles } from '../../src/ports/state-files.ts';

/** `open` gives the same files again after a restart; `tear` leaves a file without its last line's end. */
export function stateFilesContract(open: () => StateFiles, tear: (name: string, text: string) => void): void {
  const done = { ok: true, value: undefined };

  test('a file that is not there is undefined, not an error', () => {
    expect(open().read('intents.json')).toEqual(done);
  });

  test('what was replaced is read, also after a restart, and only the newest', () => {
    expect(open().replace('intents.json', 'old')).toEqual(done);
    expect(open().replace('intents.json', 'new: ä\n')).toEqual(done);
    expect(open().read('intents.json')).toEqual({ ok: true, value: 'new: ä\n' });
  });

  test('lines are appended in order, also after a restart', () => {
    expect(open().append('journal.jsonl', 'one')).toEqual(done);
    expect(open().append('journal.jsonl', 'two')).toEqual(done);
    expect(open().read('journal.jsonl')).toEqual({ ok: true, value: 'one\ntwo\n' });
  });

  test('a line that a crash tore off does not swallow the next', () => {
    tear('journal.jsonl', 'one\ntw');
    open().append('journal.jsonl', 'three');
    expect(open().read('journal.jsonl')).toEqual({ ok: true, value: 'one\ntw\nthree\n' });
  });

  test.each(['', '.', '..', '../up', 'a/b', '/etc/passwd', '.hidden', 'a b', 'a\0', 'x'.repeat(129)])(
    'the name %j is refused',
    (name) => {
      const refused = {
        ok: false,
        error: { code: 'EINVAL', what: expect.stringContaining('a file name begins with') },
      };
      expect(open().read(name)).toEqual(refused);
      expect(open().replace(name, '')).toEqual(refused);
      expect(open().append(name, '')).toEqual(refused);
    },
  );

  test('a line with a line break is refused', () => {
    expect(open().append('journal.jsonl', 'one\ntwo')).toMatchObject({ ok: false, error: { code: 'EINVAL' } });
    expect(open().read('journal.jsonl')).toEqual(done);
  });
}
