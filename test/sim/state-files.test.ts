import { beforeEach, describe, expect, test } from 'vitest';
import { createSimStateFiles, type SimStateFiles } from '../../src/sim/state-files.ts';
import { stateFilesContract } from '../contract/state-files.ts';

let disk: SimStateFiles;
beforeEach(() => {
  disk = createSimStateFiles();
});

describe('contract', () => {
  stateFilesContract(
    () => disk,
    (name, text) => disk.replace(name, text),
  );
});

test('a broken disk refuses everything until it is repaired, and has lost nothing', () => {
  disk.replace('a', 'kept');
  disk.breakWith('ENOSPC');
  const refused = { ok: false, error: { code: 'ENOSPC' } };
  expect(disk.read('a')).toMatchObject(refused);
  expect(disk.replace('a', 'lost')).toMatchObject(refused);
  expect(disk.append('a', 'lost')).toMatchObject(refused);
  disk.breakWith(undefined);
  expect(disk.read('a')).toEqual({ ok: true, value: 'kept' });
});
