/** `virtual_server_group NAME { ADDRESS[-RANGE] [PORT] … fwmark N }`: endpoints that share one service. */
import { type Family, familyOf, type IpAddress, ipBytes, ipFromBytes, parseIp } from '../base/ip.ts';
import type { Binder, Values } from './block.ts';
import type { Line, Word } from './statement.ts';
import { readAddress, readPort } from './values.ts';

/** A group says no protocol: its service does. A mark's family may be left out. */
export type GroupMember =
  | { readonly address: IpAddress; readonly port: number }
  | { readonly mark: number; readonly family: Family | undefined };
export type Groups = ReadonlyMap<string, readonly GroupMember[]>;

/** More than anybody balances, and few enough to be read from the kernel every second. */
const MOST_OF_A_RANGE = 4096n;

/** All groups by name; of two with one name the first counts. */
export function bindServiceGroups(root: Values, binder: Binder): Groups {
  const groups = new Map<string, readonly GroupMember[]>();
  for (const { line } of root.all('virtual_server_group')) {
    const name = line.args[0];
    if (!name) {
      const message = '`virtual_server_group` needs a name';
      binder.report({ code: 'required', severity: 'error', message, span: line.keyword.span, hint: 'it is ignored' });
    } else if (groups.has(name.text)) {
      const message = `virtual_server_group \`${name.text}\` is defined twice`;
      binder.report({ code: 'duplicate', severity: 'warning', message, span: name.span, hint: 'the first one counts' });
    } else groups.set(name.text, bindMembers(line.block ?? [], binder));
  }
  return groups;
}

function bindMembers(lines: readonly Line[], binder: Binder): GroupMember[] {
  const members = new Map<string, GroupMember>();
  for (const line of lines) {
    for (const member of bindMember(line, binder)) {
      const key = 'mark' in member ? `fwmark ${member.mark}` : `${member.address} ${member.port}`;
      if (!members.has(key)) {
        members.set(key, member);
        continue;
      }
      const message = `\`${key}\` is twice in its group`;
      binder.report({ code: 'duplicate', severity: 'warning', message, span: line.keyword.span, hint: 'once is used' });
    }
  }
  return [...members.values()];
}

function bindMember({ keyword, args }: Line, binder: Binder): GroupMember[] {
  if (keyword.text === 'fwmark') {
    const mark = readMark(keyword, args[0], binder);
    const family = args[1]?.text === 'inet6' ? 6 : args[1]?.text === 'inet' ? 4 : undefined;
    return mark === undefined ? [] : [{ mark, family }];
  }
  const port = args[0] ? readPort(args[0], binder.report) : 0;
  if (port === undefined) return [];
  return readRange(keyword, binder).map((address) => ({ address, port }));
}

const LARGEST_MARK = 0xffff_ffff;

/** 1…4294967295; reported as an error where it is none. */
export function readMark(keyword: Word, word: Word | undefined, { report }: Binder): number | undefined {
  const mark = word && /^\d+$/.test(word.text) ? Number(word.text) : 0;
  if (mark >= 1 && mark <= LARGEST_MARK) return mark;
  const message = word ? `\`${word.text}\` is not a firewall mark` : '`fwmark` needs a number';
  const hint = `a firewall mark is a number, 1…${LARGEST_MARK}`;
  report({ code: 'bad-value', severity: 'error', message, span: (word ?? keyword).span, hint });
  return undefined;
}

/** `192.0.2.1`, `192.0.2.1-10`, `192.0.2.250-192.0.3.10`, `192.0.2.8/29`, and the same of IPv6 (the last group in hex). */
function readRange(word: Word, binder: Binder): IpAddress[] {
  const [, from = '', sign, to = ''] = /^([^-/]+)(?:([-/])(.+))?$/.exec(word.text) ?? [];
  if (sign === undefined) return [readAddress(word, binder.report)].filter((address) => address !== undefined);
  const first = parseIp(from);
  const bounds = first && (sign === '/' ? networkBounds(first, to) : rangeBounds(first, to));
  if (!bounds || bounds.last < bounds.first || bounds.last - bounds.first >= MOST_OF_A_RANGE) {
    const message = bounds
      ? `the range \`${word.text}\` is empty or has more than ${MOST_OF_A_RANGE} addresses`
      : `\`${word.text}\` is not a range of addresses`;
    const hint = 'write 192.0.2.1-10, 192.0.2.250-192.0.3.10 or 192.0.2.8/29';
    binder.report({ code: 'bad-address', severity: 'error', message, span: word.span, hint });
    return [];
  }
  const addresses: IpAddress[] = [];
  for (let at = bounds.first; at <= bounds.last; at++) addresses.push(ipFromBytes(bytesOf(at, familyOf(first))));
  return addresses;
}

interface Bounds {
  readonly first: bigint;
  readonly last: bigint;
}

function rangeBounds(first: IpAddress, to: string): Bounds | undefined {
  const start = numberOf(first);
  const whole = parseIp(to);
  if (whole !== undefined)
    return familyOf(whole) === familyOf(first) ? { first: start, last: numberOf(whole) } : undefined;
  if (familyOf(first) === 4) {
    if (!/^\d{1,3}$/.test(to) || Number(to) > 255) return undefined;
    return { first: start, last: (start & ~0xffn) | BigInt(to) };
  }
  return /^[0-9a-f]{1,4}$/i.test(to) ? { first: start, last: (start & ~0xffffn) | BigInt(`0x${to}`) } : undefined;
}

function networkBounds(address: IpAddress, text: string): Bounds | undefined {
  const width = familyOf(address) === 6 ? 128 : 32;
  if (!/^\d{1,3}$/.test(text) || Number(text) > width) return undefined;
  const size = 1n << BigInt(width - Number(text));
  const start = numberOf(address);
  return { first: start - (start % size), last: start - (start % size) + size - 1n };
}

const numberOf = (address: IpAddress): bigint =>
  ipBytes(address).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
function bytesOf(value: bigint, family: Family): Uint8Array {
  const bytes = new Uint8Array(family === 6 ? 16 : 4);
  for (let i = bytes.length - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}
