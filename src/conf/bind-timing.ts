/** What checkers have in common: their schedule and their connection, with what they inherit. */
import type { IpAddress } from '../base/ip.ts';
import { type Duration, seconds } from '../base/time.ts';
import type { Inherited } from './bind-real-server.ts';
import type { Values } from './block.ts';
import type { CheckConnection, CheckSchedule, CheckTiming } from './check-model.ts';

export interface Target {
  readonly address: IpAddress;
  readonly port: number;
}

/** keepalived's own defaults where nobody says anything: they differ from checker to checker. */
export interface Defaults {
  readonly retry?: number;
  /** Undefined: as long as delay_loop. */
  readonly delayBeforeRetry?: Duration | undefined;
}

export const USUAL: Defaults = { delayBeforeRetry: seconds(1) };

export function bindSchedule(values: Values, inherited: Inherited, defaults: Defaults = USUAL): CheckSchedule {
  const delayLoop = values.duration('delay_loop') ?? inherited.delayLoop;
  const otherwise = defaults.delayBeforeRetry ?? delayLoop;
  return {
    delayLoop,
    retry: values.number('retry') ?? inherited.retry ?? defaults.retry ?? 1,
    delayBeforeRetry: values.duration('delay_before_retry') ?? inherited.delayBeforeRetry ?? otherwise,
    warmup: values.duration('warmup') ?? inherited.warmup ?? delayLoop,
    alpha: values.has('alpha') || inherited.alpha,
  };
}

function bindConnection(values: Values, target: Target, inherited: Inherited): CheckConnection {
  return {
    address: values.address('connect_ip') ?? target.address,
    port: values.number('connect_port') ?? target.port,
    bindTo: values.address('bindto'),
    bindPort: values.number('bind_port'),
    bindInterface: values.text('bind_if'),
    mark: values.number('fwmark') || undefined,
    connectTimeout: values.duration('connect_timeout') ?? inherited.connectTimeout,
  };
}

export const bindTiming = (values: Values, target: Target, inherited: Inherited, defaults?: Defaults): CheckTiming => ({
  ...bindConnection(values, target, inherited),
  ...bindSchedule(values, inherited, defaults),
});
