/**
 * `regex` of HTTP_GET: PCRE2 patterns in JavaScript's syntax. Matching is by bytes, as PCRE2's is without `utf`. What
 * JavaScript has no word for (possessive and atomic groups, recursion, `\K`, conditionals) is refused, never guessed.
 */
import { err, ok, type Result } from '../base/result.ts';

export interface Translated {
  readonly source: string;
  readonly flags: string;
}

/** keepalived's names for PCRE2's options. False: it changes nothing that a health check could see. */
const OPTIONS: Readonly<Record<string, string | false>> = {
  caseless: 'i',
  multiline: 'm',
  dotall: 's',
  utf: 'u',
  ucp: 'u',
  extended: 'extended',
  dollar_endonly: 'dollar_endonly',
  anchored: 'anchored',
  dupnames: false,
  no_auto_capture: false,
  no_auto_possess: false,
  no_dotstar_anchor: false,
  no_start_optimize: false,
  auto_callout: false,
  never_utf: false,
  never_ucp: false,
  never_backslash_c: false,
  alt_verbnames: false,
  use_offset_limit: false,
};

export const isRegexOption = (name: string): boolean => Object.hasOwn(OPTIONS, name);

export function translateRegex(pattern: string, options: readonly string[]): Result<Translated, string> {
  const unknown = options.find((name) => !isRegexOption(name));
  if (unknown !== undefined) return err(`the option \`${unknown}\` has no equal here`);
  const marks = new Set(options.flatMap((name) => OPTIONS[name] || []));
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  for (const letter of inline?.[1] ?? '') marks.add(letter === 'x' ? 'extended' : letter);
  const body = pattern.slice(inline?.[0].length ?? 0);
  const foreign = /\(\?(?:>|\||R|\d|&|P>|\(|[imsxJU-]+[:)])|\(\*|\\[KGRXCN]|(?:[*+?}])\+/.exec(withoutEscapes(body));
  if (foreign) return err(`\`${foreign[0]}\` has no equal in JavaScript's expressions`);
  const source = translate(body, marks);
  const flags = ['i', 'm', 's', 'u'].filter((flag) => marks.has(flag)).join('');
  const whole = marks.has('anchored') ? `^(?:${source})` : source;
  try {
    new RegExp(whole, flags);
    return ok({ source: whole, flags });
  } catch (error) {
    return err((error as Error).message.replace(/^Invalid regular expression: /, ''));
  }
}

/** Escaped backslashes and classes cannot look like something else. */
const withoutEscapes = (pattern: string): string =>
  pattern.replace(/\\\\|\\[+?*}]/g, '__').replace(/\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]/g, '_');

const POSIX: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

const TOKEN = /\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\(\?P?<(?![=!])|\(\?P=(\w+)\)|[\s\S]/g;

function translate(pattern: string, marks: ReadonlySet<string>): string {
  const text = marks.has('extended') ? withoutBlanks(pattern) : pattern;
  return text.replace(TOKEN, (token, name?: string) => {
    if (name !== undefined) return `\\k<${name}>`;
    if (token === '(?P<') return '(?<';
    if (token === '\\A') return '(?<![\\s\\S])';
    if (token === '\\z') return '(?![\\s\\S])';
    if (token === '\\Z') return AT_END;
    if (token === '\\h') return '[ \\t]';
    if (token === '$' && !marks.has('m')) return marks.has('dollar_endonly') ? '(?![\\s\\S])' : AT_END;
    return token.startsWith('[') ? translateClass(token) : token;
  });
}

/** PCRE's `$`: at the end, or before a line feed that is the last character. */
const AT_END = '(?=\\n?(?![\\s\\S]))';

function translateClass(token: string): string {
  const [, open = '[', first = '', rest = ''] = /^(\[\^?)(\]?)([\s\S]*)\]$/.exec(token) ?? [];
  const inner = rest.replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole).replace(/\\h/g, ' \\t');
  return `${open}${first && '\\]'}${inner.replace(/(?<!\\)\[/g, '\\[')}]`;
}

const withoutBlanks = (pattern: string): string =>
  pattern.replace(/(\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])|\s+|#[^\n]*/g, (_, kept?: string) => kept ?? '');

const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** What keepalived makes of a pattern's text before PCRE2 sees it: one level of backslashes is gone. */
export function unescapePattern(text: string): { readonly pattern: string; readonly lost: readonly string[] } {
  const lost: string[] = [];
  const pattern = text.replace(
    /\\(?:x([0-9a-f]{1,2})|c(.)|([0-7]{1,3})|([\s\S]))/gi,
    (whole, hex?: string, control?: string, octal?: string, letter = '') => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) & 0x1f);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      // What means something to PCRE2 with its backslash, and something else without.
      if (/[a-z.*+?()[\]{}|^$]/i.test(letter)) lost.push(whole);
      return CONTROLS[letter] ?? letter;
    },
  );
  return { pattern, lost };
}
