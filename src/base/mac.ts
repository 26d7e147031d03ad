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

export function macBytes(mac: MacAddress): Uint8Array {
  return Uint8Array.from(mac.split(':'), (part) => Number.parseInt(part, 16));
}
