import { ip } from '../../src/base/ip.ts';
import { type Instant, instant, milliseconds, seconds } from '../../src/base/time.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import type { RouterEffect } from '../../src/vrrp/effect.ts';
import type { RouterEvent, TimerName } from '../../src/vrrp/event.ts';
import { initialState, step } from '../../src/vrrp/instance.ts';
import type { RouterState } from '../../src/vrrp/state.ts';

export const OURS = ip('10.0.0.2');
export const PEER = ip('10.0.0.1');
export const HIGHER_PEER = ip('10.0.0.3');
export const VIP = ip('10.0.0.100');

/** Priority 100 at 1 s: skew 609.375 ms, master-down 3609.375 ms. */
export function configure(changes: Partial<RouterConfig> = {}): RouterConfig {
  return {
    name: 'VI_1',
    vrid: 51,
    interface: 'eth0',
    family: 4,
    version: 2,
    priority: 100,
    adverInterval: seconds(1),
    preempt: true,
    authentication: { type: 'none' },
    addresses: [VIP],
    garp: { delay: seconds(5), repeat: 5, refresh: milliseconds(0), refreshRepeat: 1 },
    skipCheckAdvAddr: false,
    downTimerAdverts: 3,
    higherPrioSendAdvert: false,
    lowerPrioNoAdvert: false,
    checksumWithoutPseudoHeader: false,
    ...changes,
  };
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;
export type Happening = WithoutTime<RouterEvent>;

/** One instance with a clock that goes only where the test says. All times in ms. */
export class Driver {
  readonly config: RouterConfig;
  now: Instant = instant(0);
  state: RouterState;
  constructor(changes: Partial<RouterConfig> = {}) {
    this.config = configure(changes);
    this.state = initialState(this.config, this.now);
  }

  /** The effects of one event at the present time. */
  give(happening: Happening): readonly RouterEffect[] {
    const result = step(this.config, this.state, { ...happening, at: this.now } as RouterEvent);
    this.state = result.state;
    return result.effects;
  }

  start(): readonly RouterEffect[] {
    this.give({ type: 'primary-address', address: OURS });
    return this.give({ type: 'startup' });
  }

  hear(priority: number, source = PEER): readonly RouterEffect[] {
    return this.give({ type: 'advert', source, priority });
  }

  /** Fires what falls due until `ms`, in order, each exactly at its deadline. */
  until(ms: number): RouterEffect[] {
    const effects: RouterEffect[] = [];
    for (;;) {
      const next = [...this.state.timers].sort((a, b) => a[1] - b[1])[0];
      if (!next || next[1] > ms) break;
      this.now = next[1];
      effects.push(...this.give({ type: 'timer', timer: next[0] }));
    }
    this.now = instant(ms);
    return effects;
  }

  /** The process stood still until `ms`; then `timer` fires. */
  late(ms: number, timer: TimerName): readonly RouterEffect[] {
    this.now = instant(ms);
    return this.give({ type: 'timer', timer });
  }

  deadline(timer: TimerName): number | undefined {
    return this.state.timers.get(timer);
  }
}

export function backup(changes: Partial<RouterConfig> = {}): Driver {
  const driver = new Driver(changes);
  driver.start();
  return driver;
}

/** Master since 4000 ms less the rest of the master-down time; the clock stands at `at`. */
export function master(changes: Partial<RouterConfig> = {}, at = 10_000): Driver {
  const driver = backup(changes);
  driver.until(at);
  return driver;
}

export const kinds = (effects: readonly RouterEffect[]): string[] => effects.map((effect) => effect.type);
export const adverts = (effects: readonly RouterEffect[]): number[] =>
  effects.flatMap((effect) => (effect.type === 'send-advert' ? [effect.priority] : []));
export const outcomes = (effects: readonly RouterEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'operation' ? [effect.outcome] : []));
export const notes = (effects: readonly RouterEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'note' ? [effect.text] : []));
