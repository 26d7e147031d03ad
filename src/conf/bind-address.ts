/** The lines of `virtual_ipaddress`: `IP[/LENGTH] [dev IF] [label L] …`. */
import { type Family, familyOf, parseIp } from '../base/ip.ts';
import { type AddressWords, bindAddressOptions } from './bind-address-options.ts';
import { readWish } from './bind-virtual-mac.ts';
import type { Binder } from './block.ts';
import type { VirtualAddress, VirtualMacWish } from './model.ts';
import { type Line, spanOf, type Word } from './statement.ts';
import { readAddress } from './values.ts';

/** How many words follow each option. */
const OPTIONS: Readonly<Record<string, number>> = {
  dev: 1,
  label: 1,
  brd: 1,
  broadcast: 1,
  scope: 1,
  peer: 1,
  home: 0,
  '-nodad': 0,
  nodad: 0,
  mngtmpaddr: 0,
  noprefixroute: 0,
  autojoin: 0,
  no_track: 0,
  preferred_lft: 1,
  track_group: 1,
};
/** `nodad` is what an address gets anyhow: a virtual one may still be on its former holder for a moment. */
const NOT_ACTED = ['no_track', 'track_group'];

/** Undefined where the line has no good address: reported as an error. */
export function bindAddress(line: Line, binder: Binder): VirtualAddress | undefined {
  const { report } = binder;
  const [text = '', length] = line.keyword.text.split('/', 2);
  const address = readAddress({ ...line.keyword, text }, report);
  if (address === undefined) return undefined;
  const { options: words, wish } = readOptions(line.args, binder);
  const prefix = readLength(line.keyword, length, familyOf(address), binder);
  return {
    address,
    interface: words.get('dev')?.text,
    ...bindAddressOptions(address, prefix, words, binder),
    wish,
    span: spanOf(line),
  };
}

function readLength(word: Word, length: string | undefined, family: Family, { report }: Binder): number {
  const most = family === 4 ? 32 : 128;
  if (length === undefined) return most;
  const bits = /^\d+$/.test(length) ? Number(length) : Number.NaN;
  if (bits >= 0 && bits <= most) return bits;
  const message = `\`/${length}\` is not a prefix length`;
  const hint = `it is 0…${most}; ${most} is used`;
  report({ code: 'out-of-range', severity: 'warning', message, span: word.span, hint });
  return most;
}

interface Options {
  readonly options: AddressWords;
  readonly wish: VirtualMacWish | undefined;
}

function readOptions(args: readonly Word[], binder: Binder): Options {
  const options = new Map<string, Word>();
  let wish: VirtualMacWish | undefined;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as Word;
    const follows = Object.hasOwn(OPTIONS, word.text) ? OPTIONS[word.text] : undefined;
    if (word.text === 'use_vmac') {
      // Whatever follows is its own.
      wish = readWish(word, args.slice(i + 1), binder);
      break;
    }
    if (follows === undefined) {
      const another = parseIp(word.text.split('/', 1)[0] ?? '') !== undefined;
      const message = `\`${word.text}\` is no option of an address`;
      const hint = another ? 'one address on each line' : 'it is ignored';
      binder.report({ code: 'bad-value', severity: another ? 'error' : 'warning', message, span: word.span, hint });
      continue;
    }
    const value = follows === 1 ? args[++i] : word;
    if (!value) {
      const message = `\`${word.text}\` needs a value`;
      binder.report({ code: 'missing-value', severity: 'warning', message, span: word.span, hint: 'it is ignored' });
    } else if (NOT_ACTED.includes(word.text)) binder.notActed(word.text, word);
    else options.set(word.text, value);
  }
  return { options, wish };
}

/**
 * The addresses of one instance: the first decides the family, and only that family is advertised. What an
 * advertisement cannot count (more than 255) is held like an excluded address.
 */
export function bindAddresses(advertised: readonly Line[], excluded: readonly Line[], binder: Binder) {
  const all = bindEach(advertised, binder);
  const rest = bindEach(excluded, binder);
  const first = all[0] ?? rest[0];
  const family: Family = first ? familyOf(first.address) : 4;
  const same = all.filter((entry) => {
    if (familyOf(entry.address) === family) return true;
    const message = `\`${entry.address}\` is not of the instance's family, IPv${family}, which the first address decides`;
    const hint = 'it is ignored; put it into `virtual_ipaddress_excluded` or an instance of its own';
    binder.report({ code: 'contradiction', severity: 'warning', message, span: entry.span, hint });
    return false;
  });
  const surplus = same[255];
  if (surplus) {
    const message = 'an advertisement has room for 255 addresses';
    const hint = 'this one and those after it are held, but not advertised';
    binder.report({ code: 'adjusted', severity: 'warning', message, span: surplus.span, hint });
  }
  return { family, addresses: same.slice(0, 255), excludedAddresses: [...same.slice(255), ...rest] };
}

function bindEach(lines: readonly Line[], binder: Binder): VirtualAddress[] {
  const bound: VirtualAddress[] = [];
  for (const line of lines) {
    const address = bindAddress(line, binder);
    if (address) bound.push(address);
  }
  return bound;
}
