/** Passwords never reach a terminal, a journal or a bug report: whatever follows a keyword that holds one is masked. */
import { distance } from './suggest.ts';

const MASK = '********';

/** One source line with everything that may be a secret replaced by stars of a fixed number. */
export function maskSecrets(line: string): string {
  const definition = /^(\s*(?:@\S+\s+)?\$\w+\s*=)\s*\S/.exec(line);
  if (definition) return `${definition[1]}${MASK}`;
  let previous = '';
  for (const match of line.matchAll(/[^\s{}]+/g)) {
    const word = match[0];
    const rest = line.slice(match.index + word.length);
    if (holdsSecret(word) && previous !== 'auth_type' && /^[\s{]*[^\s{}]/.test(rest)) {
      const gap = /^[\s{]*/.exec(rest)?.[0] ?? '';
      const end = /\}\s*$/.exec(rest)?.[0] ?? '';
      return `${line.slice(0, match.index + word.length)}${gap}${MASK}${end === '' ? '' : ' '}${end.trimEnd()}`;
    }
    previous = word;
  }
  return line;
}

/** `auth_pass` and how people misspell it; SSL's `password`; the keys of `auth_hmac`. */
export function holdsSecret(word: string): boolean {
  const name = word.toLowerCase();
  return name === 'key' || /pass|secret/.test(name) || distance(name, 'auth_pass', 2) <= 2;
}
