/** One real server of one virtual service, as its checkers see it. */
import type { CheckerConfig } from '../../check/config.ts';
import { checkedWeight, judgeServer, type ServerVerdict } from '../../check/verdict.ts';
import type { CheckNews, CheckPool, SharedCheck } from './check-pool.ts';

export interface CheckedServer {
  readonly checks: readonly SharedCheck[];
  verdict(): ServerVerdict;
  /** The configured weight as its checkers change it; undefined: they do not. */
  weight(configured: number): number | undefined;
  start(): void;
  stop(): void;
}

/** `news` comes with every verdict of a checker, with its words. */
export function createCheckedServer(
  configs: readonly CheckerConfig[],
  pool: CheckPool,
  news: CheckNews,
): CheckedServer {
  const checks = configs.map((config) => pool.join(config, (...what) => news(...what)));
  const states = () => checks.map((check) => check.state());
  return {
    checks,
    verdict: () => judgeServer(states()),
    weight: (configured) => checkedWeight(configured, states()),
    start() {
      for (const check of checks) check.start();
    },
    stop() {
      for (const check of checks) check.stop();
    },
  };
}
