import { err, ok, type Result } from '../base/result.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import { type StateFiles, wrongFileName, wrongLine } from '../ports/state-files.ts';

export interface SimStateFiles extends StateFiles {
  /** From now on every call fails with this errno, as on a full or broken disk; undefined: it works again. */
  breakWith(code: string | undefined): void;
}

/** A disk in memory. It outlives the node whose it is: hand the same one to the node that starts again. */
export function createSimStateFiles(): SimStateFiles {
  const files = new Map<string, string>();
  let broken: string | undefined;

  function act<T>(what: string, wrong: string | undefined, action: () => T): Result<T, OsError> {
    if (wrong !== undefined) return err(osError('EINVAL', `${what}: ${wrong}`));
    return broken === undefined ? ok(action()) : err(osError(broken, what));
  }
  return {
    read: (name) => act(`read ${name}`, wrongFileName(name), () => files.get(name)),
    replace: (name, text) => act(`replace ${name}`, wrongFileName(name), () => void files.set(name, text)),
    append: (name, line) =>
      act(`append to ${name}`, wrongFileName(name) ?? wrongLine(line), () => {
        const text = files.get(name) ?? '';
        // What a crash tore off in the middle does not swallow the next line.
        const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
        files.set(name, `${whole}${line}\n`);
      }),
    breakWith: (code) => {
      broken = code;
    },
  };
}
