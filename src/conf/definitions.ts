/** `$NAME=value` and what `$NAME`, `${NAME}` and keepalived's own `${_…}` stand for where they are used. */
import { err, ok, type Result } from '../base/result.ts';

/** A value made of values may grow without bound; no honest configuration comes near this. */
const LARGEST = 65_536;
const DEEPEST = 16;

export class Definitions {
  readonly #values = new Map<string, string>();

  /** `text` is the whole definition as it stands in the file; lines joined by backslashes stay lines. */
  define(text: string): void {
    const equals = text.indexOf('=');
    const value = text.slice(equals + 1).replace(/[ \t]*\\[ \t\r]*$/gm, '');
    this.#values.set(text.slice(1, equals), value.includes('\n') ? value : value.trim());
  }

  /**
   * `text` with every known reference replaced, also those inside what was put in; unknown ones stay as they are.
   * Fails where the result would be larger than any sane value, or a predefined name is not supported.
   */
  expand(text: string, directory: string): Result<string, string> {
    let result = text;
    for (let depth = 0; depth < DEEPEST && result.includes('$'); depth++) {
      let unsupported: string | undefined;
      let size = result.length;
      const next = result.replace(
        /\$(?:\{(\w+)([^}]*)\}|(\w+))/g,
        (reference, braced?: string, _rest?: string, bare?: string) => {
          const name = braced ?? bare ?? '';
          const value = this.#values.get(name) ?? predefined(name, directory);
          if (value === undefined) {
            if (/^_[A-Z]+$/.test(name)) unsupported = reference;
            return reference;
          }
          size += value.length;
          return size > LARGEST ? '' : value;
        },
      );
      if (unsupported !== undefined) return err(`\`${unsupported}\` is not supported by hatop`);
      if (size > LARGEST) return err(`\`${text.slice(0, 40)}\` stands for more than ${LARGEST} characters`);
      if (next === result) break;
      result = next;
    }
    return ok(result);
  }
}

function predefined(name: string, directory: string): string | undefined {
  if (name === '_PWD') return directory;
  if (name === '_HASH') return '#';
  if (name === '_BANG') return '!';
  return undefined;
}
