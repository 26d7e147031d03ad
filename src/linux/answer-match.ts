/**
 * A regex against an HTTP answer as it came, headers included: that is what keepalived 2.2.7 matches. For a bounded
 * time: an expression that backtracks for ever must not stop the checks.
 */
import { createContext, Script } from 'node:vm';
import type { RegexConfig } from '../check/config.ts';

const LONGEST = 250;
const KEPT = 1024 * 1024;
const context = createContext({ expression: /x/, text: '' });
const script = new Script('expression.exec(text)?.index');

export type MatchOutcome = 'found' | 'absent' | 'too-long';

export interface Matcher {
  push(chunk: Buffer): void;
  /** Over the first MiB. */
  outcome(): MatchOutcome;
}

export function createMatcher(regex: RegexConfig): Matcher {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    push(chunk) {
      const part = chunk.subarray(0, KEPT - length);
      length += part.length;
      if (part.length > 0) chunks.push(part);
    },
    outcome: () => match(regex, Buffer.concat(chunks)),
  };
}

function match(regex: RegexConfig, bytes: Buffer): MatchOutcome {
  const unicode = regex.flags.includes('u');
  // By bytes, as PCRE2 has it without `utf`: one character each, in answer and expression alike.
  const source = unicode ? regex.source : Buffer.from(regex.source, 'utf8').toString('latin1');
  const text = bytes.toString(unicode ? 'utf8' : 'latin1');
  const expression = new RegExp(source, `${regex.flags}g`);
  expression.lastIndex = unicode ? bytes.toString('utf8', 0, regex.minOffset).length : regex.minOffset;
  context.expression = expression;
  context.text = text;
  try {
    const index = script.runInContext(context, { timeout: LONGEST }) as number | undefined;
    if (index === undefined) return 'absent';
    const at = unicode ? Buffer.byteLength(text.slice(0, index)) : index;
    return regex.maxOffset === undefined || at <= regex.maxOffset ? 'found' : 'absent';
  } catch {
    return 'too-long';
  } finally {
    context.text = '';
  }
}
