/**
 * MD5 (RFC 1321) and HMAC-MD5 (RFC 2104), which old protocols still ask for. Our own, since pure code knows no library
 * and some machines' libraries refuse MD5 (FIPS). Good for nothing that is new.
 */
const BLOCK = 64;
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Uint32Array.from({ length: BLOCK }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
/** Which of the block's sixteen words a step takes, by round. */
const WORDS = [(i: number) => i, (i: number) => 5 * i + 1, (i: number) => 3 * i + 5, (i: number) => 7 * i] as const;
const MIX = [
  (b: number, c: number, d: number) => (b & c) | (~b & d),
  (b: number, c: number, d: number) => (d & b) | (~d & c),
  (b: number, c: number, d: number) => b ^ c ^ d,
  (b: number, c: number, d: number) => c ^ (b | ~d),
] as const;

/** 16 bytes. */
export function md5(message: Uint8Array): Uint8Array {
  const blocks = padded(message);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < blocks.byteLength; at += BLOCK) absorb(state, new DataView(blocks.buffer, at, BLOCK));
  const digest = new DataView(new ArrayBuffer(16));
  for (const [i, word] of state.entries()) digest.setUint32(4 * i, word, true);
  return new Uint8Array(digest.buffer);
}

/** A one bit, zeros, and the length in bits: whole blocks. */
function padded(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  bytes.set(message);
  bytes[message.length] = 0x80;
  new DataView(bytes.buffer).setBigUint64(bytes.length - 8, BigInt(message.length) * 8n, true);
  return bytes;
}

function absorb(state: Uint32Array, block: DataView): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let i = 0; i < BLOCK; i++) {
    const round = i >> 4;
    const word = block.getUint32(4 * ((WORDS[round]?.(i) ?? 0) & 15), true);
    const sum = (a + (MIX[round]?.(b, c, d) ?? 0) + (SINES[i] ?? 0) + word) | 0;
    const shift = SHIFTS[4 * round + (i & 3)] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  for (const [i, word] of [a, b, c, d].entries()) state[i] = (state[i] ?? 0) + word;
}

/** 16 bytes. */
export function hmacMd5(key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > BLOCK ? md5(key) : key;
  const keyed = (pad: number, then: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(BLOCK + then.length).fill(pad, 0, BLOCK);
    for (const [i, byte] of short.entries()) bytes[i] = byte ^ pad;
    bytes.set(then, BLOCK);
    return md5(bytes);
  };
  return keyed(0x5c, keyed(0x36, message));
}
