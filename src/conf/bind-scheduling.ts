/** How a virtual server spreads its clients: scheduler, its flags, persistence. */
import { type Family, ipBytes, parseIp } from '../base/ip.ts';
import { seconds } from '../base/time.ts';
import type { Binder, Entry, Values } from './block.ts';
import type { VirtualServer } from './model.ts';
import { type Line, spanOf } from './statement.ts';
import { suggest } from './suggest.ts';

const SCHEDULERS = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'mh', 'dh', 'fo', 'ovf', 'sed', 'nq', 'twos'];

export function bindScheduler(values: Values, line: Line, { report }: Binder): string {
  const word = values.last('lb_algo', 'lvs_sched')?.line.args[0];
  if (!word) {
    const message = 'the virtual server has no `lb_algo`: wlc is used';
    const hint = 'write `lb_algo wrr`, or `lb_algo wlc` to say so';
    report({ code: 'defaulted', severity: 'warning', message, span: spanOf(line), hint });
    return 'wlc';
  }
  if (SCHEDULERS.includes(word.text)) return word.text;
  const near = suggest(word.text, SCHEDULERS);
  const message = `unknown scheduler \`${word.text}\`: wlc is used`;
  const hint = near ? `did you mean \`lb_algo ${near}\`?` : `it is one of ${SCHEDULERS.join(', ')}`;
  report({ code: 'bad-value', severity: 'warning', message, span: word.span, hint });
  return 'wlc';
}

/** The kernel's three flags mean with each scheduler something else; ipvsadm's and keepalived's names of them. */
const FLAGS: readonly (readonly [keyword: string, bit: number, scheduler: string | undefined])[] = [
  ['flag-1', 1, undefined],
  ['flag-2', 2, undefined],
  ['flag-3', 4, undefined],
  ['sh-fallback', 1, 'sh'],
  ['sh-port', 2, 'sh'],
  ['mh-fallback', 1, 'mh'],
  ['mh-port', 2, 'mh'],
];

export function bindSchedulerFlags(values: Values, scheduler: string, { report }: Binder): number {
  let flags = 0;
  for (const [keyword, bit, only] of FLAGS) {
    const line = values.last(keyword)?.line;
    if (!line) continue;
    if (only === undefined || only === scheduler) {
      flags |= bit;
      continue;
    }
    const message = `\`${keyword}\` is for \`lb_algo ${only}\`, not for \`${scheduler}\``;
    report({ code: 'contradiction', severity: 'warning', message, span: line.keyword.span, hint: 'it is ignored' });
  }
  return flags;
}

/** `ops`: only a datagram can be scheduled on its own. */
export function bindOnePacket(
  values: Values,
  protocol: VirtualServer['protocol'] | undefined,
  binder: Binder,
): boolean {
  const line = values.last('ops')?.line;
  if (!line) return false;
  if (protocol === 'udp') return true;
  const message = '`ops` is for UDP: a connection cannot change its server from packet to packet';
  const { span } = line.keyword;
  binder.report({ code: 'contradiction', severity: 'warning', message, span, hint: 'it is ignored' });
  return false;
}

type Persistence = Pick<VirtualServer, 'persistence' | 'granularity' | 'persistenceEngine'>;
const DEFAULT_PERSISTENCE = seconds(360);

/** `allPorts`: the kernel takes such a service only as a persistent one. A granularity or an engine asks for it too. */
export function bindPersistence(values: Values, family: Family, allPorts: boolean, binder: Binder): Persistence {
  const granularity = bindGranularity(values.last('persistence_granularity'), family, binder);
  const persistenceEngine = bindEngine(values.last('persistence_engine'), binder);
  const bare = values.last('persistence_timeout')?.line.args.length === 0;
  const written = bare ? DEFAULT_PERSISTENCE : values.duration('persistence_timeout');
  const asked = allPorts || granularity !== undefined || persistenceEngine !== undefined;
  return { persistence: written ?? (asked ? DEFAULT_PERSISTENCE : undefined), granularity, persistenceEngine };
}

/** IPv4: a mask, `255.255.255.0`; IPv6: a length, `64`. Undefined: not said, or the whole address. */
function bindGranularity(entry: Entry | undefined, family: Family, { report }: Binder): number | undefined {
  const word = entry?.line.args[0];
  if (!word) return undefined;
  const bits = family === 6 ? lengthOf(word.text, 128) : maskLength(word.text);
  if (bits !== undefined) return bits === (family === 6 ? 128 : 32) ? undefined : bits;
  const message = `\`${word.text}\` is not a mask of IPv${family}`;
  const hint = family === 6 ? 'write a length, 1…128, as in `64`' : 'write a mask, as in `255.255.255.0`';
  report({ code: 'bad-value', severity: 'error', message, span: word.span, hint });
  return undefined;
}

const lengthOf = (text: string, most: number): number | undefined =>
  /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= most ? Number(text) : undefined;

function maskLength(text: string): number | undefined {
  const mask = parseIp(text);
  if (mask === undefined || mask.includes(':')) return undefined;
  const bits = [...ipBytes(mask)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1+0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}

const ENGINES = ['sip'];
function bindEngine(entry: Entry | undefined, { report }: Binder): string | undefined {
  const word = entry?.line.args[0];
  if (!word || ENGINES.includes(word.text)) return word?.text;
  const message = `unknown persistence engine \`${word.text}\``;
  report({ code: 'bad-value', severity: 'error', message, span: word.span, hint: 'the kernel has one: `sip`' });
  return undefined;
}
