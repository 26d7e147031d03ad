/** All BFD sessions of one machine: whom a packet is for, what they show, what a reload makes of them. */

import { type Family, familyOf } from '../../base/ip.ts';
import { after, elapsed, type Instant, isoTime, milliseconds, wallTime } from '../../base/time.ts';
import type { SessionConfig } from '../../bfd/config.ts';
import { addresseeOf } from '../../bfd/judge.ts';
import { detectionTime, transmitInterval } from '../../bfd/timers.ts';
import type { BfdSessionSnapshot, BfdSnapshot } from '../../control/snapshot.ts';
import type { BfdDatagram } from '../../ports/bfd-sockets.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import { decodeBfd, diagnosticName } from '../../wire/bfd.ts';
import { sameDefinition } from '../reload/differences.ts';
import type { JournalEntry } from '../router/messages.ts';
import type { SessionVerdict } from './messages.ts';
import { count, createSession, type Session } from './session.ts';

export interface Sessions {
  /**
   * From now on these. One of unchanged definition goes on; another definition begins anew, and counts as before until
   * it is up or has had its time.
   */
  exchange(configs: readonly SessionConfig[]): void;
  /** Undefined: there is none of this name. */
  find(name: string): { readonly usable: boolean | undefined; readonly reason: string } | undefined;
  /** Undefined: there are none. */
  snapshot(): BfdSnapshot | undefined;
  stop(): void;
}

/** Whoever has port 3784 may go. */
const TRY_AGAIN = milliseconds(10_000);

export function createSessions(
  host: VrrpHost,
  journal: (entry: JournalEntry) => void,
  decided: (verdict: SessionVerdict) => void,
): Sessions {
  let sessions: Session[] = [];
  const listening = new Map<Family, Cancel>();
  const dropped = new Map<string, number>();
  let retry: Cancel = () => {};

  function create(config: SessionConfig, usable: boolean | undefined): Session {
    const taken = sessions.map(({ discriminator }) => discriminator);
    let discriminator = 0;
    // RFC 5880 §6.8.1: random, unique, not 0.
    while (discriminator === 0 || taken.includes(discriminator)) discriminator = Math.floor(host.random() * 2 ** 32);
    return createSession(config, discriminator, usable, { host, journal, decided });
  }

  function receive(datagram: BfdDatagram): void {
    const session = addresseeOf(datagram, sessions);
    if (session) return session.receive(datagram);
    const decoded = decodeBfd(datagram.payload);
    count(dropped, decoded.ok ? { reason: 'session' } : decoded.error);
  }

  function listen(): void {
    retry();
    const wanted = new Set(sessions.map(({ config }) => familyOf(config.neighbor)));
    for (const [family, shut] of listening) if (!wanted.has(family)) close(family, shut);
    for (const family of wanted) if (!listening.has(family)) open(family);
  }

  function open(family: Family): void {
    const opened = host.bfd.listen(family, receive);
    if (opened.ok) {
      listening.set(family, opened.value);
      return;
    }
    const text = `${describeOsError(opened.error)}; tried again every ${TRY_AGAIN / 1000} s`;
    journal({ at: isoTime(host.clock.wall()), severity: 'error', kind: 'engine', subject: '', text });
    retry = host.alarms.at(after(host.clock.now(), TRY_AGAIN), listen);
  }

  function close(family: Family, shut: Cancel): void {
    shut();
    listening.delete(family);
  }

  return {
    exchange(configs) {
      const before = sessions;
      sessions = [];
      const begun: Session[] = [];
      for (const config of configs) {
        const earlier = before.find((one) => one.config.name === config.name);
        const same = earlier && sameDefinition(earlier.config, config);
        const session = same ? earlier : create(config, earlier?.state().usable);
        sessions.push(session);
        if (!same) begun.push(session);
      }
      for (const session of before) if (!sessions.includes(session)) session.stop();
      listen();
      for (const session of begun) session.start();
    },
    find(name) {
      return sessions.find(({ config }) => config.name === name)?.state();
    },
    snapshot() {
      if (sessions.length === 0) return undefined;
      return {
        sessions: sessions.map((session) => sessionSnapshot(session, host)),
        dropped: Object.fromEntries(dropped),
      };
    },
    stop() {
      retry();
      for (const session of sessions) session.stop();
      for (const [family, shut] of listening) close(family, shut);
    },
  };
}

function sessionSnapshot({ config, counters, state }: Session, host: VrrpHost): BfdSessionSnapshot {
  const now = state();
  const { neighbor } = now;
  const wallAt = (at: Instant): string => isoTime(wallTime(host.clock.wall() - (host.clock.now() - at)));
  return {
    name: config.name,
    neighbor: config.neighbor,
    source: config.source ?? null,
    state: now.state,
    since: wallAt(now.since),
    reason: now.reason,
    usable: now.usable ?? null,
    diagnostic: diagnosticName(now.diagnostic),
    remote: neighbor
      ? {
          state: neighbor.state,
          diagnostic: diagnosticName(neighbor.diagnostic),
          lastPacketAgoMs: Math.max(0, Math.round(elapsed(neighbor.heardAt, host.clock.now()))),
        }
      : null,
    transmitMs: transmitInterval(config, now.state, neighbor),
    detectionMs: neighbor ? detectionTime(config, neighbor) : null,
    packets: { sent: counters.sent, received: counters.received, dropped: Object.fromEntries(counters.dropped) },
  };
}
