/** `lvs_timeouts tcp N tcpfin N udp N` and `lvs_sync_daemon INTERFACE [inst NAME] [id N] [maxlen N] [port N] [ttl N] [group A]`. */
import { parseIp } from '../base/ip.ts';
import type { Binder, Values } from './block.ts';
import type { IpvsTimeoutsDef, SyncDaemonDef, VrrpInstance } from './model.ts';
import { type Line, spanOf, type Word } from './statement.ts';
import { suggest } from './suggest.ts';

/** The kernel's largest, seconds. */
const LONGEST = 2_678_400;
const TIMEOUTS = { tcp: 'tcp', tcpfin: 'tcpFin', udp: 'udp' } as const;
const RANGES = { id: [0, 255], maxlen: [1, 65507], port: [1, 65535], ttl: [1, 255] } as const;

/** A word and what follows it; `take` says whether it made sense of the two. */
function pairs(
  words: readonly Word[],
  known: readonly string[],
  binder: Binder,
  take: (name: Word, value: Word) => void,
) {
  for (let i = 0; i < words.length; i += 2) {
    const [name, value] = [words[i], words[i + 1]];
    if (!name) return;
    if (!known.includes(name.text)) {
      const near = suggest(name.text, known);
      const hint = near ? `did you mean \`${near}\`?` : `it is one of ${known.join(', ')}`;
      binder.report({
        code: 'bad-value',
        severity: 'warning',
        message: `unknown word \`${name.text}\``,
        span: name.span,
        hint: `${hint}; it and what follows it are ignored`,
      });
    } else if (!value) {
      const message = `\`${name.text}\` needs a value`;
      binder.report({ code: 'missing-value', severity: 'warning', message, span: name.span, hint: 'it is ignored' });
    } else take(name, value);
  }
}

function within(name: Word, value: Word, [least, most]: readonly [number, number], binder: Binder): number | undefined {
  const number = /^\d{1,10}$/.test(value.text) ? Number(value.text) : undefined;
  if (number !== undefined && number >= least && number <= most) return number;
  const message = `\`${name.text} ${value.text}\` is not a whole number within ${least}…${most}`;
  binder.report({ code: 'out-of-range', severity: 'warning', message, span: value.span, hint: 'it is ignored' });
  return undefined;
}

export function bindTimeouts(values: Values, binder: Binder): IpvsTimeoutsDef | undefined {
  const line = values.last('lvs_timeouts')?.line;
  if (!line) return undefined;
  const found: { tcp?: number; tcpFin?: number; udp?: number } = {};
  pairs(line.args, Object.keys(TIMEOUTS), binder, (name, value) => {
    const seconds = within(name, value, [1, LONGEST], binder);
    if (seconds !== undefined) found[TIMEOUTS[name.text as keyof typeof TIMEOUTS]] = seconds;
  });
  return Object.keys(found).length === 0 ? undefined : found;
}

/** `instances`: whom the daemon may follow. */
export function bindSyncDaemon(
  values: Values,
  instances: readonly Pick<VrrpInstance, 'name' | 'vrid'>[],
  binder: Binder,
): SyncDaemonDef | undefined {
  const line = firstLine(values, binder);
  const [link, ...words] = line?.args ?? [];
  if (!link) return undefined;
  const known = ['inst', 'group', ...Object.keys(RANGES)];
  // As it was written before there were the words `inst` and `id`: eth0 VI_1 51.
  const bare = words[0] && !known.includes(words[0].text) ? words[0] : undefined;
  const bareId = bare && /^\d+$/.test(words[1]?.text ?? '') ? words[1] : undefined;
  let instance = bare && instanceOf(bare, instances, binder);
  const found: { -readonly [K in keyof typeof RANGES]?: number | undefined } = { id: readBareId(bareId, binder) };
  let group: SyncDaemonDef['group'];
  pairs(words.slice(bareId ? 2 : bare ? 1 : 0), known, binder, (name, value) => {
    if (name.text === 'inst') instance = instanceOf(value, instances, binder);
    else if (name.text === 'group') group = groupOf(value, binder);
    else {
      const key = name.text as keyof typeof RANGES;
      found[key] = within(name, value, RANGES[key], binder) ?? found[key];
    }
  });
  const { id, maxlen: maxLength, port, ttl } = found;
  return { interface: link.text, instance: instance?.name, id: id ?? instance?.vrid ?? 0, maxLength, port, ttl, group };
}

function firstLine(values: Values, { report }: Binder): Line | undefined {
  const [first, ...more] = values.all('lvs_sync_daemon');
  for (const { line } of more) {
    const message = `\`lvs_sync_daemon\` stands on line ${first?.line.keyword.span.line} already`;
    const hint = 'the first one counts, as in keepalived';
    report({ code: 'duplicate', severity: 'warning', message, span: spanOf(line), hint });
  }
  return first?.line;
}

function readBareId(word: Word | undefined, binder: Binder): number | undefined {
  if (!word) return undefined;
  const id = within({ ...word, text: 'id' }, word, RANGES.id, binder);
  if (id === undefined) return undefined;
  const message = `\`${word.text}\` without a word before it is taken for the id`;
  const hint = `write \`id ${word.text}\``;
  binder.report({ code: 'deprecated', severity: 'warning', message, span: word.span, hint });
  return id;
}

function instanceOf<T extends { readonly name: string }>(
  word: Word,
  instances: readonly T[],
  { report }: Binder,
): T | undefined {
  const found = instances.find(({ name }) => name === word.text);
  if (found) return found;
  const near = suggest(
    word.text,
    instances.map(({ name }) => name),
  );
  const message = `there is no vrrp_instance \`${word.text}\` for lvs_sync_daemon to follow`;
  const hint = `${near ? `did you mean \`${near}\`? ` : ''}both daemons run, as without an instance`;
  report({ code: 'unknown-reference', severity: 'warning', message, span: word.span, hint });
  return undefined;
}

function groupOf(word: Word, { report }: Binder): SyncDaemonDef['group'] {
  const address = parseIp(word.text);
  if (address && /^(22[4-9]|23\d)\.|^ff/i.test(address)) return address;
  const message = `\`${word.text}\` is not a multicast address`;
  report({ code: 'bad-value', severity: 'warning', message, span: word.span, hint: 'the kernel takes 224.0.0.81' });
  return undefined;
}
