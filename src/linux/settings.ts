/** Kernel settings by their path below /proc/sys, as an interface's name may hold a dot. Those of this thread's namespace. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';

const ROOT = '/proc/sys';

/** Undefined where there is no such setting, or it may not be read. */
export function readSetting(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The name of errno where the kernel refuses: EROFS in many containers, EACCES and EPERM without the right. */
export function writeSetting(path: string, value: string): Result<void, string> {
  try {
    writeFileSync(join(ROOT, path), value, { flag: 'r+' });
    return ok(undefined);
  } catch (error) {
    return err((error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** `settings` of every interface and of `all`, and those at `paths`. */
export function readSettings(settings: readonly string[], paths: readonly string[] = []): Map<string, string> {
  const wanted = [
    ...interfaceNames().flatMap((name) => settings.map((setting) => `net/ipv4/conf/${name}/${setting}`)),
    ...paths,
  ];
  return new Map(
    wanted.flatMap((path) => {
      const value = readSetting(path);
      return value === undefined ? [] : [[path, value] as const];
    }),
  );
}

function interfaceNames(): string[] {
  try {
    return readdirSync(join(ROOT, 'net/ipv4/conf')).filter((name) => name !== 'default');
  } catch {
    return [];
  }
}
