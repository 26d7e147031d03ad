/**
 * Bytes from a terminal to keys. Incremental and without timers: a sequence may be cut anywhere, and whoever owns the
 * clock calls `flush` when an ESC has stayed alone (30 to 50 ms). Sequences that mean nothing here are swallowed, so that
 * a mouse or a terminal's answer never becomes typed text. Never throws.
 */
export interface Key {
  /** The character, or one of up, down, left, right, home, end, pageup, pagedown, insert, delete, enter, tab, backspace, escape, f1…f12. */
  readonly name: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}
export type Input = { readonly type: 'key'; readonly key: Key } | { readonly type: 'paste'; readonly text: string };

export interface KeyParser {
  feed(bytes: Uint8Array): Input[];
  /** A lone ESC, or an unfinished sequence, ends here. */
  flush(): Input[];
  readonly waiting: boolean;
}

const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';
/** No paste is longer: the rest is dropped. */
const PASTE_MAX = 1 << 20;
/** No control sequence is longer. */
const SEQUENCE_MAX = 4096;

const FINAL: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};
const TILDE: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};
const LINUX_F: Readonly<Record<string, string>> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5' };

export function createKeyParser(): KeyParser {
  const decoder = new TextDecoder('utf-8');
  let buffer = '';
  let pasted: string | undefined;

  function drain(final: boolean): Input[] {
    const found: Input[] = [];
    while (buffer !== '') {
      if (pasted !== undefined) {
        if (!takePaste(found)) break;
        continue;
      }
      const step = next(buffer, final);
      if (!step) break;
      buffer = buffer.slice(step.length);
      if (step.paste) pasted = '';
      else if (step.key) found.push({ type: 'key', key: step.key });
    }
    return found;
  }

  /** Whether the paste ended within the buffer. Its end may itself be cut in two. */
  function takePaste(found: Input[]): boolean {
    const end = buffer.indexOf(PASTE_END);
    const interrupt = buffer.indexOf('\x03');
    if (interrupt >= 0 && (end < 0 || interrupt < end)) {
      // The way out where the end mark was lost: terminals keep control characters out of what they paste.
      buffer = buffer.slice(interrupt);
      pasted = undefined;
      return true;
    }
    const keep = end >= 0 ? end : Math.max(0, buffer.length - (PASTE_END.length - 1));
    pasted = (pasted + buffer.slice(0, keep)).slice(0, PASTE_MAX);
    buffer = buffer.slice(end >= 0 ? end + PASTE_END.length : keep);
    // No time ends a paste, or what follows would be typed.
    if (end < 0) return false;
    found.push({ type: 'paste', text: pasted });
    pasted = undefined;
    return true;
  }

  return {
    feed(bytes) {
      buffer += decoder.decode(bytes, { stream: true });
      return drain(false);
    },
    flush: () => drain(true),
    get waiting() {
      return buffer !== '' && pasted === undefined;
    },
  };
}

interface Taken {
  readonly length: number;
  /** Absent: swallowed. */
  readonly key?: Key;
  readonly paste?: boolean;
}

/** The first key of `text`; undefined where more is needed to tell. `final`: nothing more will come. */
function next(text: string, final: boolean): Taken | undefined {
  if (text[0] !== '\x1b') return plainKey(text);
  if (text.length === 1) return final ? { length: 1, key: named('escape') } : undefined;
  const taken = afterEscape(text);
  if (taken) return taken;
  if (text.length > SEQUENCE_MAX) return { length: text.length };
  // Cut off for good: `ESC [` or `ESC O` alone was Alt with that character; anything longer was no key of ours.
  if (!final) return undefined;
  return text.length === 2 ? { length: 2, key: { ...named(text[1] ?? ''), alt: true } } : { length: text.length };
}

