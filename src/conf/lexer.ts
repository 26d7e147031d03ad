/**
 * The text of one file as tokens that cover every character of it, in order.
 *
 * keepalived's language is made of lines: words, `{` and `}` (which stand for themselves outside quotes, also when
 * glued to a word), comments from `#` or `!` to the end of the line. `@id` and `@^id` at the start of a line make it
 * conditional; `$NAME=…` there is a definition, which goes on while its lines end in a backslash.
 */
export type TokenKind =
  | 'blank'
  | 'newline'
  | 'comment'
  /** `@id` of a line that counts. */
  | 'condition'
  /** A line that does not count for this configuration id. */
  | 'inactive'
  | 'definition'
  | 'word'
  | 'open'
  | 'close';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets, half open. */
  readonly start: number;
  readonly end: number;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** First token of its line that is neither blank nor condition. */
  readonly leads: boolean;
  /** A word whose quote the line does not close. */
  readonly unclosedQuote: boolean;
}

const BLANK = new Set([' ', '\t', '\r', '\v', '\f', '\0', '\ufeff', '\u00a0']);

export function lex(source: string, configId: string | undefined): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  let leads = true;

  const push = (kind: TokenKind, end: number, unclosedQuote = false): void => {
    const silent = kind === 'blank' || kind === 'condition';
    tokens.push({ kind, start: at, end, line, column: at - lineStart + 1, leads: leads && !silent, unclosedQuote });
    if (!silent) leads = false;
    at = end;
  };
  const newline = (): void => {
    push('newline', at + 1);
    line++;
    lineStart = at;
    leads = true;
  };
  /** Definitions and inactive lines may hold newlines: what follows stands on a later line. */
  const pushLines = (kind: TokenKind, end: number): void => {
    const start = at;
    push(kind, end);
    for (let i = source.indexOf('\n', start); i >= 0 && i < end; i = source.indexOf('\n', i + 1)) {
      line++;
      lineStart = i + 1;
    }
  };

  while (at < source.length) {
    const char = source[at] ?? '';
    if (char === '\n') newline();
    else if (BLANK.has(char)) push('blank', endOfBlanks(source, at));
    else if (char === '#' || char === '!') push('comment', endOfLine(source, at));
    else if (char === '@' && leads) {
      const end = endOfPlainWord(source, at);
      if (holds(source.slice(at + 1, end), configId)) push('condition', end);
      else pushLines('inactive', endOfLogicalLine(source, at, end));
    } else if (char === '$' && leads && isDefinition(source, at)) pushLines('definition', endOfContinued(source, at));
    else if (char === '{') push('open', at + 1);
    else if (char === '}') push('close', at + 1);
    else {
      const word = endOfWord(source, at);
      push('word', word.end, word.unclosed);
    }
  }
  return tokens;
}

/** The value of a word: quotes gone, `\"` inside them a quote. */
export function unquote(raw: string): string {
  if (!raw.includes('"') && !raw.includes("'")) return raw;
  let value = '';
  let quote = '';
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i] ?? '';
    if (quote !== '' && char === '\\' && raw[i + 1] === quote) value += raw[++i];
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else value += char;
  }
  return value;
}

function holds(condition: string, configId: string | undefined): boolean {
  return condition.startsWith('^') ? condition.slice(1) !== configId : condition === configId;
}

function isDefinition(source: string, at: number): boolean {
  let i = at + 1;
  while (/\w/.test(source[i] ?? '')) i++;
  return i > at + 1 && source[i] === '=';
}

function endOfBlanks(source: string, from: number): number {
  let i = from;
  while (i < source.length && BLANK.has(source[i] ?? '')) i++;
  return i;
}

function endOfLine(source: string, from: number): number {
  const i = source.indexOf('\n', from);
  return i < 0 ? source.length : i;
}

function endOfPlainWord(source: string, from: number): number {
  let i = from;
  while (i < source.length && source[i] !== '\n' && !BLANK.has(source[i] ?? '')) i++;
  return i;
}

/** The end of the line, or of the last line that the backslashes before it join on. */
function endOfContinued(source: string, from: number): number {
  let end = endOfLine(source, from);
  while (end < source.length && /\\\s*$/.test(source.slice(Math.max(from, end - 8), end))) {
    end = endOfLine(source, end + 1);
  }
  return end;
}

function endOfLogicalLine(source: string, from: number, afterCondition: number): number {
  const next = endOfBlanks(source, afterCondition);
  return source[next] === '$' && isDefinition(source, next) ? endOfContinued(source, next) : endOfLine(source, from);
}

function endOfWord(source: string, from: number): { end: number; unclosed: boolean } {
  let quote = '';
  let i = from;
  for (; i < source.length; i++) {
    const char = source[i] ?? '';
    if (char === '\n') break;
    if (quote !== '') {
      if (char === '\\' && source[i + 1] === quote) i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '$' && source[i + 1] === '{') i = endOfReference(source, i);
    else if (BLANK.has(char) || '{}#!'.includes(char)) break;
  }
  return { end: i, unclosed: quote !== '' };
}

/** `${NAME}` and `${_RANDOM 1 5}` are one piece; without its brace on the line, only `${` is. Index of the last character. */
function endOfReference(source: string, from: number): number {
  for (let i = from + 2; i < source.length && source[i] !== '\n'; i++) if (source[i] === '}') return i;
  return from + 1;
}
