import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import { type StateFiles, wrongFileName, wrongLine } from '../ports/state-files.ts';

/**
 * State files below `dir`, which is made with mode 0700 where it is missing; files get 0600. One process at a time.
 * Calls block until the disk has it: they are few and small.
 */
export function openStateFiles(dir: string): Result<StateFiles, OsError> {
  const opened = attempt(`make ${dir}`, undefined, () => {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  });
  if (!opened.ok) return opened;
  const path = (name: string): string => join(dir, name);
  return ok({
    read: (name) => attempt(`read ${path(name)}`, wrongFileName(name), () => readIfThere(path(name))),
    replace: (name, text) => attempt(`replace ${path(name)}`, wrongFileName(name), () => replace(dir, name, text)),
    append: (name, line) =>
      attempt(`append to ${path(name)}`, wrongFileName(name) ?? wrongLine(line), () => append(dir, name, line)),
  });
}

function attempt<T>(what: string, wrong: string | undefined, action: () => T): Result<T, OsError> {
  if (wrong !== undefined) return err(osError('EINVAL', `${what}: ${wrong}`));
  try {
    return ok(action());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Without an errno it is no refusal of the system but a bug of ours.
    if (code === undefined) throw error;
    return err(osError(code, what));
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function replace(dir: string, name: string, text: string): void {
  // No valid name begins with a dot, so this collides with none.
  const temporary = join(dir, `.${name}.new`);
  try {
    withFile(temporary, 'w', (file) => {
      writeFileSync(file, text);
      fsyncSync(file);
    });
    renameSync(temporary, join(dir, name));
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  syncDirectory(dir);
}

function append(dir: string, name: string, line: string): void {
  const isNew = withFile(join(dir, name), 'a+', (file) => {
    const { size } = fstatSync(file);
    writeFileSync(file, `${size > 0 && !endsLine(file, size) ? '\n' : ''}${line}\n`);
    fsyncSync(file);
    return size === 0;
  });
  if (isNew) syncDirectory(dir);
}

/** False where a crash tore off the last line in the middle. */
function endsLine(file: number, size: number): boolean {
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] === 0x0a;
}

/** A new name is durable only when its directory is. */
const syncDirectory = (dir: string): void => withFile(dir, 'r', fsyncSync);

function withFile<T>(path: string, flags: string, use: (file: number) => T): T {
  const file = openSync(path, flags, 0o600);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // What could not be written may not be there either.
  }
}
