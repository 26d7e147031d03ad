/**
 * `/etc/hatop/hatop.conf`: what is hatop's alone, and what keepalived.conf has no word for, so that one stays valid for
 * keepalived. Written like keepalived.conf, one word and its value a line, or a block; but a mistake here is an error,
 * for there is no other program whose leniency anybody relies on.
 */
import type { Result } from '../base/result.ts';
import { type Diagnostic, inReadingOrder, type Report } from './diagnostic.ts';
import { expandFile } from './expand.ts';
import { parentsOf } from './keywords.ts';
import type { Span } from './model.ts';
import { bindPeer, type PeerConf } from './peer.ts';
import { type Line, spanOf } from './statement.ts';
import { suggest } from './suggest.ts';

export const DATA_PLANE_CHOICES = ['auto', 'ipvs', 'nftables'] as const;
export type DataPlaneChoice = (typeof DATA_PLANE_CHOICES)[number];

export interface HatopConf {
  /** Undefined: the file does not say. */
  readonly dataPlane: { readonly choice: DataPlaneChoice; readonly span: Span } | undefined;
  /** In the order of the file, each name once. */
  readonly peers: readonly PeerConf[];
}

export interface LoadedHatopConf {
  readonly settings: HatopConf;
  /** In reading order. Not to be run while there is an error among them. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
}

/** What the file may say: its words, and what each takes. */
const WORDS: Readonly<Record<string, readonly string[]>> = { data_plane: DATA_PLANE_CHOICES };

export const NO_HATOP_CONF: HatopConf = { dataPlane: undefined, peers: [] };

/** Reads `path` and what it includes. Never throws for what stands in there: it is in the diagnostics. */
export function loadHatopConf(path: string, readFile: (path: string) => Result<string, string>): LoadedHatopConf {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => void diagnostics.push(diagnostic);
  const sources = new Map<string, string>();
  const reader = { readFile, listFiles: undefined, configId: undefined };
  const said = new Map<string, Line>();
  const peers: PeerConf[] = [];
  for (const line of expandFile(path, reader, sources, report)) {
    if (line.keyword.text === 'peer') {
      const peer = bindPeer(line, report);
      if (peer && isNew(peer, peers, report)) peers.push(peer);
    } else if (isUsable(line, said, report)) said.set(line.keyword.text, line);
  }
  const line = said.get('data_plane');
  const choice = DATA_PLANE_CHOICES.find((one) => one === line?.args[0]?.text);
  const dataPlane = line && choice && { choice, span: line.keyword.span };
  return { settings: { dataPlane, peers }, diagnostics: inReadingOrder(diagnostics, [...sources.keys()]), sources };
}

function isNew({ name, span }: PeerConf, peers: readonly PeerConf[], report: Report): boolean {
  const before = peers.find((one) => one.name === name)?.span;
  if (!before) return true;
  const hint = `first at ${before.file}:${before.line}`;
  report({ code: 'duplicate', severity: 'error', message: `peer ${name} is said twice`, span, hint });
  return false;
}

function isUsable(line: Line, said: ReadonlyMap<string, Line>, report: Report): boolean {
  const { text, span } = line.keyword;
  const values = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  const wrong = (code: Diagnostic['code'], message: string, at: Span, hint?: string): false => {
    report({ code, severity: 'error', message, span: at, hint });
    return false;
  };
  if (!values) return wrong(...unknown(line));
  const before = said.get(text)?.keyword.span;
  if (before) return wrong('duplicate', `\`${text}\` is said twice`, span, `first at ${before.file}:${before.line}`);
  if (line.block) return wrong('unknown-block', `\`${text}\` takes no block`, span);
  const [value, more] = line.args;
  const oneOf = `\`${text}\` is one of ${values.join(', ')}`;
  if (!value) return wrong('missing-value', `\`${text}\` needs a value`, span, oneOf);
  if (more) return wrong('bad-value', `\`${text}\` takes one value`, spanOf(line), oneOf);
  if (values.includes(value.text)) return true;
  const near = suggest(value.text, values);
  return wrong('bad-value', `${oneOf}; not \`${value.text}\``, value.span, near && `did you mean \`${near}\`?`);
}

function unknown({ keyword: { text, span }, block }: Line): [Diagnostic['code'], string, Span, string] {
  const names = [...Object.keys(WORDS), 'peer'];
  const what = block ? 'block' : 'keyword';
  const near = suggest(text, names);
  const hint =
    parentsOf(text).length > 0
      ? 'it belongs in keepalived.conf'
      : near
        ? `did you mean \`${near}\`?`
        : `this file knows ${names.join(', ')}`;
  return [block ? 'unknown-block' : 'unknown-keyword', `unknown ${what} \`${text}\``, span, hint];
}
