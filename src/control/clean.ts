/** Strings from elsewhere (a peer's names and reasons, a server's answer) on their way to a terminal or into the journal. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** Controls, format characters (bidi, zero width), unassigned and private ones, marks, flags: none has a sure width. */
const UNSURE = /[\p{C}\p{Zl}\p{Zp}\p{M}\p{RI}\p{Emoji_Modifier}]/gu;
const ASCII_FOR: Readonly<Record<string, string>> = {
  '→': '->',
  '←': '<-',
  '…': '...',
  '–': '-',
  '—': '-',
  '×': 'x',
  '≥': '>=',
  '≤': '<=',
  '±': '+-',
  '·': '.',
  '−': '-',
  '“': '"',
  '”': '"',
  '’': "'",
};

/** `text` with everything that a terminal could take for something else than text replaced by one visible character. */
export function clean(text: string, ascii = false): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  const safe = text.normalize('NFC').replace(UNSURE, '·');
  return ascii ? safe.replace(/[^\x20-\x7e]/gu, (char) => ASCII_FOR[char] ?? '?') : safe;
}

/** As `clean`, but the line feeds stay: for a text whose lines are ours. */
export const cleanLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => clean(line))
    .join('\n');
