/** What may follow a virtual address on its line, beyond `dev`: how the kernel is to hold it (ip-address(8)). */
import type { AddressFlag, AddressOptions } from '../base/address-options.ts';
import { type Family, familyOf, type IpAddress, ipBytes, ipFromBytes, parseIp } from '../base/ip.ts';
import type { Binder } from './block.ts';
import type { VirtualAddress } from './model.ts';
import type { Word } from './statement.ts';

/** The words of one line with their values; a flag is its own value. */
export type AddressWords = ReadonlyMap<string, Word>;
export type HowHeld = Pick<VirtualAddress, 'prefix' | 'label' | 'peer' | 'options'>;

const LONGEST_NAME = 15;
const SCOPES: Readonly<Record<string, number>> = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 };
const FOR_EVER = 0xffff_ffff;
const FLAGS: Readonly<Record<string, AddressFlag>> = {
  home: 'home',
  '-nodad': 'dad',
  mngtmpaddr: 'mngtmpaddr',
  noprefixroute: 'noprefixroute',
  autojoin: 'autojoin',
};
/** A temporary address is made from the lower half of the bits (RFC 8981). */
const HALF = 64;

export function bindAddressOptions(address: IpAddress, length: number, words: AddressWords, binder: Binder): HowHeld {
  const family = familyOf(address);
  const most = family === 4 ? 32 : 128;
  const peer = readPeer(words.get('peer'), family, binder);
  const peerWord = words.get('peer');
  if (peer && peerWord && length !== most) warn(peerWord, 'an address with a peer has no prefix length', binder);
  const prefix = peer ? most : length;
  const options: AddressOptions = {
    scope: readScope(words.get('scope'), family, binder),
    broadcast: readBroadcast(words, address, prefix, binder),
    preferredLifetime: readLifetime(words.get('preferred_lft'), family, prefix, binder),
    flags: Object.entries(FLAGS).flatMap(([word, flag]) => {
      const written = words.get(word);
      return written && fits(written, family, prefix, binder) ? [flag] : [];
    }),
  };
  return { prefix, peer, label: readLabel(words.get('label'), family, binder), options };
}

function warn({ span }: Word, message: string, { report }: Binder, hint = 'it is ignored'): undefined {
  report({ code: 'bad-value', severity: 'warning', message, span, hint });
  return undefined;
}

/** keepalived leaves the whole address out: the nodes would not advertise the same. */
function refuse({ span }: Word, message: string, { report }: Binder): undefined {
  const hint = 'remove it; keepalived would leave out the whole address, and the nodes might disagree';
  report({ code: 'bad-value', severity: 'error', message, span, hint });
  return undefined;
}

function readPeer(word: Word | undefined, family: Family, binder: Binder): IpAddress | undefined {
  if (!word) return undefined;
  const [host = '', length] = word.text.split('/', 2);
  if (length !== undefined && parseIp(host) !== undefined) {
    const hint = `it is ignored, as keepalived does: write \`peer ${host}\``;
    return warn(word, `the peer \`${word.text}\` has a prefix length`, binder, hint);
  }
  const peer = parseIp(word.text);
  if (peer === undefined) return warn(word, `the peer \`${word.text}\` is no IP address`, binder);
  if (familyOf(peer) === family) return peer;
  return warn(word, `the peer \`${peer}\` is not of the address's family, IPv${family}`, binder);
}

function readScope(word: Word | undefined, family: Family, binder: Binder): number | undefined {
  if (!word) return undefined;
  if (family === 6) return warn(word, 'an IPv6 address has no `scope`: what it is says it', binder);
  const named = Object.hasOwn(SCOPES, word.text) ? SCOPES[word.text] : undefined;
  const scope = named ?? (/^\d{1,3}$/.test(word.text) ? Number(word.text) : 256);
  if (scope <= 255) return scope;
  return warn(word, `\`${word.text}\` is no scope`, binder, `it is ${Object.keys(SCOPES).join(', ')} or 0…255`);
}

/** `+` and `-`: the host bits all set, or all clear. */
function readBroadcast(words: AddressWords, address: IpAddress, prefix: number, binder: Binder): IpAddress | undefined {
  const word = words.get('brd') ?? words.get('broadcast');
  if (!word) return undefined;
  if (familyOf(address) === 6) return refuse(word, 'an IPv6 address has no broadcast address', binder);
  const written = parseIp(word.text);
  const computed = word.text === '+' || word.text === '-';
  if (!computed && (written === undefined || familyOf(written) === 6)) {
    return refuse(word, `the broadcast address \`${word.text}\` is neither an IPv4 address nor + or -`, binder);
  }
  if (words.has('peer')) return warn(word, 'an address with a peer has no broadcast address', binder);
  if (!computed) return written;
  if (prefix > 30) return warn(word, `/${prefix} leaves no room for a broadcast address`, binder);
  return ipFromBytes(ipBytes(address).map((byte, i) => withHostBits(byte, prefix - 8 * i, word.text === '+')));
}

/** `network`: how many bits of the byte, and maybe of those after it, are the network's. */
function withHostBits(byte: number, network: number, set: boolean): number {
  const host = 0xff >> Math.min(8, Math.max(0, network));
  return set ? byte | host : byte & ~host & 0xff;
}

/** keepalived's default: an IPv6 host address is nobody's source (RFC 6724), so that its holder is not known by it. */
function readLifetime(word: Word | undefined, family: Family, prefix: number, binder: Binder): number | undefined {
  if (word && family === 4) warn(word, '`preferred_lft` is of IPv6 alone', binder);
  if (family === 4) return undefined;
  const usual = prefix === 128 ? 0 : undefined;
  if (!word) return usual;
  if (word.text === 'forever') return undefined;
  const seconds = /^\d{1,10}$/.test(word.text) ? Number(word.text) : Number.NaN;
  if (seconds <= FOR_EVER) return seconds === FOR_EVER ? undefined : seconds;
  warn(word, `\`preferred_lft ${word.text}\` is no number of seconds`, binder, 'it is a number or forever');
  return usual;
}

function fits(word: Word, family: Family, prefix: number, binder: Binder): boolean {
  const both = word.text === 'noprefixroute' || word.text === 'autojoin';
  if (family === 4 && !both) warn(word, `\`${word.text}\` is of IPv6 alone`, binder);
  else if (word.text === 'mngtmpaddr' && prefix !== HALF) {
    warn(word, '`mngtmpaddr` needs a prefix of /64: the kernel would refuse the address', binder);
  } else return true;
  return false;
}

function readLabel(word: Word | undefined, family: Family, binder: Binder): string | undefined {
  if (!word) return undefined;
  if (family === 6) return warn(word, 'an IPv6 address has no label', binder);
  if (word.text.length <= LONGEST_NAME) return word.text;
  const { span, text } = word;
  const message = `the label \`${text}\` is longer than ${LONGEST_NAME} characters`;
  const hint = 'the kernel takes no longer one; it is ignored';
  binder.report({ code: 'out-of-range', severity: 'warning', message, span, hint });
  return undefined;
}
