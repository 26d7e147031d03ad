/** A regex against a body, for a bounded time: an expression that backtracks for ever must not stop the checks. */
import { createContext, Script } from 'node:vm';
import type { RegexConfig } from '../check/config.ts';

const LONGEST = 250;
const context = createContext({ expression: /x/, text: '' });
const script = new Script('expression.exec(text)?.index');

export function matchBody(regex: RegexConfig, body: Uint8Array): 'found' | 'absent' | 'too-long' {
  const unicode = regex.flags.includes('u');
  const bytes = Buffer.from(body);
  // By bytes, as PCRE2 has it without `utf`: one character each, in body and expression alike.
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
