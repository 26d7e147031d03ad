/** What is wrong with a configuration: one closed list of codes, one shape, one way to print it. */
import { maskSecrets } from './mask.ts';
import type { Span } from './model.ts';

export type Severity = 'error' | 'warning' | 'info';

export type DiagnosticCode =
  // reading the files
  | 'file-unreadable'
  | 'include-missing'
  | 'include-too-deep'
  | 'directive-unsupported'
  | 'definition-too-large'
  // the shape of the text
  | 'unclosed-block'
  | 'stray-brace'
  | 'unclosed-quote'
  | 'too-deep'
  | 'comment-in-value'
  // keywords
  | 'unknown-keyword'
  | 'unknown-block'
  | 'misplaced-keyword'
  | 'missing-value'
  | 'missing-block'
  | 'missing-keyword'
  | 'deprecated'
  | 'not-acted'
  | 'repeated'
  // values
  | 'bad-value'
  | 'out-of-range'
  | 'bad-address'
  | 'adjusted'
  // what the values mean together
  | 'required'
  | 'defaulted'
  | 'duplicate'
  | 'unknown-reference'
  | 'contradiction'
  | 'unused'
  | 'address-on-no-instance'
  // scripts
  | 'script-missing'
  | 'script-unsafe'
  | 'script-stops-keepalived'
  | 'script-needs-shell';

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** What to write instead, or what will happen. */
  readonly hint?: string | undefined;
  /** The whole source line is withheld: it may be a password that stands where none is expected. */
  readonly secret?: boolean | undefined;
}

export type Report = (diagnostic: Diagnostic) => void;

/**
 * `FILE:LINE:COL: severity: message`, the source line with its secrets masked, a line of carets, the hint.
 * `sourceText` is the whole text of the file that `diagnostic.span.file` names; undefined where it could not be read.
 */
export function renderDiagnostic(diagnostic: Diagnostic, sourceText: string | undefined): string {
  const { span, severity, message, hint } = diagnostic;
  const lines = [`${span.file}:${span.line}:${span.column}: ${severity}: ${printable(message)}`];
  if (sourceText !== undefined && sourceText !== '') lines.push(...excerpt(diagnostic, sourceText));
  if (hint !== undefined) lines.push(`  hint: ${printable(hint)}`);
  return lines.join('\n');
}

function excerpt({ span, secret }: Diagnostic, source: string): string[] {
  const from = source.lastIndexOf('\n', span.start - 1) + 1;
  const newline = source.indexOf('\n', from);
  const raw = source.slice(from, newline < 0 ? source.length : newline).trimEnd();
  const indent = raw.slice(0, raw.length - raw.trimStart().length);
  const shown = secret ? `${indent}********` : maskSecrets(raw);
  // Up to the first masked character the two texts agree; a caret beyond it stands under the mask.
  let agree = 0;
  while (agree < raw.length && raw[agree] === shown[agree]) agree++;
  const start = Math.min(span.start - from, shown === raw ? raw.length : agree);
  const length = Math.max(1, Math.min(span.end - span.start, shown.length - start));
  const padding = shown.slice(0, start).replace(/[^\t]/g, ' ');
  return [`  ${printable(shown)}`, `  ${padding}${'^'.repeat(length)}`];
}

/** Control characters other than the tab would reach the operator's terminal as commands. */
const printable = (text: string): string => text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '\ufffd');

/** Errors, warnings and infos as they are met when the files are read from the top; ties keep their order. */
export function inReadingOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const rank = new Map(files.map((file, i) => [file, i]));
  const of = (d: Diagnostic): number => rank.get(d.span.file) ?? files.length;
  return [...diagnostics].sort((a, b) => of(a) - of(b) || a.span.start - b.span.start);
}
