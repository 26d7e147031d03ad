/** The checkers of a real server, with the timers that they inherit. */
import { seconds } from '../base/time.ts';
import { bindBfdCheck } from './bind-bfd.ts';
import { bindFileCheck, type TrackFiles } from './bind-file-check.ts';
import { bindDns, bindUdp } from './bind-packet-check.ts';
import type { Inherited } from './bind-real-server.ts';
import { bindSchedule, bindTiming, type Target } from './bind-timing.ts';
import { bindUrl } from './bind-url.ts';
import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import type { Check } from './check-model.ts';
import type { BfdInstance } from './model.ts';
import type { Line } from './statement.ts';
import { readCommand } from './values.ts';

/** What is defined at the root, for checkers to ask. */
export interface Askable {
  readonly files: TrackFiles;
  readonly sessions: ReadonlyMap<string, BfdInstance>;
}

/** What a checker is bound with. */
export interface Surroundings extends Askable {
  readonly target: Target;
  readonly inherited: Inherited;
  readonly binder: Binder;
}

type Bind = (values: Values, line: Line, around: Surroundings) => Check | undefined;

const BINDERS: Readonly<Record<string, Bind>> = {
  TCP_CHECK: (values, _, { target, inherited }) => ({ kind: 'tcp', ...bindTiming(values, target, inherited) }),
  PING_CHECK: (values, _, { target, inherited }) => ({ kind: 'ping', ...bindTiming(values, target, inherited) }),
  HTTP_GET: bindHttp,
  SSL_GET: bindHttp,
  UDP_CHECK: bindUdp,
  DNS_CHECK: bindDns,
  SMTP_CHECK: bindSmtp,
  MISC_CHECK: bindScriptCheck,
  FILE_CHECK: bindFileCheck,
  BFD_CHECK: bindBfdCheck,
};

export function bindChecks(blocks: Values, around: Surroundings): Check[] {
  return blocks.all(...Object.keys(BINDERS)).flatMap(({ line }: Entry) => {
    const name = line.keyword.text;
    const context = name === 'SSL_GET' ? 'HTTP_GET' : (name as 'TCP_CHECK');
    const values = readBlock(line.block ?? [], context, around.binder);
    const check = BINDERS[name]?.(values, line, around);
    return check ? [check] : [];
  });
}

function bindHttp(values: Values, line: Line, { target, inherited, binder }: Surroundings): Check | undefined {
  const urls = values.all('url').map((entry) => bindUrl(entry.line, binder));
  const name = line.keyword.text;
  if (urls.length === 0) {
    const message = `\`${name}\` has no \`url\`: it checks nothing`;
    const hint = 'write url { path / }; keepalived 2.2.7 crashes here';
    binder.report({ code: 'required', severity: 'error', message, span: line.keyword.span, hint });
    return undefined;
  }
  const timing = bindTiming(values, target, inherited, { delayBeforeRetry: seconds(3) });
  const version = values.text('http_protocol')?.toUpperCase();
  const sni = { sni: values.has('enable_sni'), sniName: values.text('sni_name') };
  return {
    kind: 'http',
    ...timing,
    retry: values.number('retry') ?? values.number('nb_get_retry') ?? timing.retry,
    tls: name === 'SSL_GET' ? sni : undefined,
    version: version === '1.1' || version === '1.0C' ? version : '1.0',
    fastRecovery: values.has('fast_recovery'),
    virtualHost: values.text('virtualhost') ?? inherited.virtualHost,
    urls,
  };
}

function bindSmtp(values: Values, _: Line, { target, inherited }: Surroundings): Check {
  const heloName = values.text('helo_name') ?? 'smtpchecker.keepalived.org';
  return { kind: 'smtp', ...bindTiming(values, target, inherited), heloName };
}

function bindScriptCheck(values: Values, line: Line, { inherited, binder }: Surroundings): Check | undefined {
  const command = values.last('misc_path')?.line;
  if (!command) {
    const message = '`MISC_CHECK` has no `misc_path`: it checks nothing';
    const hint = 'write misc_path "/path/to/script arguments"';
    binder.report({ code: 'required', severity: 'error', message, span: line.keyword.span, hint });
    return undefined;
  }
  const schedule = bindSchedule(values, inherited, { retry: 0, delayBeforeRetry: seconds(1) });
  const user = values.last('user')?.line.args;
  return {
    kind: 'script',
    ...schedule,
    argv: readCommand(command),
    user: user?.[0]?.text,
    group: user?.[1]?.text,
    timeout: values.duration('misc_timeout') || schedule.delayLoop,
    dynamic: values.has('misc_dynamic'),
  };
}
