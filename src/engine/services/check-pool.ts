/** Checkers at work. What several real servers ask in the same way of the same address is asked once, for all of them. */
import { type CheckerEffect, type CheckerEvent, initialState, step } from '../../check/checker.ts';
import type { CheckerConfig } from '../../check/config.ts';
import type { ProbeRequest, ProbeResult } from '../../check/probe.ts';
import type { CheckerState } from '../../check/state.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { SessionVerdicts } from '../bfd/verdicts.ts';

/** `up` undefined: the server is up as before, with another weight. */
export type CheckNews = (up: boolean | undefined, reason: string) => void;

/** One user's part of a checker. */
export interface SharedCheck {
  readonly config: CheckerConfig;
  state(): CheckerState;
  /** How many real servers it serves now. */
  shared(): number;
  /** It runs from the first user's start to the last one's stop. */
  start(): void;
  stop(): void;
}

export interface CheckPool {
  join(config: CheckerConfig, news: CheckNews): SharedCheck;
}

export function createCheckPool(host: ServiceHost, sessions: SessionVerdicts): CheckPool {
  const checkers = new Map<string, Entry>();
  return {
    join(config, news) {
      const key = JSON.stringify(config);
      const entry = checkers.get(key) ?? createEntry(config, host, sessions);
      checkers.set(key, entry);
      const { users, checker } = entry;
      return {
        config,
        state: checker.state,
        shared: () => users.size,
        start() {
          if (users.has(news)) return;
          users.add(news);
          checkers.set(key, entry);
          if (users.size === 1) checker.dispatch({ type: 'start', at: host.clock.now(), random: host.random() });
        },
        stop() {
          if (!users.delete(news) || users.size > 0) return;
          checkers.delete(key);
          checker.dispatch({ type: 'stop', at: host.clock.now() });
        },
      };
    },
  };
}

interface Entry {
  readonly checker: Checker;
  /** Those that have started. */
  readonly users: Set<CheckNews>;
}

function createEntry(config: CheckerConfig, host: ServiceHost, sessions: SessionVerdicts): Entry {
  const users = new Set<CheckNews>();
  const tellAll: CheckNews = (up, reason) => {
    for (const news of [...users]) news(up, reason);
  };
  return { users, checker: createChecker(config, host, sessions, tellAll) };
}

interface Checker {
  state(): CheckerState;
  dispatch(event: CheckerEvent): void;
}

function createChecker(config: CheckerConfig, host: ServiceHost, sessions: SessionVerdicts, news: CheckNews): Checker {
  let state = initialState(config);
  let timer: Cancel = () => {};
  let probe: Cancel = () => {};

  function dispatch(event: CheckerEvent): void {
    const next = step(config, state, event);
    state = next.state;
    for (const effect of next.effects) perform(effect);
  }
  const concluded = (result: ProbeResult): void => dispatch({ type: 'probe-result', at: host.clock.now(), result });

  function ask(request: ProbeRequest): Cancel {
    if (request.kind === 'script') return host.scripts.run(request, concluded);
    return request.kind === 'bfd' ? sessions.ask(request, concluded) : host.prober.ask(request, concluded);
  }

  function perform(effect: CheckerEffect): void {
    switch (effect.type) {
      case 'probe':
        probe = ask(effect.request);
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
        return news(effect.up, effect.reason);
      case 'weight':
        return news(undefined, effect.reason);
    }
  }

  return { state: () => state, dispatch };
}
