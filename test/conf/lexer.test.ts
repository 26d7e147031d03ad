import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lex, unquote } from '../../src/conf/lexer.ts';

const kinds = (text: string, configId?: string): string[] =>
  lex(text, configId)
    .filter((token) => token.kind !== 'blank')
    .map((token) => `${token.kind} ${JSON.stringify(text.slice(token.start, token.end))}`);

describe('tokens', () => {
  test('words, braces and comments', () => {
    expect(kinds('state MASTER # why\n}')).toEqual([
      'word "state"',
      'word "MASTER"',
      'comment "# why"',
      'newline "\\n"',
      'close "}"',
    ]);
  });

  test('braces stand for themselves, also glued to words', () => {
    expect(kinds('virtual_ipaddress{192.0.2.1}')).toEqual([
      'word "virtual_ipaddress"',
      'open "{"',
      'word "192.0.2.1"',
      'close "}"',
    ]);
  });

  test('# and ! end a word; inside quotes they do not', () => {
    expect(kinds('auth_pass ab!cd')).toEqual(['word "auth_pass"', 'word "ab"', 'comment "!cd"']);
    expect(kinds('auth_pass "ab!c#"')).toEqual(['word "auth_pass"', 'word "\\"ab!c#\\""']);
  });

  test('quotes keep blanks and braces; a quote inside needs a backslash', () => {
    expect(kinds(`script "a { 'b' \\" c"`)).toEqual(['word "script"', `word "\\"a { 'b' \\\\\\" c\\""`]);
  });

  test('a reference keeps its braces', () => {
    expect(kinds(`priority 1\${P}0`)).toEqual(['word "priority"', `word "1\${P}0"`]);
  });

  test('a quote that its line does not close ends there, and says so', () => {
    const tokens = lex('notify "a b\nstate MASTER', undefined);
    expect(tokens.filter((token) => token.unclosedQuote)).toHaveLength(1);
    expect(kinds('notify "a b\nstate MASTER')).toContain('word "MASTER"');
  });

  test('a definition goes on while its lines end in a backslash', () => {
    expect(kinds('$V=1 \\\n 2\nx')).toEqual(['definition "$V=1 \\\\\\n 2"', 'newline "\\n"', 'word "x"']);
  });

  test('@id lines count for their id, @^id lines for all others', () => {
    expect(kinds('@one priority 1', 'one')).toEqual(['condition "@one"', 'word "priority"', 'word "1"']);
    expect(kinds('@one priority 1', 'two')).toEqual(['inactive "@one priority 1"']);
    expect(kinds('@^one priority 1', 'two')).toEqual(['condition "@^one"', 'word "priority"', 'word "1"']);
    expect(kinds('@^one priority 1', 'one')).toEqual(['inactive "@^one priority 1"']);
  });

  test('an @ inside a line is part of a word', () => {
    expect(kinds('admin@example.org')).toEqual(['word "admin@example.org"']);
  });

  test('lines and columns are counted from 1, also after several lines in one token', () => {
    const tokens = lex('$V=1\\\n2\n  x', undefined).filter((token) => token.kind === 'word');
    expect(tokens.map(({ line, column }) => [line, column])).toEqual([[3, 3]]);
  });
});

test('unquote takes quotes off and leaves the rest', () => {
  expect(unquote('plain')).toBe('plain');
  expect(unquote('"a b"')).toBe('a b');
  expect(unquote(`"it's"`)).toBe("it's");
  expect(unquote('"say \\"x\\""')).toBe('say "x"');
});

test('tokens cover every character once, in order, for any text', () => {
  const alphabet = fc.constantFrom(...`ab {}#!"'\\$@=~\n\r\t\u00e9\ufeff\u{1f600}`);
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 60 }), fc.constantFrom(undefined, 'a'), (text, id) => {
      let at = 0;
      let line = 1;
      for (const token of lex(text, id)) {
        expect(token.start).toBe(at);
        expect(token.end).toBeGreaterThan(at);
        expect(token.line).toBe(line);
        line += text.slice(token.start, token.end).split('\n').length - 1;
        at = token.end;
      }
      expect(at).toBe(text.length);
    }),
    { numRuns: 500 },
  );
});
