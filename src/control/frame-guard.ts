/**
 * Looks at what comes from another machine before it is put together: a message has a bound, and what is no message at
 * all (a greeting of the shell over there) is named, instead of being waited on for ever.
 */
const HEADER_MAX = 4096;
/** A snapshot of a thousand real servers is one of these. */
const BODY_MAX = 16 * 1024 * 1024;
const QUOTED_MAX = 80;

/** Takes each chunk; gives what is wrong, and after that is of no more use. */
export function createFrameGuard(): (chunk: Uint8Array) => string | undefined {
  let header = '';
  let bodyLeft = 0;

  /** How many bytes of `text` belong to the header that is under way, with its empty line. */
  function readHeader(text: string): number | string {
    const before = header.length;
    header += text.slice(0, HEADER_MAX);
    const end = header.indexOf('\r\n\r\n');
    const head = end < 0 ? header : header.slice(0, end);
    const odd = head.split('\n', 4).find((line, i, all) => !HEADER_LINE.test(line) && (i + 1 < all.length || end >= 0));
    if (odd !== undefined) return `this is no hatop: ${JSON.stringify(odd.trim().slice(0, QUOTED_MAX))}`;
    if (end < 0) return header.length > HEADER_MAX ? 'this is no hatop: what it says has no end' : text.length;
    const length = Number(/^content-length: *(\d{1,10})\r?$/im.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) return 'this is no hatop: a message without its length';
    if (length > BODY_MAX) return `a message of ${length} bytes is too long`;
    header = '';
    bodyLeft = length;
    return end + 4 - before;
  }

  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= taken;
        at += taken;
        continue;
      }
      const text = Buffer.from(chunk.subarray(at, at + HEADER_MAX)).toString('latin1');
      const read = readHeader(text);
      if (typeof read === 'string') return read;
      at += read;
    }
    return undefined;
  };
}

const HEADER_LINE = /^[A-Za-z-]+: *[^\r]*\r?$/;
