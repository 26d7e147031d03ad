/** `lb_kind`, also called `lvs_method`: how a packet gets from the director to a real server. */
import { familyOf, type IpAddress } from '../base/ip.ts';
import type { Binder, Entry } from './block.ts';
import type { Line } from './statement.ts';
import { suggest } from './suggest.ts';

const METHODS = ['DR', 'NAT', 'TUN'] as const;
export type Method = (typeof METHODS)[number];

/** Undefined: a word that is none of them, reported as an error. Which one it was meant to be is nobody's to guess. */
export function readMethod({ line }: Entry, binder: Binder): Method | undefined {
  const word = line.args[0];
  if (!word) return undefined;
  const method = METHODS.find((known) => known === word.text);
  if (method === undefined) {
    const near = suggest(word.text, METHODS);
    const message = `unknown forwarding method \`${word.text}\``;
    const hint = `write \`${line.keyword.text} ${near ?? 'DR'}\`, in capitals; keepalived would take NAT, which is not guessed here`;
    binder.report({ code: 'bad-value', severity: 'error', message, span: word.span, hint });
  } else if (method !== 'DR') binder.notActed(`${line.keyword.text} ${method}`, word);
  return method;
}

/** With DR a packet reaches the real server as the client sent it: its port cannot differ. */
export function reportForcedPort(what: string, port: number, line: Line, report: Binder['report']): void {
  const message = `with DR the port of a ${what} is the service's: ${port} is used`;
  const at = line.args[1] ?? line.keyword;
  report({
    code: 'adjusted',
    severity: 'warning',
    message,
    span: at.span,
    hint: `write ${port} here, or use another \`lb_kind\``,
  });
}

/** Whether client and server can be of different families: only inside a tunnel. */
export const mixesFamilies = (service: IpAddress, server: IpAddress, method: Method): boolean =>
  method !== 'TUN' && familyOf(service) !== familyOf(server);
