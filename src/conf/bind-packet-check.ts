/** UDP_CHECK and DNS_CHECK. */
import type { Surroundings } from './bind-check.ts';
import { bindTiming } from './bind-timing.ts';
import type { Binder, Values } from './block.ts';
import type { Check, UdpCheck } from './check-model.ts';
import type { Line, Word } from './statement.ts';
import { suggest } from './suggest.ts';

export function bindUdp(values: Values, _: Line, { target, inherited, binder }: Surroundings): Check {
  const payload = bindHex(values.last('payload')?.line, binder, false);
  return {
    kind: 'udp',
    ...bindTiming(values, target, inherited),
    payload: payload && payload.length > 0 ? payload.map(({ value }) => value) : undefined,
    reply: bindReply(values, binder),
  };
}

function bindReply(values: Values, binder: Binder): UdpCheck['reply'] {
  const entry = values.last('require_reply');
  if (!entry) return undefined;
  const bytes = bindHex(entry.line, binder, true) ?? [];
  const minLength = values.number('min_reply_length') ?? 0;
  const maxLength = values.number('max_reply_length') ?? 255;
  if (minLength > maxLength) {
    const message = `no reply is ${minLength} bytes long and not longer than ${maxLength}: the check would always fail`;
    const hint = 'min_reply_length is not above max_reply_length';
    binder.report({ code: 'contradiction', severity: 'error', message, span: entry.line.keyword.span, hint });
  }
  return { bytes, minLength, maxLength };
}

type MaskedByte = { readonly value: number; readonly mask: number };

/** `01 02ff`, and with wildcards `xx 1x`: one half of a byte is what an x leaves open. Undefined: nothing is written. */
function bindHex(line: Line | undefined, { report }: Binder, wildcards: boolean): MaskedByte[] | undefined {
  const [first] = line?.args ?? [];
  if (!line || !first) return undefined;
  const digits = wildcards ? /^[0-9a-fx]+$/i : /^[0-9a-f]+$/i;
  const words = line.args.flatMap((word) => word.text.split(/\s+/).filter((text) => text !== ''));
  const wrong = words.find((word) => !digits.test(word));
  if (wrong === undefined) return words.flatMap((word) => (word.match(/..?/g) ?? []).map(byteOf));
  const message = `\`${wrong}\` is not made of hex digits`;
  const hint = `write \`${line.keyword.text} 01 02ff\`; it is ignored`;
  report({ code: 'bad-value', severity: 'error', message, span: first.span, hint });
  return undefined;
}

const byteOf = (digits: string): MaskedByte => {
  const pair = digits.padStart(2, '0');
  return {
    value: Number.parseInt(pair.replace(/x/gi, '0'), 16),
    mask: Number.parseInt(pair.replace(/[^x]/gi, 'f').replace(/x/gi, '0'), 16),
  };
};

/** RFC 1035 §3.2.2 and later. */
const DNS_TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
  DNSKEY: 48,
};

export function bindDns(values: Values, _: Line, { target, inherited, binder }: Surroundings): Check {
  return {
    kind: 'dns',
    ...bindTiming(values, target, inherited, { retry: 3 }),
    type: bindType(values.last('type')?.line.args[0], binder),
    name: bindName(values.last('name')?.line.args[0], binder),
  };
}

function bindType(word: Word | undefined, { report }: Binder): number {
  const type = word && DNS_TYPES[word.text.toUpperCase()];
  if (type !== undefined) return type;
  if (word) {
    const near = suggest(word.text.toUpperCase(), Object.keys(DNS_TYPES));
    const message = `\`${word.text}\` is not one of ${Object.keys(DNS_TYPES).join(', ')}`;
    const hint = near ? `did you mean \`${near}\`? SOA is used` : 'SOA is used';
    report({ code: 'bad-value', severity: 'warning', message, span: word.span, hint });
  }
  return 6;
}

/** RFC 1035 §2.3.4: labels of 1…63 bytes, 255 in all. */
function bindName(word: Word | undefined, { report }: Binder): string {
  const name = word?.text ?? '.';
  const labels = name.replace(/\.$/, '').split('.');
  if (name === '.' || (name.length <= 253 && labels.every((label) => /^[\x21-\x7e]{1,63}$/.test(label)))) return name;
  if (word) {
    const message = `\`${name}\` is not a name that can be asked for`;
    report({ code: 'bad-value', severity: 'warning', message, span: word.span, hint: 'the root, `.`, is asked for' });
  }
  return '.';
}
