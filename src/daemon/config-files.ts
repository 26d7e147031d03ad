/** The configuration loader's doors to this machine: files, patterns, and who may change a script. */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import type { ScriptFacts } from '../conf/inspect-script.ts';
import { type Loaded, loadConfiguration } from '../conf/load.ts';

const LARGEST = 64 * 1024 * 1024;

/** Loads `file` and all it names from the disk. `configId` is keepalived's `-i`. */
export function loadFromDisk(file: string, configId: string = hostname().split('.', 1)[0] ?? ''): Loaded {
  const readFile = (path: string): Result<string, string> => readText(path, path === file);
  return loadConfiguration(file, readFile, { configId, listFiles, statScript });
}

/** The text of a file, or why there is none. A pipe is only read where `pipes` says so: it might never end. */
export function readText(path: string, pipes = false): Result<string, string> {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return err(`\`${path}\` is a directory`);
    if (!stats.isFile() && !(pipes && stats.isFIFO())) return err(`\`${path}\` is not a regular file`);
    if (stats.size > LARGEST) return err(`\`${path}\` is larger than ${LARGEST / 1024 / 1024} MiB`);
    const bytes = readFileSync(path);
    if (bytes.subarray(0, 65_536).includes(0)) return err(`\`${path}\` is not a text file`);
    return ok(bytes.toString('utf8'));
  } catch (error) {
    return err(reason(path, error));
  }
}

function reason(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return `\`${path}\` does not exist`;
  if (code === 'EACCES' || code === 'EPERM') return `\`${path}\` may not be read by this user`;
  return `\`${path}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** glob(3) as far as configurations use it: `*`, `?` and `[…]` in any part of the path; names with a leading dot are skipped. */
export function listFiles(pattern: string): string[] {
  let found = [pattern.startsWith('/') ? '/' : '.'];
  for (const part of pattern.split('/').filter((piece) => piece !== '' && piece !== '.')) {
    const matches = /[*?[]/.test(part) ? matcher(part) : undefined;
    found = found.flatMap((directory) =>
      matches
        ? entries(directory)
            .filter(matches)
            .map((name) => join(directory, name))
        : [join(directory, part)],
    );
  }
  return found.filter((path) => stat(path)?.isFile()).sort();
}

function matcher(part: string): (name: string) => boolean {
  const source = part.replace(/\[!?[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    if (piece.length > 1)
      return `[${piece[1] === '!' ? '^' : ''}${piece.slice(piece[1] === '!' ? 2 : 1, -1).replace(/[\\\]^]/g, '\\$&')}]`;
    return piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  const regex = new RegExp(`^${source}$`, 's');
  return (name) => regex.test(name) && (!name.startsWith('.') || part.startsWith('.'));
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function stat(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** Who besides root can change the script, or swap it by way of a directory above it. */
export function statScript(path: string): ScriptFacts | undefined {
  try {
    const stats = statSync(path);
    const who = new Set<string>();
    for (let at = path; ; at = dirname(at)) {
      for (const one of writers(statSync(at))) who.add(at === path ? one : `${one} (by the directory ${at})`);
      if (at === sep || at === '.') break;
    }
    return { executable: stats.isFile() && (stats.mode & 0o111) !== 0, writableBy: [...who].join(', ') };
  } catch {
    return undefined;
  }
}

function writers(stats: Stats): string[] {
  // In a directory with the sticky bit others cannot replace what is not theirs.
  if (stats.isDirectory() && (stats.mode & 0o1000) !== 0) return [];
  const who: string[] = [];
  if (stats.uid !== 0) who.push(`its owner, uid ${stats.uid}`);
  if ((stats.mode & 0o020) !== 0 && stats.gid !== 0) who.push(`group ${stats.gid}`);
  if ((stats.mode & 0o002) !== 0) who.push('others');
  return who;
}
