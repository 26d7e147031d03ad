import type { Family } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';
import { type Askable, bindChecks } from './bind-check.ts';
import { bindCommand } from './bind-notify.ts';

import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import { type Forwarding, mixesFamilies, readForwarding, reportForcedPort } from './forwarding.ts';
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
  readonly forwarding: Forwarding | undefined;
  /** `port` is undefined where the service has several, or none because it is a mark's. */
  readonly service: { readonly family: Family; readonly port: number | undefined } | undefined;
}

export function bindRealServer(
  { line }: Entry,
  above: Inherited,
  askable: Askable,
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
  const forwarding = written ? readForwarding(written, binder) : above.forwarding;
  const port = bindPort(line, above, forwarding, binder);
  if (address === undefined || port === undefined || forwarding === undefined) return undefined;
  const { method } = forwarding;
  if (above.service && mixesFamilies(above.service.family, address, method)) {
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
    ...forwarding,
    ...bindThresholds(values, binder),
    inhibitOnFailure: values.has('inhibit_on_failure') || above.inhibitOnFailure,
    alpha,
    checks: bindChecks(values, { target: { address, port }, inherited, ...askable, binder }),
    notifyUp: bindCommand(values, 'notify_up'),
    notifyDown: bindCommand(values, 'notify_down'),
    span: spanOf(line),
  };
}

function bindPort(
  line: Line,
  above: Inherited,
  forwarding: Forwarding | undefined,
  binder: Binder,
): number | undefined {
  const [, second] = line.args;
  const port = second ? readPort(second, binder.report) : (above.service?.port ?? 0);
  const forced = above.service?.port;
  if (!forwarding || forwarding.method === 'NAT' || forced === undefined) return port;
  if (port === undefined || port === forced) return port;
  reportForcedPort('real_server', forwarding.method, forced, line, binder.report);
  return forced;
}

function bindThresholds(values: Values, { report }: Binder): { upperThreshold: number; lowerThreshold: number } {
  const upperThreshold = values.number('uthreshold') ?? 0;
  const lowerThreshold = values.number('lthreshold') ?? 0;
  const line = values.last('lthreshold')?.line;
  if (!line || lowerThreshold <= upperThreshold) return { upperThreshold, lowerThreshold };
  const message = `\`lthreshold ${lowerThreshold}\` is above \`uthreshold ${upperThreshold}\`: the kernel refuses both`;
  const hint = 'write an uthreshold that is higher; both are ignored';
  report({ code: 'contradiction', severity: 'error', message, span: spanOf(line), hint });
  return { upperThreshold: 0, lowerThreshold: 0 };
}
