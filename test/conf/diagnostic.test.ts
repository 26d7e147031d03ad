import { describe, expect, test } from 'vitest';
import { renderDiagnostic } from '../../src/conf/diagnostic.ts';
import { maskSecrets } from '../../src/conf/mask.ts';
import { distance, suggest } from '../../src/conf/suggest.ts';
import { instance, load, rendered } from './load.ts';

const span = { file: 'f', start: 0, end: 1, line: 1, column: 1 };

describe('rendering', () => {
  test('tabs stay tabs, so that the caret stands under its word', () => {
    const shown = rendered(load(instance('\tstate\tSLAVE')));
    expect(shown).toContain('  \tstate\tSLAVE\n  \t     \t^^^^^\n');
  });

  test('without the text of the file there is no excerpt', () => {
    const diagnostic = { code: 'unused', severity: 'info', message: 'm', hint: 'h', span } as const;
    expect(renderDiagnostic(diagnostic, undefined)).toBe('f:1:1: info: m\n  hint: h');
  });

  test('control characters of the file do not reach the terminal', () => {
    expect(rendered(load('\u001b[2J x\n'))).not.toContain('\u001b');
  });
});

describe('secrets', () => {
  test.each([
    ['    auth_pass hunter22', '    auth_pass ********'],
    ['auth_pass "hunter 22" # was hunter21', 'auth_pass ********'],
    ['authentication { auth_type PASS auth_pass hunter22 }', 'authentication { auth_type PASS auth_pass ******** }'],
    ['auth_pas hunter22', 'auth_pas ********'],
    ['atuh_pass hunter22', 'atuh_pass ********'],
    ['AUTH_PASS hunter22', 'AUTH_PASS ********'],
    ['$PW=hunter22', '$PW=********'],
    ['@one $PW=hunter22', '@one $PW=********'],
    ['    password hunter22', '    password ********'],
    ['  key 1 hex:hunter22', '  key ********'],
  ])('%s', (line, shown) => {
    expect(maskSecrets(line)).toBe(shown);
  });

  test.each(['auth_type PASS', 'auth_type PASS # as agreed', 'state MASTER', 'path /index.html'])('not: %s', (line) => {
    expect(maskSecrets(line)).toBe(line);
  });

  const auth = (lines: string): string => instance(`    authentication {\n${lines}\n    }`);
  test.each([
    auth('        auth_type PASS\n        auth_pass hunter22-and-more'),
    auth('        auth_type PASS\n        auth_pas hunter22'),
    auth('        auth_type PASS\n        auth_pass\n        hunter22'),
    auth('        auth_type PASS\n        auth_pass "hunter22'),
    auth('        auth_type PASS\n        auth_pass hunter22!'),
    auth('        auth_type AH auth_pass hunter22'),
    auth('        auth_pass hunter22 {'),
    auth('        auth_type hunter22'),
    instance('    auth_pass hunter22'),
    instance('    authentication { auth_typ PASS auth_pass hunter22 }'),
    `auth_pass hunter22\n`,
    `$P=hunter22\n${auth('auth_type PASS\nauth_pass $P$P')}`,
  ])('never appear in a rendered diagnostic: %#', (text) => {
    const loaded = load(text);
    expect(loaded.diagnostics.length).toBeGreaterThan(0);
    expect(rendered(loaded)).not.toContain('hunter22');
    expect(JSON.stringify(loaded.diagnostics)).not.toContain('hunter22');
  });

  test('the caret of a masked word stands under the mask', () => {
    expect(rendered(load(auth('        auth_type PASS\n        auth_pass hunter22more')))).toContain(
      '          auth_pass ********\n                    ^^^^^^^^\n',
    );
  });
});

describe('suggestions', () => {
  test('distance counts insertions, deletions, substitutions and swapped neighbours', () => {
    expect(distance('fail', 'fall', 3)).toBe(1);
    expect(distance('CHEKC', 'CHECK', 3)).toBe(1);
    expect(distance('inteface', 'interface', 3)).toBe(1);
    expect(distance('abc', 'abc', 3)).toBe(0);
    expect(distance('abc', 'xyz', 2)).toBeGreaterThan(2);
  });

  test('the nearest candidate, or none', () => {
    expect(suggest('fail', ['fork', 'fall', 'full'])).toBe('fall');
    expect(suggest('zzz', ['fall'])).toBeUndefined();
    expect(suggest('x', ['y'])).toBeUndefined();
    expect(suggest('script_security', ['enable_script_security'])).toBe('enable_script_security');
  });
});
