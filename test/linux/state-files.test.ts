import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStateFiles } from '../../src/linux/state-files.ts';
import type { StateFiles } from '../../src/ports/state-files.ts';
import { stateFilesContract } from '../contract/state-files.ts';

let scratch: string;
let dir: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'hatop-state-'));
  dir = join(scratch, 'lib', 'hatop');
});
afterEach(() => rmSync(scratch, { recursive: true }));

function open(): StateFiles {
  const opened = openStateFiles(dir);
  if (!opened.ok) throw new Error(opened.error.what);
  return opened.value;
}

describe('contract', () => {
  stateFilesContract(open, (name, text) => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, name), text);
  });
});

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('nobody else can look in', () => {
  open().replace('intents.json', 'secret');
  open().append('journal.jsonl', 'secret');
  expect(mode(dir)).toBe('700');
  expect(mode(join(dir, 'intents.json'))).toBe('600');
  expect(mode(join(dir, 'journal.jsonl'))).toBe('600');
});

test('replacing leaves no temporary file, neither when it works nor when it fails', () => {
  open().replace('a', 'text');
  expect(readdirSync(dir)).toEqual(['a']);
  mkdirSync(join(dir, 'b'));
  expect(open().replace('b', 'text')).toMatchObject({ ok: false, error: { code: 'EISDIR', what: `replace ${dir}/b` } });
  expect(readdirSync(dir)).toEqual(['a', 'b']);
});

test('a reader that has the old file open goes on seeing the old text: the new one is another file', () => {
  open().replace('a', 'old');
  const before = statSync(join(dir, 'a')).ino;
  open().replace('a', 'new');
  expect(statSync(join(dir, 'a')).ino).not.toBe(before);
});

test('what the system refuses comes with its errno and what was tried', () => {
  mkdirSync(join(scratch, 'lib'));
  writeFileSync(dir, 'a file in the way');
  expect(openStateFiles(dir)).toEqual({ ok: false, error: { code: 'EEXIST', what: `make ${dir}` } });
  rmSync(dir);
  const files = open();
  mkdirSync(join(dir, 'a'));
  expect(files.read('a')).toEqual({ ok: false, error: { code: 'EISDIR', what: `read ${dir}/a` } });
  symlinkSync('loop', join(dir, 'loop'));
  expect(files.append('loop', 'x')).toMatchObject({ ok: false, error: { code: 'ELOOP' } });
});
