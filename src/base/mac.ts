/** Hardware addresses as lower-case text with colons, so that `===` is equality. */
declare const canonical: unique symbol;
export type MacAddress = string & { readonly [canonical]: 'mac' };

export const BROADCAST = 'ff:ff:ff:ff:ff:ff' as MacAddress;

export function parseMac(text: string): MacAddress | undefined {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) ? (text.toLowerCase() as MacAddress) : undefined;
}

export function macFromBytes(bytes: Uint8Array): MacAddress {
  return Array.from(bytes.subarray(0, 6), (b) => b.toString(16).padStart(2, '0')).join(':') as MacAddress;
}

/** RFC 9568 §7.3: 00-00-5E-00-01-VRID for IPv4, 00-00-5E-00-02-VRID for IPv6. */
export const virtualRouterMac = (family: 4 | 6, vrid: number): MacAddress =>
  macFromBytes(Uint8Array.of(0x00, 0x00, 0x5e, 0x00, family === 4 ? 1 : 2, vrid));

export function macBytes(mac: MacAddress): Uint8Array {
  return Uint8Array.from(mac.split(':'), (part) => Number.parseInt(part, 16));
}
