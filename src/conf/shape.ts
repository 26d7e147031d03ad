/** Reports what is wrong with the text before any keyword is looked at: braces and quotes. */
import type { Report } from './diagnostic.ts';
import type { Token } from './lexer.ts';
import { maskSecrets } from './mask.ts';
import type { Span } from './model.ts';
import type { Node, Statement, Tree } from './tree.ts';

/** `at`: where the text was put in from a definition; its problems are reported there. */
export function reportShape(tree: Tree, report: Report, at: Span | undefined): void {
  const { file, source } = tree;
  const spanOf = ({ start, end, line, column }: Token): Span => at ?? { file, start, end, line, column };
  reportUnclosed(tree, report, spanOf);

  const pending: Node[] = [...tree.nodes].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'stray') {
      const message = '`}` closes nothing';
      const hint = 'there is one `}` too many, here or above';
      report({ code: 'stray-brace', severity: 'error', message, span: spanOf(node.token), hint });
    }
    if (node.kind !== 'statement') continue;
    for (const word of node.words) {
      if (!word.unclosedQuote) continue;
      const quote = /["']/.exec(source.slice(word.start, word.end))?.[0] ?? '"';
      const message = `the quote is not closed on its line: ${quote} is missing`;
      report({ code: 'unclosed-quote', severity: 'error', message, span: spanOf(word) });
    }
    if (node.block && node.words.length === 0) {
      const message = '`{` without a keyword before it; the block is skipped';
      report({ code: 'missing-keyword', severity: 'error', message, span: spanOf(node.block.open) });
    }
    for (const child of node.block?.children.toReversed() ?? []) pending.push(child);
  }
}

function reportUnclosed(tree: Tree, report: Report, spanOf: (token: Token) => Span): void {
  const { source, unclosed } = tree;
  for (const { statement, noticed } of unclosed) {
    const name = nameOf(statement, source);
    const opening = statement.words[0] ?? statement.block?.open;
    if (!opening) continue;
    // One `}` too few at the very end changes nothing; more than one means that the end of the file is missing.
    const harmless = noticed === undefined && unclosed.length === 1 && source.endsWith('\n');
    const where = noticed ? `line ${noticed.line}, where the next block begins or ends` : 'the end of the file';
    report({
      code: 'unclosed-block',
      severity: harmless ? 'warning' : 'error',
      message: `the block of \`${name}\` that opens here has no \`}\` before ${where}`,
      span: spanOf(opening),
      hint: noticed
        ? `put the missing \`}\` before line ${noticed.line}; keepalived would read all that follows as part of this block`
        : 'put the missing `}` at the end, and see whether the file was cut off',
    });
  }
}

function nameOf(statement: Statement, source: string): string {
  const words = statement.words.slice(0, 2).map((word) => source.slice(word.start, word.end));
  return maskSecrets(words.join(' ')) || '{';
}
