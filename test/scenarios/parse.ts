import { type IpAddress, ip } from '../../src/base/ip.ts';
import { type Instant, instant, milliseconds, seconds } from '../../src/base/time.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import type { ScriptTrackerConfig } from '../../src/vrrp/script-tracker.ts';

/**
 * A scenario: comments, the routers on the LAN, what happens when, and below `----` what came of it.
 * ```
 * router A 10.0.0.1 priority 254 [interval 2s] [nopreempt] [password hidden12] [vips 10.0.0.100,10.0.0.101]
 * script A chk [weight -30] [interval 2s] [fall 2] [rise 2]
 * at 0s start A B
 * end 20s
 * ----
 * ```
 * The verbs of `at` are in lan.ts.
 */
export interface Scenario {
  readonly input: string;
  readonly expected: string;
  readonly routers: readonly RouterLine[];
  readonly acts: readonly Act[];
  readonly end: Instant;
}

export interface RouterLine {
  readonly name: string;
  readonly address: IpAddress;
  readonly config: RouterConfig;
  readonly scripts: readonly TrackedScript[];
}

export interface TrackedScript {
  readonly config: ScriptTrackerConfig;
  readonly weight: number;
}

export interface Act {
  readonly at: Instant;
  readonly verb: string;
  readonly words: readonly string[];
  readonly line: string;
}

export const SEPARATOR = '----\n';

export function parseScenario(text: string): Scenario {
  const cut = text.indexOf(`\n${SEPARATOR}`);
  const input = cut < 0 ? text.trimEnd() : text.slice(0, cut);
  const expected = cut < 0 ? '' : text.slice(cut + 1 + SEPARATOR.length);
  const lines = input.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const scripts = lines.filter((line) => line.startsWith('script ')).map(parseScript);
  const routers = lines
    .filter((line) => line.startsWith('router '))
    .map((line) => parseRouter(line, (name) => scripts.filter((s) => s.router === name)));
  const acts = lines.filter((line) => line.startsWith('at ')).map(parseAct);
  const last = lines.find((line) => line.startsWith('end '));
  if (!last) throw new Error('a scenario needs a line `end 20s`');
  const known = /^(router|script|at|end) /;
  for (const line of lines) if (!known.test(line)) throw new Error(`what is this: ${line}`);
  return { input, expected, routers, acts, end: time(last.slice(4)) };
}

function parseRouter(line: string, scriptsOf: (name: string) => readonly TrackedScript[]): RouterLine {
  const [, name, address, ...options] = line.split(/\s+/);
  if (!name || !address) throw new Error(`router NAME ADDRESS …: ${line}`);
  const option = (key: string): string | undefined => {
    const at = options.indexOf(key);
    return at < 0 ? undefined : options[at + 1];
  };
  const password = option('password');
  const config: RouterConfig = {
    name,
    vrid: 51,
    interface: 'eth0',
    family: 4,
    version: 2,
    priority: Number(option('priority') ?? 100),
    adverInterval: seconds(Number.parseFloat(option('interval') ?? '1s')),
    preempt: !options.includes('nopreempt'),
    authentication: password === undefined ? { type: 'none' } : { type: 'PASS', password },
    addresses: (option('vips') ?? '10.0.0.100').split(',').map(ip),
    garp: { delay: seconds(5), repeat: 5, refresh: milliseconds(0), refreshRepeat: 1 },
    skipCheckAdvAddr: false,
    downTimerAdverts: 3,
    higherPrioSendAdvert: false,
    lowerPrioNoAdvert: false,
    checksumWithoutPseudoHeader: false,
  };
  return { name, address: ip(address), config, scripts: scriptsOf(name) };
}

function parseScript(line: string): TrackedScript & { readonly router: string } {
  const [, router = '', name = '', ...options] = line.split(/\s+/);
  const number = (key: string, otherwise: number): number => {
    const at = options.indexOf(key);
    return at < 0 ? otherwise : Number.parseFloat(options[at + 1] ?? '');
  };
  const config = {
    name,
    interval: seconds(number('interval', 1)),
    rise: number('rise', 1),
    fall: number('fall', 1),
    initFail: false,
  };
  return { router, config, weight: number('weight', 0) };
}

function parseAct(line: string): Act {
  const [, at = '', verb = '', ...words] = line.split(/\s+/);
  return { at: time(at), verb, words, line };
}

function time(text: string): Instant {
  const match = /^(\d+(?:\.\d+)?)s$/.exec(text.trim());
  if (!match) throw new Error(`not a time in seconds: ${text}`);
  return instant(Number(match[1]) * 1000);
}
