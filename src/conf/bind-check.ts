/** The checkers of a real server, with the timers that they inherit. */
import type { IpAddress } from '../base/ip.ts';
import { type Duration, seconds } from '../base/time.ts';
import type { Inherited } from './bind-real-server.ts';
import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import type { Check, CheckTiming, HttpUrl } from './model.ts';
import type { Line } from './statement.ts';

interface Target {
  readonly address: IpAddress;
  readonly port: number;
}

export function bindChecks(values: Values, target: Target, inherited: Inherited, binder: Binder): Check[] {
  const checks: Check[] = [];
  for (const entry of values.all('TCP_CHECK', 'HTTP_GET')) {
    const check =
      entry.line.keyword.text === 'TCP_CHECK'
        ? bindTcp(entry, target, inherited, binder)
        : bindHttp(entry, target, inherited, binder);
    if (check) checks.push(check);
  }
  return checks;
}

function bindTcp({ line }: Entry, target: Target, inherited: Inherited, binder: Binder): Check {
  const values = readBlock(line.block ?? [], 'TCP_CHECK', binder);
  return { kind: 'tcp', ...bindTiming(values, target, inherited, seconds(1)) };
}

function bindHttp({ line }: Entry, target: Target, inherited: Inherited, binder: Binder): Check | undefined {
  const values = readBlock(line.block ?? [], 'HTTP_GET', binder);
  const urls = values.all('url').map((entry) => bindUrl(entry.line, binder));
  if (urls.length === 0) {
    const message = '`HTTP_GET` has no `url`: it checks nothing';
    const hint = 'write url { path / }; keepalived 2.2.7 crashes here';
    binder.report({ code: 'required', severity: 'error', message, span: line.keyword.span, hint });
    return undefined;
  }
  const timing = bindTiming(values, target, inherited, seconds(3));
  return {
    kind: 'http',
    ...timing,
    retry: values.number('retry') ?? values.number('nb_get_retry') ?? timing.retry,
    virtualHost: values.text('virtualhost') ?? inherited.virtualHost,
    urls,
  };
}

function bindTiming(values: Values, target: Target, inherited: Inherited, delayBeforeRetry: Duration): CheckTiming {
  const delayLoop = values.duration('delay_loop') ?? inherited.delayLoop;
  return {
    address: values.address('connect_ip') ?? target.address,
    port: values.number('connect_port') ?? target.port,
    bindTo: values.address('bindto'),
    connectTimeout: values.duration('connect_timeout') ?? inherited.connectTimeout,
    delayLoop,
    retry: values.number('retry') ?? inherited.retry ?? 1,
    delayBeforeRetry: values.duration('delay_before_retry') ?? inherited.delayBeforeRetry ?? delayBeforeRetry,
    warmup: values.duration('warmup') ?? inherited.warmup ?? delayLoop,
    alpha: values.has('alpha') || inherited.alpha,
  };
}

function bindUrl(line: Line, binder: Binder): HttpUrl {
  const values = readBlock(line.block ?? [], 'url', binder);
  const codes = values.all('status_code').flatMap((entry) => readStatusCodes(entry.line, binder));
  return {
    path: bindPath(values, binder),
    statusCodes: codes.length > 0 ? codes : [{ from: 200, to: 299 }],
    digest: bindDigest(values, binder),
    virtualHost: values.text('virtualhost'),
  };
}

function bindPath(values: Values, { report }: Binder): string {
  const word = values.last('path')?.line.args[0];
  if (!word) return '/';
  if (word.text.startsWith('/')) return word.text;
  const message = `the path \`${word.text}\` does not begin with /`;
  report({ code: 'adjusted', severity: 'warning', message, span: word.span, hint: `\`/${word.text}\` is used` });
  return `/${word.text}`;
}

function bindDigest(values: Values, { report }: Binder): string | undefined {
  const word = values.last('digest')?.line.args[0];
  if (!word || /^[0-9a-f]{32}$/i.test(word.text)) return word?.text.toLowerCase();
  const message = `\`digest ${word.text}\` is not 32 hex digits: the body is not compared`;
  report({
    code: 'bad-value',
    severity: 'warning',
    message,
    span: word.span,
    hint: '`hatop digest URL` prints the right one',
  });
  return undefined;
}

/** Numbers and ranges, separated by blanks or commas: `200 301-302`. */
function readStatusCodes(line: Line, { report }: Binder): HttpUrl['statusCodes'] {
  const ranges: { readonly from: number; readonly to: number }[] = [];
  for (const word of line.args) {
    for (const piece of word.text.split(',').filter((text) => text !== '')) {
      const [, low, high = low] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(piece) ?? [];
      const from = Number(low);
      const to = Number(high);
      if (from >= 100 && to <= 599 && from <= to) ranges.push({ from, to });
      else {
        const message = `\`${piece}\` is no status code`;
        const hint = 'a code is 100…599, a range 200-299; it is ignored';
        report({ code: 'out-of-range', severity: 'warning', message, span: word.span, hint });
      }
    }
  }
  return ranges;
}
