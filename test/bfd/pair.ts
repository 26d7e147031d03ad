/** Two sessions that talk to each other, or one and a neighbor that the test plays; time goes only where the test says. */
import { ip } from '../../src/base/ip.ts';
import { after, type Instant, instant, milliseconds } from '../../src/base/time.ts';
import type { SessionConfig } from '../../src/bfd/config.ts';
import { initialSession, stepSession } from '../../src/bfd/session.ts';
import type { SessionEffect, SessionEvent, SessionState } from '../../src/bfd/state.ts';
import type { BfdPacket } from '../../src/wire/bfd.ts';

export const NEIGHBOR = ip('10.0.0.2');

export const configure = (changes: Partial<SessionConfig> = {}): SessionConfig => ({
  name: 'gw',
  neighbor: NEIGHBOR,
  source: undefined,
  minRx: milliseconds(10),
  minTx: milliseconds(10),
  idleTx: milliseconds(1000),
  multiplier: 5,
  passive: false,
  ttl: 255,
  maxHops: 0,
  ...changes,
});

type Happening<T = SessionEvent> = T extends unknown ? Omit<T, 'at' | 'random'> : never;

export class Session {
  readonly config: SessionConfig;
  state: SessionState;
  now: Instant = instant(0);
  /** What jitter is made of. */
  random = 0;
  readonly sent: { readonly at: Instant; readonly packet: BfdPacket }[] = [];
  readonly verdicts: (boolean | string)[][] = [];
  readonly path: string[] = [];

  constructor(changes: Partial<SessionConfig> = {}, discriminator = 7, usable?: boolean) {
    this.config = configure(changes);
    this.state = initialSession(discriminator, this.now, usable);
  }

  give(happening: Happening): readonly SessionEffect[] {
    const event = { ...happening, at: this.now, random: this.random } as SessionEvent;
    const { state, effects } = stepSession(this.config, this.state, event);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'send') this.sent.push({ at: this.now, packet: effect.packet });
      if (effect.type === 'verdict') this.verdicts.push([effect.usable, effect.reason]);
      if (effect.type === 'transition') this.path.push(effect.to);
    }
    return effects;
  }

  next(): Instant | undefined {
    return [...this.state.timers.values()].sort((a, b) => a - b)[0];
  }

  /** Lets `ms` pass; every timer fires at its deadline. */
  pass(ms: number): void {
    const end = after(this.now, milliseconds(ms));
    for (let due = this.next(); due !== undefined && due <= end; due = this.next()) {
      this.now = due;
      const [timer] = [...this.state.timers].find(([, deadline]) => deadline === due) ?? [];
      if (timer) this.give({ type: 'timer', timer });
    }
    this.now = end;
  }

  /** The neighbor says this; what is left out is what keepalived would say by default. */
  hear(packet: Partial<BfdPacket>): readonly SessionEffect[] {
    const usual: BfdPacket = {
      diagnostic: 0,
      state: 'down',
      poll: false,
      final: false,
      demand: false,
      multiplier: 5,
      myDiscriminator: 99,
      yourDiscriminator: this.state.discriminator,
      desiredMinTx: milliseconds(packet.state === 'up' ? 10 : 1000),
      requiredMinRx: milliseconds(10),
    };
    return this.give({ type: 'packet', packet: { ...usual, ...packet } });
  }

  /** Up, by the neighbor's Init. */
  bringUp(): this {
    this.give({ type: 'start' });
    this.hear({ state: 'init' });
    return this;
  }
}

/** Lets both run for `ms`, each hearing at once what the other sends while `wire` is true. */
export function together(a: Session, b: Session, ms: number, wire = true): void {
  const end = after(a.now, milliseconds(ms));
  let heardA = b.sent.length;
  let heardB = a.sent.length;
  const exchange = (): void => {
    while (heardA < b.sent.length || heardB < a.sent.length) {
      const [toA, toB] = [b.sent.slice(heardA), a.sent.slice(heardB)];
      heardA += toA.length;
      heardB += toB.length;
      if (!wire) continue;
      for (const { packet } of toA) a.give({ type: 'packet', packet });
      for (const { packet } of toB) b.give({ type: 'packet', packet });
    }
  };
  for (;;) {
    const due = Math.min(a.next() ?? Number.POSITIVE_INFINITY, b.next() ?? Number.POSITIVE_INFINITY);
    if (due > end) break;
    a.pass(due - a.now);
    b.pass(due - b.now);
    exchange();
  }
  a.pass(end - a.now);
  b.pass(end - b.now);
}
