/** The arguments of one line read as its keyword's kind says. */
import { type IpAddress, parseIp } from '../base/ip.ts';
import type { Report } from './diagnostic.ts';
import type { Keyword, Kind } from './keyword.ts';
import type { Line, Word } from './statement.ts';
import { suggest } from './suggest.ts';

/** Seconds stay seconds here; `Values` makes Durations of them. Undefined: no usable value, the default applies. */
export type Value = number | boolean | string | undefined;

export const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  false: false,
  off: false,
  no: false,
};

/** Whether the keyword must be followed by something. */
export function needsValue(kind: Kind): boolean {
  if (kind.type === 'words') return kind.atLeast > 0;
  if (kind.type === 'integer' || kind.type === 'seconds' || kind.type === 'milliseconds') return !kind.optional;
  return kind.type !== 'flag' && kind.type !== 'boolean' && kind.type !== 'block';
}

export function readValue(line: Line, keyword: Keyword, report: Report): Value {
  const { kind } = keyword;
  const first = line.args[0];
  switch (kind.type) {
    case 'flag':
      return true;
    case 'boolean':
      return first ? readBoolean(line, first, report) : true;
    case 'integer':
    case 'seconds':
    case 'milliseconds':
      return first && readNumber(line, first, keyword, kind, report);
    case 'choice':
      return first && readChoice(line, first, kind.of, keyword, report);
    case 'address':
      return first && readAddress(first, report);
    default:
      return first?.text;
  }
}

function readBoolean(line: Line, word: Word, report: Report): Value {
  if (Object.hasOwn(BOOLEANS, word.text)) return BOOLEANS[word.text];
  const message = `\`${line.keyword.text}\` is true, on, yes or false, off, no; not \`${word.text}\``;
  const hint = 'small letters only; the line is ignored';
  report({ code: 'bad-value', severity: 'warning', message, span: word.span, hint });
  return undefined;
}

type NumericKind = Extract<Kind, { type: 'integer' | 'seconds' | 'milliseconds' }>;

function readNumber(line: Line, word: Word, keyword: Keyword, kind: NumericKind, report: Report): Value {
  const name = line.keyword.text;
  const pattern = kind.type === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/;
  const fallback = keyword.default === undefined ? 'the line is ignored' : `the default is used: ${keyword.default}`;
  if (!pattern.test(word.text)) {
    const what = kind.type === 'integer' ? 'a whole number' : `a number of ${kind.type}`;
    const message = `\`${name}\` needs ${what}, not \`${word.text}\``;
    report({ code: 'bad-value', severity: kind.severity, message, span: word.span, hint: fallback });
    return undefined;
  }
  const value = Number(word.text);
  if (value >= kind.min && value <= kind.max) return value;
  const nearest = Math.min(kind.max, Math.max(kind.min, value));
  report({
    code: 'out-of-range',
    severity: kind.severity,
    message: `\`${name} ${word.text}\` is outside ${kind.min}…${kind.max}`,
    span: word.span,
    hint: kind.outside === 'clamp' ? `${nearest} is used` : fallback,
  });
  return kind.outside === 'clamp' ? nearest : undefined;
}

function readChoice(line: Line, word: Word, of: readonly string[], keyword: Keyword, report: Report): Value {
  if (of.includes(word.text)) return word.text;
  const near = suggest(word.text, of);
  const message = `\`${line.keyword.text}\` is one of ${of.join(', ')}; not \`${word.text}\``;
  const instead = keyword.default === undefined ? 'the line is ignored' : `the default is used: ${keyword.default}`;
  const hint = near ? `did you mean \`${near}\`? ${instead}` : instead;
  report({ code: 'bad-value', severity: 'warning', message, span: word.span, hint });
  return undefined;
}

/** The address that `word` is; reported as an error where it is none. */
export function readAddress(word: Word, report: Report): IpAddress | undefined {
  const address = parseIp(word.text);
  if (address !== undefined) return address;
  const message = `\`${word.text}\` is not an IP address`;
  const octet = /^\d+(\.\d+){3}$/.test(word.text)
    ? 'each of the four numbers is 0…255, without leading zeros'
    : undefined;
  report({ code: 'bad-address', severity: 'error', message, span: word.span, hint: octet });
  return undefined;
}

/** A port number, 1…65535; reported as an error where it is none. */
export function readPort(word: Word, report: Report): number | undefined {
  const port = /^\d+$/.test(word.text) ? Number(word.text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  const message = `\`${word.text}\` is not a port`;
  report({ code: 'bad-value', severity: 'error', message, span: word.span, hint: 'a port is a number, 1…65535' });
  return undefined;
}

/** `weight N [reverse|noreverse]` as it follows the name of something tracked. Undefined fields: not said. */
export interface Weight {
  readonly weight: number | undefined;
  readonly reverse: boolean | undefined;
}

/** `words` stand after `weight`. −254 and 254 become −253 and 253 as in keepalived; what is further out is ignored. */
export function readWeight(keyword: Word, words: readonly Word[], report: Report, most = 253): Weight {
  const first = words[0];
  const number = first && /^[+-]?\d+$/.test(first.text) ? Number(first.text) : undefined;
  const reverse = words.some((word) => word.text === 'reverse') ? true : undefined;
  if (number === undefined || Math.abs(number) > 254) {
    const message = `\`weight ${first?.text ?? ''}\` is not a number in -253…253`;
    const span = first?.span ?? keyword.span;
    report({ code: 'out-of-range', severity: 'warning', message, span, hint: 'it is ignored' });
    return { weight: undefined, reverse };
  }
  const weight = Math.max(-most, Math.min(most, number));
  if (weight !== number && first) {
    const message = `\`weight ${number}\` is outside -253…253`;
    report({ code: 'adjusted', severity: 'warning', message, span: first.span, hint: `${weight} is used` });
  }
  return { weight, reverse };
}

/** A command as an argument vector: one quoted string is split like a shell would split it, without its other powers. */
export function readCommand(line: Line): string[] {
  const [only, ...more] = line.args;
  if (!only) return [];
  return more.length > 0 ? line.args.map((word) => word.text) : splitCommand(only.text);
}

/** One word of a configuration as an argument vector. */
export function splitCommand(text: string): string[] {
  const argv: string[] = [];
  for (const [piece] of text.matchAll(/(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\])+/gs)) {
    argv.push(
      piece.replace(/"((?:\\.|[^"\\])*)"?|'([^']*)'?|\\(.)/gs, (_, double, single, escaped) => {
        return double?.replace(/\\(["\\])/g, '$1') ?? single ?? escaped;
      }),
    );
  }
  return argv;
}
