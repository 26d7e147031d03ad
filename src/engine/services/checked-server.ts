/** One real server of one virtual service: its checkers at work, and what the operator wants of it. */
import { type CheckerEffect, type CheckerEvent, initialState, step } from '../../check/checker.ts';
import type { CheckerConfig } from '../../check/config.ts';
import type { ProbeResult } from '../../check/probe.ts';
import type { CheckerState } from '../../check/state.ts';
import { judgeServer, type ServerVerdict } from '../../check/verdict.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { ServiceHost } from '../../ports/host.ts';

export interface CheckedServer {
  verdict(): ServerVerdict;
  start(): void;
  stop(): void;
}

/** `changed` is told of every verdict, with its words. */
export function createCheckedServer(
  checks: readonly CheckerConfig[],
  host: ServiceHost,
  random: () => number,
  changed: (up: boolean, reason: string) => void,
): CheckedServer {
  const checkers = checks.map((config) => createChecker(config, host, changed));
  return {
    verdict: () => judgeServer(checkers.map((checker) => checker.state())),
    start() {
      for (const checker of checkers) checker.dispatch({ type: 'start', at: host.clock.now(), random: random() });
    },
    stop() {
      for (const checker of checkers) checker.dispatch({ type: 'stop', at: host.clock.now() });
    },
  };
}

interface Checker {
  state(): CheckerState;
  dispatch(event: CheckerEvent): void;
}

function createChecker(
  config: CheckerConfig,
  host: ServiceHost,
  changed: (up: boolean, reason: string) => void,
): Checker {
  let state = initialState(config);
  let timer: Cancel = () => {};
  let probe: Cancel = () => {};

  function dispatch(event: CheckerEvent): void {
    const next = step(config, state, event);
    state = next.state;
    for (const effect of next.effects) perform(effect);
  }
  const concluded = (result: ProbeResult): void => dispatch({ type: 'probe-result', at: host.clock.now(), result });

  function perform(effect: CheckerEffect): void {
    switch (effect.type) {
      case 'probe-tcp':
        probe = host.prober.tcp(effect.target, concluded);
        return;
      case 'probe-http':
        probe = host.prober.http(effect.request, concluded);
        return;
      case 'set-timer':
        timer();
        timer = host.alarms.at(effect.deadline, () => dispatch({ type: 'timer', at: host.clock.now() }));
        return;
      case 'stop-timer':
        return timer();
      case 'cancel-probe':
        return probe();
      case 'verdict':
        return changed(effect.up, effect.reason);
    }
  }

  return { state: () => state, dispatch };
}
