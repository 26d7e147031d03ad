/** `peer NAME { … }` of hatop.conf: another hatop, and how its engine is reached. */
import type { Diagnostic, Report } from './diagnostic.ts';
import type { Span } from './model.ts';
import { type Line, spanOf } from './statement.ts';
import { suggest } from './suggest.ts';

export interface PeerConf {
  readonly name: string;
  readonly reach: /** `host` as ssh takes it; `socket`: the engine's over there, where it is not the usual one. */
    | { readonly kind: 'ssh'; readonly host: string; readonly socket: string | undefined }
    /** An argument vector whose standard streams lead to the engine's socket. */
    | { readonly kind: 'command'; readonly argv: readonly string[] };
  readonly span: Span;
}

const WORDS = ['ssh', 'command', 'socket'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** What begins with a dash would be an option of ssh's. */
const HOST = /^[A-Za-z0-9_][A-Za-z0-9._@:%-]{0,254}$/;

/** Undefined where it is wrong; what is wrong has been reported. */
export function bindPeer(line: Line, report: Report): PeerConf | undefined {
  const wrong = complainTo(report);
  const { span } = line.keyword;
  const [name, more] = line.args;
  if (!name) return wrong('missing-value', '`peer` needs a name', span, 'as in: peer n2 { ssh root@10.0.0.2 }');
  if (more) return wrong('bad-value', '`peer` takes one name', spanOf(line));
  if (!NAME.test(name.text)) {
    return wrong('bad-value', `\`${name.text}\` is no name for a peer`, name.span, 'letters, digits, dot, dash');
  }
  if (!line.block) return wrong('missing-value', '`peer` needs a block', span, 'peer NAME { ssh USER@HOST }');
  const said = linesByWord(line.block, report);
  if (!said) return undefined;
  const [ssh, command, socket] = WORDS.map((word) => said.get(word));
  if (ssh && command) {
    return wrong('duplicate', 'a peer is reached by `ssh` or by `command`, not by both', command.keyword.span);
  }
  if (ssh) return bindSsh(name.text, span, ssh, socket, wrong);
  if (!command) {
    return wrong('missing-value', `peer ${name.text} cannot be reached`, span, 'say ssh USER@HOST in its block');
  }
  if (socket) return wrong('bad-value', '`socket` goes with `ssh`', socket.keyword.span, 'put it into the command');
  const argv = command.args.map(({ text }) => text);
  return { name: name.text, reach: { kind: 'command', argv }, span };
}

function bindSsh(name: string, span: Span, ssh: Line, socket: Line | undefined, wrong: Complain): PeerConf | undefined {
  const [host] = ssh.args;
  const path = socket?.args[0];
  if (!host || ssh.args.length > 1) return wrong('bad-value', '`ssh` takes one USER@HOST', spanOf(ssh));
  if (!HOST.test(host.text)) return wrong('bad-value', `\`${host.text}\` is no host for ssh`, host.span, 'USER@HOST');
  if (socket && (!path?.text.startsWith('/') || socket.args.length > 1)) {
    return wrong('bad-value', '`socket` takes one absolute path', spanOf(socket));
  }
  return { name, reach: { kind: 'ssh', host: host.text, socket: path?.text }, span };
}

function linesByWord(block: readonly Line[], report: Report): Map<string, Line> | undefined {
  const wrong = complainTo(report);
  const said = new Map<string, Line>();
  let good = true;
  for (const line of block) {
    const { text, span } = line.keyword;
    const before = said.get(text);
    const near = suggest(text, WORDS);
    if (!WORDS.includes(text)) {
      const hint = near ? `did you mean \`${near}\`?` : `a peer knows ${WORDS.join(', ')}`;
      wrong('unknown-keyword', `unknown keyword \`${text}\``, span, hint);
    } else if (line.block) wrong('unknown-block', `\`${text}\` takes no block`, span);
    else if (before) {
      const first = before.keyword.span;
      wrong('duplicate', `\`${text}\` is said twice`, span, `first at ${first.file}:${first.line}`);
    } else if (!line.args[0]) wrong('missing-value', `\`${text}\` needs a value`, span);
    else {
      said.set(text, line);
      continue;
    }
    good = false;
  }
  return good ? said : undefined;
}

type Complain = (code: Diagnostic['code'], message: string, at: Span, hint?: string) => undefined;

const complainTo =
  (report: Report): Complain =>
  (code, message, span, hint) => {
    report({ code, severity: 'error', message, span, hint });
    return undefined;
  };
