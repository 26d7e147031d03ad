/**
 * The lossless tree of one file: every token has its place, so printing the tree gives the file back byte for byte.
 * Meaning (definitions, includes, keywords) comes later, in `expand.ts` and the binders.
 */
import type { Context } from './keyword.ts';
import { isAllowed, isFree, isRootBlock, ROOT, within } from './keywords.ts';
import { lex, type Token } from './lexer.ts';

export interface Tree {
  readonly file: string;
  readonly source: string;
  readonly nodes: readonly Node[];
  /** Blocks without their `}`, outermost first, and where that was noticed (undefined: the end of the file). */
  readonly unclosed: readonly { readonly statement: Statement; readonly noticed: Token | undefined }[];
}

export type Node =
  | { readonly kind: 'token'; readonly token: Token }
  /** A `}` that closes nothing. */
  | { readonly kind: 'stray'; readonly token: Token }
  | Statement;

export interface Statement {
  readonly kind: 'statement';
  /** The words and all that stands between them, up to `{`. */
  readonly head: readonly Token[];
  /** Keyword and arguments; empty where a `{` has no keyword. */
  readonly words: readonly Token[];
  readonly block: Block | undefined;
}

export interface Block {
  readonly open: Token;
  readonly children: readonly Node[];
  readonly close: Token | undefined;
}

/** Never fails: text that makes no sense is kept, and `unclosed` and `stray` say what is missing or too much. */
export function parseTree(file: string, source: string, configId?: string): Tree {
  const tokens = lex(source, configId);
  const plain = build(file, source, tokens, false);
  return plain.suspicious ? build(file, source, tokens, true).tree : plain.tree;
}

/** The text of the file. */
export function printTree(tree: Tree): string {
  const pieces: string[] = [];
  const text = (token: Token): void => void pieces.push(tree.source.slice(token.start, token.end));
  const pending: (Node | Token)[] = [...tree.nodes].reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!('head' in node)) {
      text('token' in node ? node.token : node);
      continue;
    }
    node.head.forEach(text);
    if (!node.block) continue;
    text(node.block.open);
    if (node.block.close) pending.push(node.block.close);
    for (const child of node.block.children.toReversed()) pending.push(child);
  }
  return pieces.join('');
}

interface Frame {
  readonly statement: Statement;
  readonly children: Node[];
  readonly block: Omit<Block, 'close'> & { close: Token | undefined };
  /** Undefined inside a block that the keyword table does not know. */
  readonly context: Context | undefined;
  readonly indent: number;
}

/**
 * One pass over the tokens. With `recover`, a missing `}` is put where the text shows it to be missing: before a
 * keyword that only an outer block may hold, or before a `}` that is indented like an outer block's first line.
 */
function build(file: string, source: string, tokens: readonly Token[], recover: boolean) {
  const nodes: Node[] = [];
  const stack: Frame[] = [];
  const unclosed: { statement: Statement; noticed: Token | undefined }[] = [];
  let suspicious = false;
  let indent = 0;

  const siblings = (): Node[] => stack.at(-1)?.children ?? nodes;
  const closeDownTo = (depth: number, noticed: Token | undefined): void => {
    for (const frame of stack.splice(depth)) unclosed.push({ statement: frame.statement, noticed });
  };

  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i] as Token;
    if (token.leads) indent = indentOf(source, token);
    if (token.kind === 'close') {
      if (recover && token.leads) closeDownTo(depthByIndent(stack, indent), token);
      const frame = stack.pop();
      if (frame) frame.block.close = token;
      else nodes.push({ kind: 'stray', token });
      i++;
    } else if (token.kind === 'word' || token.kind === 'open') {
      const { head, words, open, next } = readHead(tokens, i);
      const keyword = words[0] && source.slice(words[0].start, words[0].end);
      if (token.leads && keyword !== undefined && stack.length > 0) {
        if (recover) closeDownTo(depthByKeyword(stack, keyword, open !== undefined, indent), token);
        else suspicious ||= open !== undefined && isRootBlock(keyword);
      }
      const children: Node[] = [];
      const block: Frame['block'] | undefined = open && { open, children, close: undefined };
      const statement: Statement = { kind: 'statement', head, words, block };
      siblings().push(statement);
      if (block) stack.push({ statement, children, block, context: within(contextOf(stack), keyword), indent });
      i = next;
    } else {
      siblings().push({ kind: 'token', token });
      i++;
    }
  }
  suspicious ||= stack.length > 0;
  closeDownTo(0, undefined);
  return { tree: { file, source, nodes, unclosed } satisfies Tree, suspicious };
}

/** The words of a statement and its `{`, which may stand on a later line with only comments before it. */
function readHead(tokens: readonly Token[], from: number) {
  const words: Token[] = [];
  let i = from;
  for (; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind === 'word') words.push(token);
    else if (token.kind !== 'blank') break;
  }
  let open = i;
  while (open < tokens.length && ['blank', 'newline', 'comment', 'inactive'].includes(tokens[open]?.kind ?? '')) open++;
  const brace = tokens[open];
  if (brace?.kind === 'open') return { head: tokens.slice(from, open), words, open: brace, next: open + 1 };
  return { head: tokens.slice(from, i), words, open: undefined, next: i };
}

function contextOf(stack: readonly Frame[]): Context | undefined {
  const top = stack.at(-1);
  return top ? top.context : ROOT;
}

/** How many of the open blocks may stay open when `keyword` starts a line. */
function depthByKeyword(stack: readonly Frame[], keyword: string, opens: boolean, indent: number): number {
  if (opens && isRootBlock(keyword)) return 0;
  for (let depth = stack.length; depth > 0; depth--) {
    const frame = stack[depth - 1] as Frame;
    // Deeper than the line that opened the block: it was meant to be inside, wrong or not.
    if (frame.context === undefined || indent > frame.indent) return stack.length;
    if (!isFree(frame.context) && isAllowed(frame.context, keyword)) return depth;
    const outside = depth === 1 ? ROOT : stack[depth - 2]?.context;
    if (outside !== undefined && !isFree(outside) && isAllowed(outside, keyword)) return depth - 1;
  }
  return stack.length;
}

/** How many of the open blocks may stay open when a `}` starts a line at this indentation. */
function depthByIndent(stack: readonly Frame[], indent: number): number {
  const top = stack.at(-1);
  if (!top || indent >= top.indent) return stack.length;
  const match = stack.findLastIndex((frame) => frame.indent === indent);
  return match < 0 ? stack.length : match + 1;
}

/** Columns before the first character of the token's line, a tab reaching to the next multiple of 8. */
function indentOf(source: string, token: Token): number {
  let columns = 0;
  for (let i = token.start - token.column + 1; i < token.start; i++) {
    columns = source[i] === '\t' ? columns - (columns % 8) + 8 : columns + 1;
  }
  return columns;
}
