/** SMTP_CHECK: the greeting, HELO, QUIT (RFC 5321 §4.2: a reply's last line has a blank after its code). */
import { formatDuration, type Judgement, judgeFailure } from './judge.ts';
import type { SmtpProbeResult } from './probe.ts';

export type SmtpTurn =
  | { readonly kind: 'wait' }
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'greeted' }
  | { readonly kind: 'unwelcome'; readonly at: 'connect' | 'HELO'; readonly line: string }
  | { readonly kind: 'malformed'; readonly detail: string };

export interface SmtpDialogue {
  /** What to do after one line of the server, without its end. */
  heard(line: string): SmtpTurn;
}

const longestReply = 100;

export function smtpDialogue(heloName: string): SmtpDialogue {
  const expected = [220, 250, undefined];
  let turn = 0;
  let lines = 0;
  return {
    heard(line) {
      const [, code, more] = /^(\d{3})(-| |$)/.exec(line) ?? [];
      if (code === undefined) return { kind: 'malformed', detail: `it says ${JSON.stringify(line.slice(0, 40))}` };
      if (more === '-') {
        return ++lines > longestReply ? { kind: 'malformed', detail: 'a reply without end' } : { kind: 'wait' };
      }
      const wanted = expected[turn];
      if (wanted !== undefined && Number(code) !== wanted) {
        return { kind: 'unwelcome', at: turn === 0 ? 'connect' : 'HELO', line: line.slice(0, 80) };
      }
      turn++;
      if (turn === 1) return { kind: 'send', text: `HELO ${heloName}\r\n` };
      return turn === 2 ? { kind: 'send', text: 'QUIT\r\n' } : { kind: 'greeted' };
    },
  };
}

export function judgeSmtp(target: Parameters<typeof judgeFailure>[1], result: SmtpProbeResult): Judgement {
  if (result.kind === 'greeted') {
    return { good: true, reason: `SMTP greeted, ${formatDuration(result.took)}`, took: result.took };
  }
  if (result.kind !== 'unwelcome') return judgeFailure(result, target, 'an SMTP');
  const to = result.at === 'connect' ? 'the connection' : 'HELO';
  return { good: false, reason: `SMTP answer to ${to}: ${result.line}`, took: undefined };
}
