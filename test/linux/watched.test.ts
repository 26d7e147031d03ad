import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createProcesses } from '../../src/linux/processes.ts';
import { createWatchedFiles } from '../../src/linux/watched-files.ts';

const SOON = { timeout: 15_000 };

test('a file is told at once, and when it is written, replaced, removed, and its directory comes back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hatop-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'sub', 'number');
  const told: (string | undefined)[] = [];
  onTestFinished(createWatchedFiles().watch(path, (text) => told.push(text)));
  expect(told).toEqual([undefined]);
  const becomes = (text: string | undefined): Promise<void> => expect.poll(() => told.at(-1), SOON).toBe(text);
  mkdirSync(join(folder, 'sub'));
  writeFileSync(path, '1\n');
  await becomes('1\n');
  writeFileSync(`${path}.new`, '2\n');
  renameSync(`${path}.new`, path);
  await becomes('2\n');
  rmSync(path);
  await becomes(undefined);
  rmSync(join(folder, 'sub'), { recursive: true });
  mkdirSync(join(folder, 'sub'));
  writeFileSync(path, '3\n');
  await becomes('3\n');
});

test('a file is made where it is missing, and overwritten only when asked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hatop-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { make, watch } = createWatchedFiles();
  const path = join(folder, 'number');
  const text = (): string | undefined => {
    let seen: string | undefined;
    watch(path, (now) => {
      seen = now;
    })();
    return seen;
  };
  expect(make(path, '1\n', false).ok).toBe(true);
  expect(make(path, '2\n', false).ok).toBe(true);
  expect(text()).toBe('1\n');
  expect(make(path, '3\n', true).ok).toBe(true);
  expect(text()).toBe('3\n');
  expect(make(join(folder, 'none', 'number'), '1', false)).toMatchObject({ ok: false, error: { code: 'ENOENT' } });
});

test('processes are listed with name and command line, until they end', async () => {
  const child = spawn('sleep', ['987654']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const mine = () =>
    createProcesses()
      .list()
      .find(({ pid }) => pid === child.pid);
  await expect.poll(() => mine()?.name, SOON).toBe('sleep');
  expect(mine()?.argv).toEqual(['sleep', '987654']);
  child.kill('SIGKILL');
  await expect.poll(mine, SOON).toBeUndefined();
});
