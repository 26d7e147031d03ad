import type { RouterConfig } from '../../vrrp/config.ts';
import { type JudgeContext, type JudgedDatagram, judge, type Verdict } from '../../vrrp/judge.ts';

type Judge = (config: RouterConfig, datagram: JudgedDatagram, context: JudgeContext) => Verdict;

interface Judged {
  readonly config: RouterConfig;
  readonly datagram: JudgedDatagram;
  readonly context: JudgeContext;
  readonly verdict: Verdict;
}

/**
 * `judge`, for one virtual router. A master sends the same again and again: what is asked once more in every respect has
 * the same answer.
 */
export function rememberVerdict(ask: Judge = judge): Judge {
  let last: Judged | undefined;
  return (config, datagram, context) => {
    if (last?.config === config && sameDatagram(last.datagram, datagram) && sameContext(last.context, context)) {
      return last.verdict;
    }
    last = { config, datagram, context, verdict: ask(config, datagram, context) };
    return last.verdict;
  };
}

/** In whatever is judged: when it came is not. What is no plain value but bytes is looked into, anything else is not the same. */
function sameDatagram(a: JudgedDatagram, b: JudgedDatagram): boolean {
  const [one, other]: Readonly<Record<string, unknown>>[] = [
    { ...a, at: undefined },
    { ...b, at: undefined },
  ];
  const keys = Object.keys(one ?? {});
  return keys.length === Object.keys(other ?? {}).length && keys.every((key) => sameValue(one?.[key], other?.[key]));
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array) || a.length !== b.length) return false;
  return a.every((byte, i) => byte === b[i]);
}

function sameContext(a: JudgeContext, b: JudgeContext): boolean {
  const keys = Object.keys(a) as (keyof JudgeContext)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
