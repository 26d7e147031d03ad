/** From the trees of all files to one list of lines: definitions replaced, `include` followed, problems reported. */
import { Definitions } from './definitions.ts';
import type { Report } from './diagnostic.ts';
import { directoryOf, includedFiles, type Reader } from './include.ts';
import { INCLUDES } from './keywords.ts';
import { type Token, unquote } from './lexer.ts';
import type { Span } from './model.ts';
import { reportShape } from './shape.ts';
import type { Line, Word } from './statement.ts';
import { type Node, parseTree, type Statement, type Tree } from './tree.ts';

interface State {
  readonly reader: Reader;
  readonly report: Report;
  readonly sources: Map<string, string>;
  readonly definitions: Definitions;
  /** The files that are being included, the outermost first. */
  readonly chain: readonly string[];
  /** How many files may still be included: files that include each other twice would double at every step. */
  readonly budget: { files: number };
}

interface Place {
  readonly file: string;
  readonly source: string;
  /** Where the text was put in from a definition: what its words are reported at. */
  readonly at: Span | undefined;
  readonly depth: number;
}

const DEEPEST_BLOCK = 64;
const DEEPEST_INCLUDE = 32;
const MOST_FILES = 10_000;

/** Reads `file` and all it includes. `sources` gets the text of every file that could be read, in reading order. */
export function expandFile(file: string, reader: Reader, sources: Map<string, string>, report: Report): Line[] {
  const read = reader.readFile(file);
  if (!read.ok) {
    const span: Span = { file, start: 0, end: 0, line: 1, column: 1 };
    report({ code: 'file-unreadable', severity: 'error', message: read.error, span });
    return [];
  }
  const state: State = {
    reader,
    report,
    sources,
    definitions: new Definitions(),
    chain: [file],
    budget: { files: MOST_FILES },
  };
  return linesOfFile(file, read.value, state);
}

function linesOfFile(file: string, source: string, state: State): Line[] {
  state.sources.set(file, source);
  const tree = parseTree(file, source, state.reader.configId);
  const place: Place = { file, source, at: undefined, depth: 0 };
  reportShape(tree, state.report, undefined);
  return linesOf(tree.nodes, place, state);
}

function linesOf(nodes: readonly Node[], place: Place, state: State): Line[] {
  const lines: Line[] = [];
  for (const node of nodes) {
    if (node.kind === 'token' && node.token.kind === 'definition') {
      state.definitions.define(place.source.slice(node.token.start, node.token.end));
    } else if (node.kind === 'statement') {
      for (const line of linesOfStatement(node, place, state)) lines.push(line);
    }
  }
  return lines;
}

function linesOfStatement(statement: Statement, place: Place, state: State): Line[] {
  const { block } = statement;
  const first = statement.words[0];
  if (first === undefined) return [];
  const raw = place.source.slice(first.start, first.end);
  if (raw.startsWith('~')) {
    const message = `\`${raw.slice(0, 12)}\` (generated lines) is not read by hatop yet`;
    const hint = 'write the lines out; what they stand for is missing';
    state.report({ code: 'directive-unsupported', severity: 'error', message, span: spanOfToken(first, place), hint });
    return [];
  }
  if (statement.words.length === 1 && !block && raw.startsWith('$')) {
    const several = linesOfDefinition(raw, first, place, state);
    if (several) return several;
  }
  const [keyword, ...args] = wordsOf(statement, place, state);
  if (keyword === undefined) return [];
  if (INCLUDES.has(keyword.text) && !block) return linesOfInclude(keyword, args, place, state);
  if (!block) return [{ keyword, args, block: undefined }];
  if (place.depth >= DEEPEST_BLOCK) {
    const message = `blocks are nested more than ${DEEPEST_BLOCK} deep here; what is inside is not read`;
    state.report({ code: 'too-deep', severity: 'error', message, span: keyword.span });
    return [{ keyword, args, block: [] }];
  }
  return [{ keyword, args, block: linesOf(block.children, { ...place, depth: place.depth + 1 }, state) }];
}

/** A line that is nothing but a reference to a definition of several lines or with braces. */
function linesOfDefinition(raw: string, token: Token, place: Place, state: State): Line[] | undefined {
  const expanded = state.definitions.expand(raw, directoryOf(place.file));
  if (!expanded.ok || !/[\n{}]/.test(expanded.value) || place.depth >= DEEPEST_BLOCK) return undefined;
  const at = spanOfToken(token, place);
  const tree: Tree = parseTree(place.file, expanded.value, state.reader.configId);
  reportShape(tree, state.report, at);
  return linesOf(tree.nodes, { file: place.file, source: expanded.value, at, depth: place.depth + 1 }, state);
}

function wordsOf(statement: Statement, place: Place, state: State): Word[] {
  const words: Word[] = [];
  for (const token of statement.words) {
    const raw = place.source.slice(token.start, token.end);
    const span = spanOfToken(token, place);
    const quoted = /^(["']).*\1$/s.test(raw);
    const next = place.source[token.end];
    const cutByComment = next === '#' || next === '!';
    if (!raw.includes('$')) {
      words.push({ text: unquote(raw), span, quoted, cutByComment });
      continue;
    }
    const expanded = state.definitions.expand(raw, directoryOf(place.file));
    if (!expanded.ok) {
      state.report({ code: 'definition-too-large', severity: 'error', message: expanded.error, span });
      continue;
    }
    // An unquoted reference may bring several words.
    const pieces = quoted ? [expanded.value] : (expanded.value.match(/(?:"[^"]*"|'[^']*'|\S)+/g) ?? []);
    for (const piece of pieces) words.push({ text: unquote(piece), span, quoted, cutByComment });
  }
  return words;
}

function linesOfInclude(keyword: Word, args: readonly Word[], place: Place, state: State): Line[] {
  const pattern = args[0];
  if (!pattern) {
    const message = `\`${keyword.text}\` needs a path`;
    state.report({ code: 'missing-value', severity: 'error', message, span: keyword.span });
    return [];
  }
  const lines: Line[] = [];
  for (const { path, text } of includedFiles(keyword, pattern, place.file, state.reader, state.report)) {
    if (state.chain.includes(path) || state.chain.length >= DEEPEST_INCLUDE || state.budget.files-- <= 0) {
      const message = `including \`${path}\` here would never end`;
      state.report({ code: 'include-too-deep', severity: 'error', message, span: pattern.span });
      continue;
    }
    for (const line of linesOfFile(path, text, { ...state, chain: [...state.chain, path] })) lines.push(line);
  }
  return lines;
}

function spanOfToken(token: Token, place: Place): Span {
  const { start, end, line, column } = token;
  return place.at ?? { file: place.file, start, end, line, column };
}
