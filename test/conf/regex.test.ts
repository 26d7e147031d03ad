import { describe, expect, test } from 'vitest';
import { translateRegex, unescapePattern } from '../../src/conf/regex.ts';

const matches = (pattern: string, text: string, ...options: string[]): boolean => {
  const translated = translateRegex(pattern, options);
  if (!translated.ok) throw new Error(translated.error);
  return new RegExp(translated.value.source, translated.value.flags).test(text);
};

describe('PCRE2 in the syntax of JavaScript', () => {
  test.each([
    ['status: *ok', 'status:  ok', true],
    ['ok$', 'is ok\n', true],
    ['ok$', 'is ok\n\n', false],
    ['ok\\z', 'is ok\n', false],
    ['ok\\Z', 'is ok\n', true],
    ['\\Aok', 'not\nok', false],
    ['[[:digit:]]{3}', 'a 503', true],
    ['^[^[:space:]]+$', 'a b', false],
    ['[]x]', ']', true],
    ['[$]', '$', true],
    ['(?i)OK', 'ok', true],
    ['(?P<a>o)(?P=a)', 'oo', true],
    ['a.c', 'a\nc', false],
    ['a\\$b', 'a$b', true],
  ])('%s against %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test('options', () => {
    expect(matches('OK', 'ok')).toBe(false);
    expect(matches('OK', 'ok', 'caseless')).toBe(true);
    expect(matches('a.c', 'a\nc', 'dotall')).toBe(true);
    expect(matches('^b$', 'a\nb\nc', 'multiline')).toBe(true);
    expect(matches('ok$', 'ok\n', 'dollar_endonly')).toBe(false);
    expect(matches('b', 'ab', 'anchored')).toBe(false);
    expect(matches('a b # twice\n c', 'abc', 'extended')).toBe(true);
  });

  test.each(['(?>a)b', 'a++', '(?R)', '\\Kfoo', '(*UTF)a', '(?|a|b)', '(a', 'x{2,1}'])('refuses %s', (pattern) => {
    expect(translateRegex(pattern, []).ok).toBe(false);
  });

  test('what only looks like it is none of these', () => {
    expect(matches('a\\++', 'a++')).toBe(true);
    expect(matches('[*+]+', '*+')).toBe(true);
  });

  test('an unknown option is refused', () => {
    expect(translateRegex('a', ['ungreedy'])).toMatchObject({ ok: false });
  });
});

test('one level of backslashes is keepalived’s own', () => {
  expect(unescapePattern('a\\\\d\\x41\\n\\101\\"')).toEqual({
    pattern: 'a\\dA\nA"',
    lost: ['\\n'],
  });
  expect(unescapePattern('\\d')).toEqual({ pattern: 'd', lost: ['\\d'] });
});
