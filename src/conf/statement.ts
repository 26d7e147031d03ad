/** What the binders read: statements with definitions put in and included files in place. */
import type { Span } from './model.ts';

export interface Word {
  /** Without quotes, definitions put in. */
  readonly text: string;
  readonly span: Span;
  /** The whole word stood in quotes. */
  readonly quoted: boolean;
  /** A comment sign stands directly behind it: what the author may have taken for a part of it is gone. */
  readonly cutByComment: boolean;
}

export interface Line {
  readonly keyword: Word;
  readonly args: readonly Word[];
  /** What stands between its braces; undefined without braces. */
  readonly block: readonly Line[] | undefined;
}

/** From the first character of the keyword to the last of the arguments. */
export function spanOf(line: Line): Span {
  const last = line.args.at(-1) ?? line.keyword;
  const { span } = line.keyword;
  return last.span.file === span.file && last.span.end > span.end ? { ...span, end: last.span.end } : span;
}
