/** The record of what was changed on this machine, on disk, and the life of the kernel that it holds for. */
import { mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import { type ChangeRecord, decodeRecord, emptyRecord, encodeRecord, inThisLife } from '../realserver/record.ts';
import { lockDirectory } from './directory-lock.ts';
import { openStateFiles } from './state-files.ts';

const NAME = 'record.json';

/** Addresses and settings live as long as boot and network namespace do. */
export function currentLife(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${readlinkSync('/proc/thread-self/ns/net')}`;
}

export interface RecordFailure {
  readonly code: string;
  readonly text: string;
}

/** Reads without making or locking anything. `unknown`: it is there and may not be read. */
export function peekRecord(directory: string): Result<ChangeRecord | 'unknown', RecordFailure> {
  const life = currentLife();
  const path = join(directory, NAME);
  try {
    const decoded = decodeRecord(readFileSync(path, 'utf8'));
    return decoded.ok ? ok(inThisLife(decoded.value, life)) : err(unreadable(path, decoded.error));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return ok(emptyRecord(life));
    if (code === 'EACCES' || code === 'EPERM') return ok('unknown');
    throw error;
  }
}

export interface RecordFile {
  read(): ChangeRecord;
  /** Durable when it returns; the name of errno otherwise. */
  write(record: ChangeRecord): Result<void, string>;
}

/** For one process at a time, which makes the directory where it is missing. EAGAIN: another one is at it. */
export function openRecord(directory: string): Result<RecordFile, RecordFailure> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return err({ code, text: `make ${directory}: ${code}` });
  }
  const locked = lockDirectory(directory);
  if (!locked.ok) return err({ code: locked.error.code, text: `${locked.error.what}: ${locked.error.code}` });
  const files = openStateFiles(directory);
  if (!files.ok) return err({ code: files.error.code, text: `${files.error.what}: ${files.error.code}` });
  const peeked = peekRecord(directory);
  if (!peeked.ok) return peeked;
  if (peeked.value === 'unknown') return err({ code: 'EACCES', text: `${join(directory, NAME)} may not be read` });
  let current = peeked.value;
  return ok({
    read: () => current,
    write(record) {
      const written = files.value.replace(NAME, encodeRecord(record));
      if (!written.ok) return err(written.error.code);
      current = record;
      return ok(undefined);
    },
  });
}

const unreadable = (path: string, why: string): RecordFailure => ({
  code: 'EBADMSG',
  text: `${path} cannot be used: ${why}; move it away, and what was there before is no longer known`,
});
