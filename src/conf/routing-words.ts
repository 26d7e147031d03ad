/** What the lines of routes and of rules have in common: networks, tables, and words that are looked at one by one. */
import { type Family, familyOf, type IpAddress, parseIp } from '../base/ip.ts';
import type { Network, RoutingEntry } from '../base/routing.ts';
import type { Report } from './diagnostic.ts';
import type { Span } from './model.ts';
import { type Line, spanOf, type Word } from './statement.ts';
import { suggest } from './suggest.ts';

/** One line of `virtual_routes`, `virtual_rules` or their static brothers. */
export interface ConfiguredRouting {
  /** In the words of ip(8). */
  readonly name: string;
  readonly entry: RoutingEntry;
  /** Its interfaces, whose loss is a fault of the instance; empty with `no_track`. */
  readonly tracked: readonly string[];
  readonly span: Span;
}

/** What a whole configuration has in common. */
export interface RoutingContext {
  /** The number of a table that has a name on this machine. */
  tableNamed(name: string): number | undefined;
  /** For a rule that names none, as keepalived counts them: 16384, 16383 …, each family by itself. */
  nextPriority(family: Family): number;
}

export function createRoutingContext(readTables: () => string): RoutingContext {
  const next = { 4: 16_384, 6: 16_384 };
  let names: ReadonlyMap<string, number> | undefined;
  return {
    tableNamed(name) {
      names ??= new Map([...BUILT_IN, ...tablesIn(readTables())]);
      return names.get(name);
    },
    nextPriority: (family) => next[family]--,
  };
}

const BUILT_IN: readonly [string, number][] = [
  ['main', 254],
  ['default', 253],
  ['local', 255],
];

/** Lines of `NUMBER NAME`, comments apart. */
const tablesIn = (text: string): [string, number][] =>
  [...text.matchAll(/^\s*(0x[0-9a-f]+|\d+)\s+(\S+)/gim)].map(([, number = '', name = '']) => [name, Number(number)]);

/** Stops at the first thing that is wrong, which `report` has said by then. */
export class Wrong extends Error {}

/** The words of one line, taken one after the other. */
export class Words {
  readonly #line: Line;
  readonly #words: readonly Word[];
  readonly #report: Report;
  readonly #what: string;
  #at = 0;

  constructor(line: Line, what: 'route' | 'rule', report: Report) {
    this.#line = line;
    this.#words = [line.keyword, ...line.args];
    this.#report = report;
    this.#what = what;
  }

  next = (): Word | undefined => this.#words[this.#at++];
  peek = (): string | undefined => this.#words[this.#at]?.text;

  /** What follows `of`. */
  value(of: Word): Word {
    const word = this.next();
    if (word) return word;
    const message = `\`${of.text}\` needs a value`;
    const hint = 'keepalived refuses to start here';
    this.#report({ code: 'missing-value', severity: 'error', message, span: of.span, hint });
    throw new Wrong(message);
  }

  number(of: Word, min: number, max: number): number {
    const word = this.value(of);
    const number = /^(\d+|0x[\da-f]+)$/i.test(word.text) ? Number(word.text) : Number.NaN;
    if (number >= min && number <= max) return number;
    return this.wrong('out-of-range', `\`${of.text} ${word.text}\` is outside ${min}…${max}`, word.span);
  }

  address(of: Word): IpAddress {
    const word = this.value(of);
    const address = parseIp(word.text);
    return address ?? this.wrong('bad-address', `\`${word.text}\` is not an IP address`, word.span);
  }

  /** `ADDRESS[/LENGTH]`; undefined: `default`, `all` or a length of 0. */
  network(word: Word): { readonly network: Network | undefined; readonly family: Family | undefined } {
    if (word.text === 'default' || word.text === 'all' || word.text === 'any') {
      return { network: undefined, family: undefined };
    }
    const [text = '', length] = word.text.split('/', 2);
    const address = parseIp(text);
    if (address === undefined) return this.wrong('bad-address', `\`${text}\` is not an IP address`, word.span);
    const family = familyOf(address);
    const most = family === 4 ? 32 : 128;
    const written = length === undefined ? most : /^\d+$/.test(length) ? Number(length) : Number.NaN;
    const good = written >= 0 && written <= most;
    if (!good) {
      const message = `\`/${length}\` is not a prefix length`;
      const hint = `it is 0…${most}; ${most} is used, as keepalived does`;
      this.#report({ code: 'out-of-range', severity: 'warning', message, span: word.span, hint });
    }
    const prefix = good ? written : most;
    return { network: prefix === 0 ? undefined : { address, prefix }, family };
  }

  table(of: Word, context: RoutingContext): number {
    const word = this.value(of);
    const table = /^\d+$/.test(word.text) ? Number(word.text) : context.tableNamed(word.text);
    if (table !== undefined && table >= 1 && table <= 0xffff_ffff) return table;
    const hint = 'a table is a number, or a name from /etc/iproute2/rt_tables';
    return this.wrong('bad-value', `\`${word.text}\` is not a routing table`, word.span, hint);
  }

  /** The line as a whole. */
  wrongLine(message: string, hint?: string): never {
    return this.wrong('bad-value', message, spanOf(this.#line), hint);
  }

  /** The line is left out; the rest of the file holds. `hint`: what to write. */
  wrong(code: 'out-of-range' | 'bad-address' | 'bad-value', message: string, span: Span, hint?: string): never {
    const outcome = `this ${this.#what} is left out, as keepalived does`;
    const before = hint && (hint.endsWith('?') ? `${hint} ` : `${hint}; `);
    this.#report({ code, severity: 'warning', message, span, hint: `${before ?? ''}${outcome}` });
    throw new Wrong(message);
  }

  /** A word of keepalived's grammar that would make another thing of the line. */
  notActed({ text, span }: Word): never {
    const message = `\`${text}\` of a ${this.#what} is read but not acted on yet`;
    this.#report({ code: 'not-acted', severity: 'warning', message, span, hint: `this ${this.#what} is left out` });
    throw new Wrong(message);
  }

  unknown({ text, span }: Word, known: readonly string[]): never {
    const near = suggest(text, known);
    const hint = near ? `did you mean \`${near}\`?` : undefined;
    return this.wrong('bad-value', `\`${text}\` is no option of a ${this.#what}`, span, hint);
  }
}

/** Every line by itself: what is wrong with one keeps no other from being read. */
export function bindEach(lines: readonly Line[], bind: (line: Line) => ConfiguredRouting): ConfiguredRouting[] {
  return lines.flatMap((line) => {
    try {
      return [bind(line)];
    } catch (error) {
      if (error instanceof Wrong) return [];
      throw error;
    }
  });
}
