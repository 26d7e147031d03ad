/**
 * IP addresses in canonical text form. One spelling per address, so that `===` is equality:
 * IPv4 dotted decimal, IPv6 as RFC 5952 writes it (lower case, longest run of zeros as `::`).
 */
declare const canonical: unique symbol;
export type IpAddress = string & { readonly [canonical]: 'ip' };
export type Family = 4 | 6;

export const familyOf = (ip: IpAddress): Family => (ip.includes(':') ? 6 : 4);

/** The address `text` names, or undefined where it names none. No names, no zones, no prefix lengths. */
export function parseIp(text: string): IpAddress | undefined {
  const bytes = text.includes(':') ? parseBytes6(text) : parseBytes4(text);
  return bytes && ipFromBytes(bytes);
}

/** For literals in our own code and tests: throws where `text` is not an address. */
export function ip(text: string): IpAddress {
  const parsed = parseIp(text);
  if (parsed === undefined) throw new Error(`not an IP address: ${text}`);
  return parsed;
}

/** 4 or 16 bytes in network order. */
export function ipBytes(address: IpAddress): Uint8Array {
  const bytes = familyOf(address) === 6 ? parseBytes6(address) : parseBytes4(address);
  if (!bytes) throw new Error(`not a canonical address: ${address}`);
  return bytes;
}

export function ipFromBytes(bytes: Uint8Array): IpAddress {
  if (bytes.length === 4) return bytes.join('.') as IpAddress;
  if (bytes.length === 16) return compress(bytes) as IpAddress;
  throw new RangeError(`an address has 4 or 16 bytes, not ${bytes.length}`);
}

/** Unsigned, network byte order: what VRRP's tie-break compares (RFC 9568 §6.4.3). IPv4 sorts before IPv6. */
export function compareIp(a: IpAddress, b: IpAddress): number {
  const x = ipBytes(a);
  const y = ipBytes(b);
  if (x.length !== y.length) return x.length - y.length;
  for (let i = 0; i < x.length; i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether `address` lies in the network of `prefix` bits around `network`. */
export function inNetwork(address: IpAddress, network: IpAddress, prefix: number): boolean {
  const a = ipBytes(address);
  const n = ipBytes(network);
  if (a.length !== n.length) return false;
  for (let i = 0; i < a.length; i++) {
    const bits = Math.min(8, Math.max(0, prefix - i * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    if (((a[i] ?? 0) & mask) !== ((n[i] ?? 0) & mask)) return false;
  }
  return true;
}

function parseBytes4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[i] = Number(part);
  }
  return bytes;
}

function parseBytes6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups6(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groups6(halves[1] ?? '', true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  const bytes = new Uint8Array(16);
  for (const [i, group] of groups.entries()) {
    bytes[2 * i] = group >> 8;
    bytes[2 * i + 1] = group & 0xff;
  }
  return bytes;
}

/** The 16-bit groups of one side of `::`; a dotted IPv4 tail, where the address ends here, counts as two. */
function groups6(text: string, atEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (part.includes('.') && atEnd && i === parts.length - 1) {
      const v4 = parseBytes4(part);
      if (!v4) return undefined;
      groups.push(((v4[0] ?? 0) << 8) | (v4[1] ?? 0), ((v4[2] ?? 0) << 8) | (v4[3] ?? 0));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

function compress(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = (list: number[]): string => list.map((group) => group.toString(16)).join(':');
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}
