import type { Binder, Values } from './block.ts';
import { readBlock } from './block.ts';
import type { VrrpInstance } from './model.ts';
import type { Word } from './statement.ts';
import { suggest } from './suggest.ts';

type Authentication = VrrpInstance['authentication'];
const NONE: Authentication = { type: 'none' };
/** What the field of the packet holds (RFC 2338 §5.3.6). */
const PASSWORD_BYTES = 8;

/** `authentication { auth_type PASS|AH auth_pass STRING }`. No message ever carries the password. */
export function bindAuthentication(values: Values, version: 2 | 3 | 'strict', binder: Binder): Authentication {
  const { report } = binder;
  const block = values.last('authentication')?.line;
  if (!block) return NONE;
  const inside = readBlock(values.linesIn('authentication'), 'authentication', binder);
  const typeWord = inside.last('auth_type')?.line.args[0];
  const passWord = inside.last('auth_pass')?.line.args[0];
  const { span } = block.keyword;
  if (version !== 2) {
    const message = `${version === 3 ? 'version 3' : 'strict mode'} has no authentication: it is ignored`;
    report({ code: 'contradiction', severity: 'warning', message, span, hint: 'remove the block' });
    return NONE;
  }
  if (!typeWord) {
    const message = '`authentication` has no `auth_type`: it is ignored';
    report({ code: 'required', severity: 'warning', message, span, hint: 'write `auth_type PASS`' });
    return NONE;
  }
  const type = typeWord.text;
  if (type !== 'PASS' && type !== 'AH') {
    const near = suggest(type, ['PASS', 'AH']);
    // What looks like neither may be the password on the wrong line.
    const message = `unknown authentication type${near ? ` \`${type}\`` : ''}`;
    const hint = `write \`auth_type ${near ?? 'PASS'}\`; keepalived would run without authentication, and the nodes might disagree`;
    report({ code: 'bad-value', severity: 'error', message, span: typeWord.span, hint, secret: !near });
    return NONE;
  }
  if (!passWord) {
    const message = '`authentication` has no `auth_pass`: it is ignored';
    report({
      code: 'required',
      severity: 'warning',
      message,
      span,
      hint: 'write `auth_pass` and at most 8 characters',
    });
    return NONE;
  }
  return { type, password: cut(passWord, binder) };
}

function cut(word: Word, { report }: Binder): string {
  if (word.cutByComment) {
    const message = 'a `#` or `!` directly behind the password starts a comment: what follows is not part of it';
    report({
      code: 'comment-in-value',
      severity: 'warning',
      message,
      span: word.span,
      hint: 'put the password in quotes if it is',
    });
  }
  let bytes = 0;
  let kept = '';
  for (const char of word.text) {
    bytes += utf8Length(char);
    if (bytes > PASSWORD_BYTES) {
      const message = `\`auth_pass\` is longer than ${PASSWORD_BYTES} characters: it is truncated`;
      const hint = `only the first ${PASSWORD_BYTES} count, on every node; shorten it`;
      report({ code: 'adjusted', severity: 'warning', message, span: word.span, hint });
      return kept;
    }
    kept += char;
  }
  return kept;
}

function utf8Length(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
