/** `lb_kind`, also called `lvs_method`: how a packet gets from the director to a real server. */
import { type Family, familyOf, type IpAddress } from '../base/ip.ts';
import type { Binder, Entry } from './block.ts';
import type { Tunnel } from './model.ts';
import type { Line, Word } from './statement.ts';
import { suggest } from './suggest.ts';
import { readPort } from './values.ts';

const METHODS = ['DR', 'NAT', 'TUN'] as const;
export type Method = (typeof METHODS)[number];

export interface Forwarding {
  readonly method: Method;
  /** Of TUN; undefined: IP in IP. */
  readonly tunnel: Tunnel | undefined;
}

/** Undefined: a word that is none of them, reported as an error. Which one it was meant to be is nobody's to guess. */
export function readForwarding({ line }: Entry, binder: Binder): Forwarding | undefined {
  const [word, ...rest] = line.args;
  if (!word) return undefined;
  const method = METHODS.find((known) => known === word.text);
  if (method === 'TUN') return readTunnel(rest, word, binder);
  if (method !== undefined) return { method, tunnel: undefined };
  const near = suggest(word.text, METHODS);
  const message = `unknown forwarding method \`${word.text}\``;
  const hint = `write \`${line.keyword.text} ${near ?? 'DR'}\`, in capitals; keepalived would take NAT, which is not guessed here`;
  binder.report({ code: 'bad-value', severity: 'error', message, span: word.span, hint });
  return undefined;
}

const CHECKSUMS: Readonly<Record<string, Tunnel['checksum']>> = {
  nocsum: 'none',
  csum: 'checksum',
  remcsum: 'remote',
};

/** `[type ipip|gue port N|gre] [nocsum|csum|remcsum]`. */
function readTunnel(words: readonly Word[], method: Word, { report }: Binder): Forwarding | undefined {
  let type = 'ipip';
  let port = 0;
  let checksum: Tunnel['checksum'] = 'none';
  const wrong = (word: Word, message: string): undefined => {
    const hint = 'write TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum]';
    report({ code: 'bad-value', severity: 'error', message, span: word.span, hint });
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? method;
    const value = words[i + 1];
    const sum = Object.hasOwn(CHECKSUMS, word.text) ? CHECKSUMS[word.text] : undefined;
    if (sum !== undefined) checksum = sum;
    else if (word.text === 'type' && value) {
      type = value.text;
      i++;
      if (!['ipip', 'gue', 'gre'].includes(type)) return wrong(value, `unknown type of tunnel \`${type}\``);
    } else if (word.text === 'port' && value) {
      i++;
      const number = readPort(value, report);
      if (number === undefined) return undefined;
      port = number;
    } else return wrong(word, `\`${word.text}\` is nothing that TUN knows`);
  }
  if (type === 'gue' && port === 0) return wrong(method, 'a GUE tunnel needs a port');
  if (type !== 'gue' && port !== 0) return wrong(method, `a tunnel of the type ${type} has no port`);
  if (type === 'gre' && checksum === 'remote') return wrong(method, 'GRE has no `remcsum`');
  if (type === 'ipip') return { method: 'TUN', tunnel: undefined };
  return { method: 'TUN', tunnel: { type: type as Tunnel['type'], port, checksum } };
}

/** Unless it is NAT, a packet reaches the real server as the client sent it: its port cannot differ. */
export function reportForcedPort(
  what: string,
  method: Method,
  port: number,
  line: Line,
  report: Binder['report'],
): void {
  const message = `with ${method} the port of a ${what} is the service's: ${port} is used`;
  const at = line.args[1] ?? line.keyword;
  report({
    code: 'adjusted',
    severity: 'warning',
    message,
    span: at.span,
    hint: `write ${port} here, or use \`lb_kind NAT\``,
  });
}

/** Whether client and server are of different families where they cannot be: only a tunnel carries the one in the other. */
export const mixesFamilies = (service: Family, server: IpAddress, method: Method): boolean =>
  method !== 'TUN' && service !== familyOf(server);
