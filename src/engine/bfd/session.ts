/** The driver of one BFD session: its timers, its socket, its counters. */
import { type Instant, isoTime } from '../../base/time.ts';
import type { SessionConfig } from '../../bfd/config.ts';
import { type Addressee, type Drop, judge } from '../../bfd/judge.ts';
import { initialSession, stepSession } from '../../bfd/session.ts';
import type { SessionEffect, SessionEvent, SessionState, SessionTimer } from '../../bfd/state.ts';
import type { BfdDatagram, BfdSender } from '../../ports/bfd-sockets.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import { encodeBfd } from '../../wire/bfd.ts';
import type { JournalEntry } from '../router/messages.ts';
import type { SessionVerdict } from './messages.ts';

export interface Session extends Addressee {
  readonly counters: { sent: number; received: number; readonly dropped: Map<string, number> };
  state(): SessionState;
  start(): void;
  /** The neighbor is told AdminDown. */
  stop(): void;
  receive(datagram: BfdDatagram): void;
}

export interface SessionSurroundings {
  readonly host: VrrpHost;
  readonly journal: (entry: JournalEntry) => void;
  readonly decided: (verdict: SessionVerdict) => void;
}

type Happening<T = SessionEvent> = T extends unknown ? Omit<T, 'at' | 'random'> : never;

/** `usable`: what one of this name was taken for that it takes the place of. */
export function createSession(
  config: SessionConfig,
  discriminator: number,
  usable: boolean | undefined,
  { host, journal, decided }: SessionSurroundings,
): Session {
  let state = initialSession(discriminator, host.clock.now(), usable);
  let sender: BfdSender | undefined;
  let problem: string | undefined;
  const timers = new Map<SessionTimer, Cancel>();
  const counters = { sent: 0, received: 0, dropped: new Map<string, number>() };

  function dispatch(happening: Happening, at: Instant = host.clock.now()): void {
    const next = stepSession(config, state, { ...happening, at, random: host.random() } as SessionEvent);
    state = next.state;
    // What a transition has told is not told again by its verdict.
    const told = next.effects.some((one) => one.type === 'transition' && (one.from === 'up' || one.to === 'up'));
    for (const effect of next.effects) perform(effect, told);
  }

  function perform(effect: SessionEffect, told: boolean): void {
    switch (effect.type) {
      case 'send':
        return send(encodeBfd(effect.packet));
      case 'set-timer': {
        const { timer, deadline } = effect;
        timers.get(timer)?.();
        timers.set(
          timer,
          host.alarms.at(deadline, () => dispatch({ type: 'timer', timer })),
        );
        return;
      }
      case 'stop-timer':
        return timers.get(effect.timer)?.();
      case 'transition':
        if (effect.to === 'up') write('info', `up: ${effect.reason}`);
        else if (effect.from === 'up' && effect.to === 'down') write('warning', `down: ${effect.reason}`);
        return;
      case 'verdict':
        if (!told) write('warning', `down: ${effect.reason}`);
        return decided({ session: config.name, usable: effect.usable, reason: effect.reason });
    }
  }

  /** Opened when it is needed: the source address may come later than we. */
  function send(packet: Uint8Array): void {
    const opened = sender ? { ok: true as const, value: sender } : host.bfd.open(config);
    if (opened.ok) sender = opened.value;
    const sent = opened.ok ? opened.value.send(packet) : opened;
    const now = sent.ok ? undefined : describeOsError(sent.error);
    if (sent.ok) counters.sent++;
    if (now !== undefined && now !== problem) write('warning', now);
    problem = now;
  }

  function write(severity: JournalEntry['severity'], text: string): void {
    journal({ at: isoTime(host.clock.wall()), severity, kind: 'health', subject: config.name, text: `BFD ${text}` });
  }

  return {
    config,
    discriminator,
    counters,
    state: () => state,
    start: () => dispatch({ type: 'start' }),
    stop() {
      dispatch({ type: 'stop' });
      sender?.close();
    },
    receive(datagram) {
      const judged = judge(config, datagram);
      if (!judged.ok) return count(counters.dropped, judged.error);
      counters.received++;
      dispatch({ type: 'packet', packet: judged.value }, datagram.at);
    },
  };
}

export function count(dropped: Map<string, number>, { reason }: Pick<Drop, 'reason'>): void {
  dropped.set(reason, (dropped.get(reason) ?? 0) + 1);
}
