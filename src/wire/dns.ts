/**
 * DNS questions and what DNS_CHECK reads of answers (RFC 1035 §4.1):
 *
 *   0  identifier            2  QR · opcode · AA · TC · RD · RA · Z · RCODE
 *   4  questions   6 answers   8 authorities   10 additionals   12 name · type · class
 */
const CLASS_IN = 1;
const RECURSION_DESIRED = 0x0100;
const HEADER = 12;

export interface DnsQuestion {
  readonly id: number;
  /** Labels of 1…63 bytes, a dot at the end or not; `.` is the root. */
  readonly name: string;
  readonly type: number;
}

export function encodeDnsQuestion({ id, name, type }: DnsQuestion): Uint8Array {
  const labels = name.split('.').filter((label) => label !== '');
  const length = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  const bytes = new Uint8Array(HEADER + length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  view.setUint16(2, RECURSION_DESIRED);
  view.setUint16(4, 1);
  let at = HEADER;
  for (const label of labels) {
    bytes[at++] = label.length;
    for (const character of label) bytes[at++] = character.charCodeAt(0);
  }
  view.setUint16(at + 1, type);
  view.setUint16(at + 3, CLASS_IN);
  return bytes;
}

/** Undefined: no answer to the question with this identifier. */
export function dnsAnswer(bytes: Uint8Array, id: number): { readonly rcode: number } | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  return view.getUint16(0) === id && flags >= 0x8000 ? { rcode: flags & 0xf } : undefined;
}
