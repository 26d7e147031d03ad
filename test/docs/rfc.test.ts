/** docs/rfc.md: each clause has a test of its name where the table says so, or a reason; and each such test is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const NAMED = /^(?:departs|kernel|not ours): (.+)$/;
const REASON_MIN = 10;

interface Clause {
  /** `RFC 9568 6.4.2 (13)`. */
  readonly id: string;
  /** From the root of the repository. */
  readonly file: string | undefined;
  /** What stands in the last column beside the link. */
  readonly words: string;
}

function clausesOf(text: string): Clause[] {
  let rfc = '';
  return text.split('\n').flatMap((line) => {
    rfc = /^## (RFC \d+)/.exec(line)?.[1] ?? rfc;
    const [, number, , last = ''] = line.split('|').map((cell) => cell.trim());
    if (!number || !/^[\d.]+ \(\d+\)$/.test(number)) return [];
    const link = /^\[[\w-]+\]\(\.\.\/(test\/[\w/.-]+)\)/.exec(last);
    return [{ id: `${rfc} ${number}`, file: link?.[1], words: last.slice(link?.[0].length ?? 0) }];
  });
}

const clauses = clausesOf(readFileSync(join(ROOT, 'docs/rfc.md'), 'utf8'));

const files = ['rfc3768', 'rfc9568'].flatMap((folder) => {
  const path = join(ROOT, 'test/vrrp', folder);
  return readdirSync(path).map((name) => relative(ROOT, join(path, name)));
});
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
/** The first argument of each test, as far as its clause. */
const titlesOf = (file: string): string[] =>
  [...textOf(file).matchAll(/\btest(?:\.each\([\s\S]*?\))?\(\s*(['"`])(.*?)\1/g)].map((match) => match[2] ?? '');

test('every clause stands in the table once', () => {
  const ids = clauses.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(100);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test('the obligations of a section are counted without a gap', () => {
  const bySection = new Map<string, number>();
  for (const { id } of clauses) {
    const [section = '', number = ''] = id.split(' (');
    const expected = (bySection.get(section) ?? 0) + 1;
    expect(`${section} (${number}`).toBe(`${section} (${expected})`);
    bySection.set(section, expected);
  }
});

test('a clause has a test of its name in the file that the table links, or a reason why not', () => {
  const wrong = clauses.flatMap(({ id, file, words }) => {
    if (!file) return (NAMED.exec(words)?.[1] ?? '').length >= REASON_MIN ? [] : [`${id}: neither test nor reason`];
    if (!existsSync(join(ROOT, file))) return [`${id}: there is no ${file}`];
    return titlesOf(file).some((title) => title.startsWith(`${id}: `))
      ? []
      : [`${id}: no test of this name in ${file}`];
  });
  expect(wrong).toEqual([]);
});

test('a reason that refers to another clause refers to one that is there', () => {
  const numbers = (id: string): string => id.replace(/^RFC \d+ /, '');
  const wrong = clauses.flatMap(({ id, words }) =>
    [...words.matchAll(/\bsee ([\d.]+ \(\d+\))/g)]
      .map((match) => match[1] ?? '')
      .filter((other) => !clauses.some((one) => numbers(one.id) === other && one.id.slice(0, 8) === id.slice(0, 8)))
      .map((other) => `${id} refers to ${other}`),
  );
  expect(wrong).toEqual([]);
});

test('every test of the clauses bears the name of one in the table, and is not skipped', () => {
  const wrong = files.flatMap((file) => [
    ...titlesOf(file)
      .filter((title) => !clauses.some(({ id, file: linked }) => linked === file && title.startsWith(`${id}: `)))
      .map((title) => `${file}: ${title}`),
    ...(/\b(?:skip|todo|skipIf|runIf|fails)\b\(/.test(textOf(file)) ? [`${file} skips`] : []),
  ]);
  expect(wrong).toEqual([]);
});