function afterEscape(text: string): Taken | undefined {
  const second = text[1] ?? '';
  if (second === '[') return csi(text);
  if (second === 'O') return text.length < 3 ? undefined : ss3(text);
  // OSC, DCS, SOS, PM, APC: a terminal's answers, up to ST or BEL.
  if (']PX^_'.includes(second)) {
    const end = /\x07|\x1b\\/.exec(text.slice(2));
    return end ? { length: 2 + end.index + end[0].length } : undefined;
  }
  if (second === '\x1b') return { length: 1, key: named('escape') };
  const { length, key } = plainKey(text.slice(1));
  return key ? { length: length + 1, key: { ...key, alt: true } } : { length: length + 1 };
}

function csi(text: string): Taken | undefined {
  if (text.startsWith(PASTE_START)) return { length: PASTE_START.length, paste: true };
  if (text[2] === '[') {
    const name = LINUX_F[text[3] ?? ''];
    return text.length < 4 ? undefined : name ? { length: 4, key: named(name) } : { length: 4 };
  }
  // X10 mouse: three bytes follow.
  if (text[2] === 'M') return text.length < 6 ? undefined : { length: 6 };
  const match = /^\x1b\[([0-?]*)([ -/]*)([@-~])/.exec(text);
  if (!match) {
    // A byte that no sequence can hold: what came before it is dropped, the byte itself starts anew.
    const bad = /^\x1b\[[0-?]*[ -/]*/.exec(text)?.[0].length ?? 2;
    return bad < text.length ? { length: bad } : undefined;
  }
  const [all, parameters = '', between = '', final = ''] = match;
  const key = between === '' && !/[<=>?]/.test(parameters) ? csiKey(parameters, final) : undefined;
  return key ? { length: all.length, key } : { length: all.length };
}

function csiKey(parameters: string, final: string): Key | undefined {
  const [first = '', second = '', third = ''] = parameters.split(';').map((part) => part.split(':')[0] ?? '');
  if (final === 'u') return codeKey(Number(first), second);
  if (final === '~' && first === '27') return codeKey(Number(third), second);
  if (final === 'Z') return { ...named('tab'), shift: true };
  const name = final === '~' ? TILDE[first] : FINAL[final];
  return name === undefined ? undefined : { name, ...modifiers(second) };
}

/** CSI u and modifyOtherKeys: the key's code point and its modifiers. */
function codeKey(code: number, modifier: string): Key | undefined {
  if (!Number.isInteger(code) || code < 1 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const base = code === 27 ? named('escape') : plainKey(String.fromCodePoint(code)).key;
  if (!base) return undefined;
  const held = modifiers(modifier);
  const upper = held.shift && base.name.length === 1 ? base.name.toUpperCase() : base.name;
  return { name: upper, ctrl: base.ctrl || held.ctrl, alt: held.alt, shift: held.shift };
}

function modifiers(parameter: string): Omit<Key, 'name'> {
  const bits = Math.max(0, (Number(parameter) || 1) - 1);
  return { shift: (bits & 1) !== 0, alt: (bits & 2) !== 0, ctrl: (bits & 4) !== 0 };
}

function ss3(text: string): Taken {
  const third = text[2] ?? '';
  const name = third === 'M' ? 'enter' : FINAL[third];
  return name ? { length: 3, key: named(name) } : { length: 3 };
}

function plainKey(text: string): { length: number; key?: Key } {
  const code = text.codePointAt(0) ?? 0;
  const char = String.fromCodePoint(code);
  const length = char.length;
  if (code === 0x0d || code === 0x0a) return { length, key: named('enter') };
  if (code === 0x09) return { length, key: named('tab') };
  if (code === 0x7f || code === 0x08) return { length, key: named('backspace') };
  if (code === 0) return { length, key: { ...named(' '), ctrl: true } };
  if (code < 0x1b) return { length, key: { ...named(String.fromCharCode(code + 0x60)), ctrl: true } };
  if (code < 0x20 || (code >= 0x80 && code < 0xa0)) return { length };
  return { length, key: named(char) };
}

const named = (name: string): Key => ({ name, ctrl: false, alt: false, shift: false });
