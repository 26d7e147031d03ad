import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyParser, type Input } from '../../src/console/key-parser.ts';
import { chord } from '../../src/console/keys.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const shown = (input: Input): string => (input.type === 'paste' ? `paste(${input.text})` : chord(input.key));

/** The chords that `chunks` mean, the last one followed by silence. */
function keys(...chunks: (string | Uint8Array)[]): string[] {
  const parser = createKeyParser();
  const found = chunks.flatMap((chunk) => parser.feed(typeof chunk === 'string' ? bytes(chunk) : chunk));
  return [...found, ...parser.flush()].map(shown);
}

describe('keys', () => {
  test.each([
    ['j', ['j']],
    ['jjj', ['j', 'j', 'j']],
    ['j\r', ['j', 'enter']],
    ['abc\x03', ['a', 'b', 'c', 'C-c']],
    ['F', ['F']],
    ['\x7f', ['backspace']],
    ['\x08', ['backspace']],
    ['\t', ['tab']],
    ['\x1b[Z', ['S-tab']],
    ['\x1b', ['escape']],
    ['\x1b[A', ['up']],
    ['\x1bOA', ['up']],
    ['\x1b[5~\x1b[6~', ['pageup', 'pagedown']],
    ['\x1b[H\x1b[F\x1b[1~\x1b[4~', ['home', 'end', 'home', 'end']],
    ['\x1bOP\x1b[11~\x1b[[A', ['f1', 'f1', 'f1']],
    ['\x1b[1;5P', ['C-f1']],
    ['\x1b[1;2A', ['S-up']],
    ['\x1by', ['A-y']],
    ['\x1b\x1b[B', ['escape', 'down']],
    ['é', ['é']],
    ['東', ['東']],
    ['\x00', ['C- ']],
  ])('%j is %j', (text, expected) => {
    expect(keys(text)).toEqual(expected);
  });

  test('CSI u and modifyOtherKeys say the same as the plain bytes', () => {
    expect(keys('\x1b[121u')).toEqual(['y']);
    expect(keys('\x1b[121;5u')).toEqual(['C-y']);
    expect(keys('\x1b[27u')).toEqual(['escape']);
    expect(keys('\x1b[27;5;99~')).toEqual(['C-c']);
    expect(keys('\x1b[13u')).toEqual(['enter']);
  });

  test.each([
    ['an SGR mouse report', '\x1b[<0;10;20M'],
    ['an X10 mouse report', '\x1b[M !!'],
    ['focus', '\x1b[I\x1b[O'],
    ['a device attribute answer', '\x1b[?62;1;4c'],
    ['a cursor position report', '\x1b[24;80R\x1b[?24;80R'],
    ['an OSC answer, ended by BEL', '\x1b]11;rgb:ffff/ffff/ffff\x07'],
    ['an OSC answer, ended by ST', '\x1b]11;rgb:ffff/ffff/ffff\x1b\\'],
    ['a DCS answer', '\x1bP>|xterm(390)\x1b\\'],
    ['a key that nobody has', '\x1b[999;5~'],
  ])('%s is no typed text', (_, text) => {
    expect(keys(`${text}j`).filter((key) => key.length === 1)).toEqual(['j']);
  });

  test('a lone ESC waits; what follows makes a sequence of it', () => {
    const parser = createKeyParser();
    expect(parser.feed(bytes('\x1b'))).toEqual([]);
    expect(parser.waiting).toBe(true);
    expect(parser.feed(bytes('[A')).map(shown)).toEqual(['up']);
    expect(parser.waiting).toBe(false);
  });
});

describe('pastes', () => {
  test('are one input, never keys', () => {
    expect(keys('\x1b[200~Fy\r\x1b[201~q')).toEqual(['paste(Fy\r)', 'q']);
  });

  test('may be cut anywhere, the end mark too', () => {
    expect(keys('\x1b[20', '0~y', 'y\x1b[2', '01~', 'n')).toEqual(['paste(yy)', 'n']);
  });

  test('no silence ends one: what comes late is still pasted', () => {
    const parser = createKeyParser();
    parser.feed(bytes('\x1b[200~ab'));
    expect(parser.waiting).toBe(false);
    expect(parser.flush()).toEqual([]);
    expect(parser.feed(bytes('y\x1b[201~')).map(shown)).toEqual(['paste(aby)']);
  });

  test('Ctrl-C gets out of one that never ends', () => {
    expect(keys('\x1b[200~lost', '\x03')).toEqual(['C-c']);
  });

  test('are bounded', () => {
    const [input] = createKeyParser().feed(bytes(`\x1b[200~${'x'.repeat(2 << 20)}\x1b[201~`));
    expect(input?.type === 'paste' && input.text.length).toBe(1 << 20);
  });
});

describe('properties', () => {
  const piece = fc.constantFrom(
    'j',
    'y',
    '\x1b[A',
    '\x1b[1;5P',
    '\x1bOQ',
    '\r',
    'ü',
    '\x1b[200~p\x1b[201~',
    '\x1b[<0;1;1M',
    '\x1bx',
    '\x1b]0;t\x07',
    '東',
    '\x1b[[B',
    '\x1b[M   ',
  );

  test('however the bytes are cut, the keys are the same', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(200)), (pieces, cuts) => {
        const all = bytes(pieces.join(''));
        const places = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
        const chunks = places.slice(1).map((end, i) => all.subarray(places[i], end));
        expect(keys(...chunks)).toEqual(keys(all));
      }),
    );
  });

  test('any bytes at all: nothing is thrown, nothing stays behind, nothing but known keys comes out', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (chunks) => {
        const parser = createKeyParser();
        const inputs = [...chunks.flatMap((chunk) => parser.feed(chunk)), ...parser.flush()];
        expect(parser.waiting).toBe(false);
        for (const input of inputs) {
          if (input.type === 'key') expect(input.key.name).toMatch(/^(?:[a-z0-9]{2,9}|[^\x00-\x1f\x7f-\x9f])$/u);
        }
      }),
    );
  });
});
