/** Files that are tracked: inotify on their directories, for a file may be replaced, removed and made again. */
import { closeSync, existsSync, type FSWatcher, openSync, readSync, watch, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { err, ok } from '../base/result.ts';
import { osError } from '../ports/os-error.ts';
import type { WatchedFiles } from '../ports/watched.ts';

/** A number and its line end are shorter. */
const READ_MOST = 64;
/** Where the directory cannot be watched, and in case its events were lost. */
const LOOK_EVERY_MS = 1000;

export function createWatchedFiles(): WatchedFiles {
  return {
    watch(path, listener) {
      let watcher: FSWatcher | undefined;
      let last: string | undefined;
      const tell = (first: boolean): void => {
        const text = beginningOf(path);
        if (!first && text === last) return;
        last = text;
        listener(text);
      };
      const follow = (): void => {
        if (watcher || !existsSync(dirname(path))) return;
        try {
          watcher = watch(dirname(path), { persistent: false }, (_, name) => {
            if (name === null || name === basename(path)) tell(false);
          });
          watcher.on('error', unfollow);
        } catch {
          // No inotify instances left: the timer goes on looking.
        }
      };
      const unfollow = (): void => {
        watcher?.close();
        watcher = undefined;
      };
      const timer = setInterval(() => {
        if (!existsSync(dirname(path))) unfollow();
        follow();
        tell(false);
      }, LOOK_EVERY_MS);
      timer.unref();
      follow();
      tell(true);
      return () => {
        clearInterval(timer);
        unfollow();
      };
    },
    make(path, text, overwrite) {
      try {
        writeFileSync(path, text, { flag: overwrite ? 'w' : 'wx' });
        return ok(undefined);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return code === 'EEXIST' && !overwrite ? ok(undefined) : err(osError(code ?? 'EIO', `write ${path}`));
      }
    },
  };
}

function beginningOf(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(READ_MOST);
      return Buffer.from(bytes.subarray(0, readSync(file, bytes))).toString('latin1');
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
