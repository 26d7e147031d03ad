import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cut, fitTo, widthOf, wrap } from '../../src/console/fit.ts';
import { clean } from '../../src/control/clean.ts';

/** Every code point, with those that hurt more often than chance would bring them. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }),
      fc.integer({ min: 0, max: 0x7f }),
      fc.constantFrom(0x1b, 0x6771, 0x301, 0x200d, 0x1f600),
    ),
  )
  .map((codes) => String.fromCodePoint(...codes));

describe('clean: foreign strings before they reach the screen', () => {
  test.each([
    ['a title sequence', '\x1b]0;owned\x07', '·]0;owned·'],
    ['the clipboard', 'a\x1b]52;c;ZXZpbA==\x1b\\b', 'a·]52;c;ZXZpbA==·\\b'],
    ['a C1 control sequence', 'a\x9b2Jb', 'a·2Jb'],
    ['carriage return and backspace', 'real\rfake\b', 'real·fake·'],
    ['a tab and a line feed', 'a\tb\nc', 'a·b·c'],
    ['bidi override', 'abc\u202edef', 'abc·def'],
    ['zero width', 'a\u200bb\ufeffc', 'a·b·c'],
    ['half a surrogate pair', 'a\ud800b', 'a·b'],
    ['a pile of combining marks', 'o\u0337\u0338', 'o··'],
    ['a flag', '\u{1f1e9}\u{1f1ea}', '··'],
  ])('%s is made visible', (_, hostile, shown) => {
    expect(clean(hostile)).toBe(shown);
  });

  test('ordinary text stays, also beyond ASCII', () => {
    expect(clean('Zürich → 東京 e\u0301')).toBe('Zürich → 東京 é');
  });

  test('an ASCII screen gets ASCII only', () => {
    expect(clean('weight 3 → 0 · ok…東', true)).toBe('weight 3 -> 0 . ok...?');
    fc.assert(
      fc.property(anyText, (text) => {
        expect(clean(text, true)).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});

test('the short way to measure agrees with the long one on every character it takes', () => {
  for (let code = 0x20; code < 0x2800; code++) {
    const char = String.fromCharCode(code);
    if (clean(char) === char) expect(widthOf(char), code.toString(16)).toBe(stringWidth(char));
  }
});

describe('fitting', () => {
  test('is exact for any text and width, on both sides', () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), fc.constantFrom('left', 'right'), (text, width, align) => {
        expect(widthOf(fitTo(clean(text), width, align as 'left'))).toBe(width);
      }),
    );
  });

  test('a wide character is never cut in half', () => {
    expect(fitTo('東京', 3)).toBe('東…');
    expect(fitTo('東京', 2)).toBe('… ');
  });

  test('what is cut off shows', () => {
    expect(cut('10.0.0.100', 8)).toBe('10.0.0.…');
    expect(cut('10.0.0.100', 10)).toBe('10.0.0.100');
    expect(cut('anything', 0)).toBe('');
  });
});

describe('wrapping', () => {
  test('breaks at spaces', () => {
    expect(wrap('nobody advertised for the master-down interval', 20)).toEqual([
      'nobody advertised',
      'for the master-down',
      'interval',
    ]);
  });

  test('breaks a word that is longer than a line', () => {
    expect(wrap('2001:db8:0:0:0:0:0:100 x', 10)).toEqual(['2001:db8:0', ':0:0:0:0:1', '00 x']);
  });

  test('no line is too wide and no word is lost', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, width) => {
        const safe = clean(text);
        const lines = wrap(safe, width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replace(/\s/g, '')).toBe(safe.replace(/\s/g, ''));
      }),
    );
  });
});
