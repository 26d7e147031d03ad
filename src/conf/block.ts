/** One block read by the keyword table: unknown, misplaced and incomplete lines reported, the others by keyword. */
import type { IpAddress } from '../base/ip.ts';
import { type Duration, milliseconds } from '../base/time.ts';
import type { Report } from './diagnostic.ts';
import type { Context, Keyword } from './keyword.ts';
import { isFree, lookup } from './keywords.ts';
import type { Line, Word } from './statement.ts';
import { reportUnknown } from './unknown.ts';
import { needsValue, readValue, type Value } from './values.ts';

export interface Binder {
  readonly report: Report;
  /** "is read but not acted on yet", once per keyword and file. */
  notActed(what: string, at: Word, hint?: string): void;
}

export interface Entry {
  readonly line: Line;
  readonly value: Value;
}

/** What a block says. Where a keyword comes more than once, the last usable value counts. */
export class Values {
  readonly #entries = new Map<string, Entry[]>();

  add(name: string, entry: Entry): void {
    const entries = this.#entries.get(name);
    if (entries) entries.push(entry);
    else this.#entries.set(name, [entry]);
  }

  all(...names: string[]): readonly Entry[] {
    return names.length === 1
      ? (this.#entries.get(names[0] ?? '') ?? [])
      : names
          .flatMap((name) => this.#entries.get(name) ?? [])
          .sort((a, b) => a.line.keyword.span.start - b.line.keyword.span.start);
  }

  has = (name: string): boolean => this.#entries.has(name);
  first = (name: string): Entry | undefined => this.#entries.get(name)?.[0];
  last = (...names: string[]): Entry | undefined => this.all(...names).at(-1);

  number(name: string): number | undefined {
    const value = this.all(name).findLast((entry) => entry.value !== undefined)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  /** Seconds in the file, to the microsecond. */
  duration(name: string): Duration | undefined {
    const value = this.number(name);
    return value === undefined ? undefined : milliseconds(Math.round(value * 1e6) / 1000);
  }

  /** Milliseconds in the file, to the microsecond; `otherwise` where it says nothing usable. */
  milliseconds(name: string, otherwise: number): Duration {
    return milliseconds(Math.round((this.number(name) ?? otherwise) * 1000) / 1000);
  }

  boolean(name: string): boolean | undefined {
    const value = this.last(name)?.value;
    return typeof value === 'boolean' ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.last(name)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  address(name: string): IpAddress | undefined {
    // An address that is none has no value: readValue has reported it.
    return this.text(name) as IpAddress | undefined;
  }

  /** The lines of all blocks of this name, as if they were one. */
  linesIn(...names: string[]): Line[] {
    return this.all(...names).flatMap((entry) => entry.line.block ?? []);
  }
}

/** `covered`: a block around this one has already said that hatop does not act on it. */
export function readBlock(lines: readonly Line[], context: Context, binder: Binder, covered = false): Values {
  const values = new Values();
  for (const line of lines) {
    const name = line.keyword.text;
    const keyword = lookup(context, name);
    if (!keyword) reportUnknown(line, context, binder.report);
    else if (isComplete(line, keyword, binder.report)) values.add(name, read(line, keyword, binder, covered));
  }
  return values;
}

function read(line: Line, keyword: Keyword, binder: Binder, covered: boolean): Entry {
  const { keyword: word } = line;
  const instead = keyword.deprecated && `it is deprecated: write ${keyword.deprecated}`;
  if (keyword.acted) {
    if (instead) {
      const message = `\`${word.text}\` is deprecated`;
      binder.report({
        code: 'deprecated',
        severity: 'warning',
        message,
        span: word.span,
        hint: `write ${keyword.deprecated}`,
      });
    }
    return { line, value: readValue(line, keyword, binder.report) };
  }
  if (!covered) binder.notActed(word.text, word, instead);
  // Its own lines are still looked at: a misspelt one is worth knowing before hatop acts on the block.
  if (keyword.kind.type === 'block' && !isFree(keyword.kind.context)) {
    readBlock(line.block ?? [], keyword.kind.context, binder, true);
  }
  return { line, value: line.args[0]?.text };
}

function isComplete(line: Line, { kind }: Keyword, report: Report): boolean {
  const { span, text } = line.keyword;
  if (kind.type === 'block') {
    if (line.block) return true;
    const message = `\`${text}\` needs a block: { … }`;
    report({ code: 'missing-block', severity: 'error', message, span, hint: 'the line is ignored' });
    return false;
  }
  if (line.block) {
    const message = `\`${text}\` takes no block; what is between its braces is skipped`;
    report({ code: 'unknown-block', severity: 'warning', message, span });
  }
  if (!needsValue(kind) || line.args.length > 0) return true;
  const message = `\`${text}\` needs a value`;
  report({ code: 'missing-value', severity: 'error', message, span, hint: 'keepalived refuses to start here' });
  return false;
}
