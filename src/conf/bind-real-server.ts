import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';
import { bindChecks } from './bind-check.ts';
import type { TrackFiles } from './bind-file-check.ts';

import { type Binder, type Entry, readBlock } from './block.ts';
import { type Method, mixesFamilies, readMethod, reportForcedPort } from './forwarding.ts';
import type { RealServer } from './model.ts';
import { type Line, spanOf } from './statement.ts';
import { readAddress, readPort } from './values.ts';

/** What a virtual server hands down. Undefined: it says nothing, and the checker's own default applies. */
export interface Inherited {
  readonly delayLoop: Duration;
  readonly connectTimeout: Duration;
  readonly retry: number | undefined;
  readonly delayBeforeRetry: Duration | undefined;
  readonly warmup: Duration | undefined;
  readonly alpha: boolean;
  readonly virtualHost: string | undefined;
  readonly weight: number;
  readonly inhibitOnFailure: boolean;
  readonly method: Method | undefined;
  readonly service: { readonly address: IpAddress; readonly port: number } | undefined;
}

export function bindRealServer(
  { line }: Entry,
  above: Inherited,
  files: TrackFiles,
  binder: Binder,
): RealServer | undefined {
  const values = readBlock(line.block ?? [], 'real_server', binder);
  const [first] = line.args;
  if (!first) {
    const hint = 'it is ignored';
    binder.report({
      code: 'required',
      severity: 'error',
      message: '`real_server` needs an address',
      span: line.keyword.span,
      hint,
    });
    return undefined;
  }
  const address = readAddress(first, binder.report);
  const written = values.last('lb_kind', 'lvs_method');
  const method = written ? readMethod(written, binder) : above.method;
  const port = bindPort(line, above, method, binder);
  if (address === undefined || port === undefined || method === undefined) return undefined;
  if (above.service && mixesFamilies(above.service.address, address, method)) {
    const message = `\`${address}\` is not of the same family as the service's address`;
    binder.report({
      code: 'contradiction',
      severity: 'error',
      message,
      span: first.span,
      hint: 'only TUN can do that; it is ignored',
    });
    return undefined;
  }
  const alpha = values.has('alpha') || above.alpha;
  const inherited: Inherited = {
    ...above,
    delayLoop: values.duration('delay_loop') ?? above.delayLoop,
    connectTimeout: values.duration('connect_timeout') ?? above.connectTimeout,
    retry: values.number('retry') ?? above.retry,
    delayBeforeRetry: values.duration('delay_before_retry') ?? above.delayBeforeRetry,
    warmup: values.duration('warmup') ?? above.warmup,
    virtualHost: values.text('virtualhost') ?? above.virtualHost,
    alpha,
  };
  return {
    address,
    port,
    weight: values.number('weight') ?? above.weight,
    method,
    inhibitOnFailure: values.has('inhibit_on_failure') || above.inhibitOnFailure,
    alpha,
    checks: bindChecks(values, { target: { address, port }, inherited, files, binder }),
    span: spanOf(line),
  };
}

function bindPort(line: Line, above: Inherited, method: Method | undefined, binder: Binder): number | undefined {
  const [, second] = line.args;
  const port = second ? readPort(second, binder.report) : above.service?.port;
  if (method !== 'DR' || !above.service || port === undefined || port === above.service.port) return port;
  reportForcedPort('real_server', above.service.port, line, binder.report);
  return above.service.port;
}
