/** Words that the table does not know where they stand: what was probably meant. */
import type { Report } from './diagnostic.ts';
import type { Context } from './keyword.ts';
import { isAllowed, lookup, namesIn, parentsOf } from './keywords.ts';
import type { Line } from './statement.ts';
import { suggest } from './suggest.ts';

const KNOWN_MISTAKES: Readonly<Record<string, string>> = {
  nat_mask: 'keepalived no longer has it: delete the line',
  net_mask: 'write the length behind the address, as in 10.0.0.1/24',
  netmask: 'write the length behind the address, as in 10.0.0.1/24',
  '//': 'a comment starts with # or !',
};

export function reportUnknown(line: Line, context: Context, report: Report): void {
  const { text, span } = line.keyword;
  const where = context === 'root' ? 'here, outside all blocks' : `in \`${context}\``;
  const skipped = line.block ? '; what is between its braces is skipped' : '';
  const parents = parentsOf(text);
  if (parents.length > 0) {
    const message = `\`${text}\` does not belong ${where}${skipped}`;
    const places = parents.map((parent) => (parent === 'root' ? 'outside all blocks' : `in \`${parent}\``));
    const hint = renamed(text, context) ?? `it belongs ${places.slice(0, 4).join(', ')}`;
    report({ code: 'misplaced-keyword', severity: 'warning', message, span, hint });
    return;
  }
  const near = suggest(text, namesIn(context));
  const mistake = Object.hasOwn(KNOWN_MISTAKES, text) ? KNOWN_MISTAKES[text] : undefined;
  const hint = mistake ?? (near ? `did you mean \`${near}\`?` : undefined);
  // A bare word inside `authentication` is as likely a password as a keyword.
  const secret = context === 'authentication' && !near;
  report({
    code: line.block ? 'unknown-block' : 'unknown-keyword',
    severity: 'warning',
    message: secret
      ? `unknown keyword ${where}`
      : `unknown ${line.block ? 'block' : 'keyword'} \`${text}\` ${where}${skipped || '; the line is ignored'}`,
    span,
    hint,
    secret,
  });
}

/** A former name that is known elsewhere: what it is called here. */
function renamed(text: string, context: Context): string | undefined {
  for (const parent of parentsOf(text)) {
    const instead = lookup(parent, text)?.deprecated;
    if (instead !== undefined && isAllowed(context, instead)) return `write \`${instead}\``;
  }
  return undefined;
}
