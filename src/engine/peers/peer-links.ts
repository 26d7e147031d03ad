/** Drives the links to the other hatops: opens and closes, asks each for its snapshot once a second, remembers the last. */
import { after, elapsed, type Instant, isoTime, seconds, wallTime } from '../../base/time.ts';
import { EngineError } from '../../control/link.ts';
import type { PeerSession } from '../../control/peer-session.ts';
import type { PeerSnapshot, Snapshot } from '../../control/snapshot.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { Journal } from '../journal.ts';
import { beginLink, type LinkEvent, type LinkState, type LinkStep, stepLink } from './link-state.ts';
import { readPeerAnswer } from './peer-answer.ts';
import type { PeerDoor } from './peer-door.ts';

const ASK_EVERY = seconds(1);
/** EngineError's exit code of a stream that has ended. */
const NO_ENGINE = 3;

/** A peer as it is known now. */
export interface LinkedPeer {
  readonly name: string;
  readonly where: string;
  readonly state: LinkState;
  /** Undefined while it is not up. */
  readonly session: PeerSession | undefined;
  /** The last that came; while it is not up, of before. */
  readonly snapshot: Snapshot | undefined;
  /** Their clock less ours, ms, by as much too little as the snapshot was on its way. */
  readonly clockAheadMs: number | undefined;
}

export interface PeerLinks {
  /** In the order of the file. */
  peers(): readonly LinkedPeer[];
  /** With what they are now: asks those that are up, and does not wait longer than a second. */
  fresh(): Promise<readonly LinkedPeer[]>;
  snapshot(): PeerSnapshot[];
  start(): void;
  stop(): void;
}

export function createPeerLinks(
  doors: readonly PeerDoor[],
  host: Pick<ServiceHost, 'clock' | 'alarms'>,
  journal: Journal,
  changed: () => void,
): PeerLinks {
  const links = doors.map((door) => createLink(door, host, journal, changed));
  const peers = (): LinkedPeer[] => links.map((link) => link.view());
  return {
    peers,
    async fresh() {
      let cancel: Cancel = () => {};
      const late = new Promise<void>((resolve) => {
        cancel = host.alarms.at(after(host.clock.now(), ASK_EVERY), resolve);
      });
      await Promise.race([late, Promise.all(links.map((link) => link.ask()))]);
      cancel();
      return peers();
    },
    snapshot: () => peers().map((peer) => describePeer(peer, host.clock)),
    start() {
      for (const link of links) link.start();
    },
    stop() {
      for (const link of links) link.stop();
    },
  };
}

interface Link {
  view(): LinkedPeer;
  ask(): Promise<void>;
  start(): void;
  stop(): void;
}

function createLink(
  door: PeerDoor,
  { clock, alarms }: Pick<ServiceHost, 'clock' | 'alarms'>,
  journal: Journal,
  changed: () => void,
): Link {
  let state: LinkState = { phase: 'down', since: clock.now(), reason: '', failures: 0, deadline: clock.now() };
  let session: PeerSession | undefined;
  let snapshot: Snapshot | undefined;
  let clockAheadMs: number | undefined;
  let alarm: Cancel = () => {};
  let nextAsk: Cancel = () => {};

  function dispatch(event: LinkEvent): void {
    take(stepLink(state, event));
  }

  function take({ state: next, effects }: LinkStep): void {
    const before = state;
    state = next;
    if (before.phase !== next.phase || before.reason !== next.reason) told(before, next);
    if (next.phase === 'down' || effects.includes('close')) close();
    if (effects.includes('open')) open();
    arm();
  }

  function told(before: LinkState, next: LinkState): void {
    if (next.phase === 'up') write('info', `linked (${door.where})`);
    // A peer that stays away is one line, not one for every attempt.
    else if (next.phase === 'down' && (before.phase === 'up' || before.reason !== next.reason)) {
      write('warning', `no link: ${next.reason} (${door.where})`);
    }
    changed();
  }

  function write(severity: 'info' | 'warning', text: string): void {
    const at = isoTime(clock.wall());
    journal.write({ at, severity, kind: 'engine', subject: door.name, text: `peer ${door.name}: ${text}` });
  }

  function open(): void {
    let opened: PeerSession | undefined;
    try {
      opened = door.open((reason) => {
        if (session !== opened) return;
        dispatch({ type: 'ended', at: clock.now(), reason });
      });
    } catch (error) {
      // Without a process or a descriptor to spare there is no link; the engine goes on.
      const reason = error instanceof Error ? error.message : String(error);
      nextAsk = alarms.at(clock.now(), () => dispatch({ type: 'ended', at: clock.now(), reason }));
      return;
    }
    session = opened;
    void ask();
  }

  function close(): void {
    const closing = session;
    session = undefined;
    nextAsk();
    closing?.close();
  }

  /** Where the stream has ended the door says why, and better; a refusal only we have heard. */
  async function ask(): Promise<void> {
    const asked = session;
    if (!asked) return;
    nextAsk();
    try {
      const answer = readPeerAnswer(await asked.snapshot());
      if (session !== asked) return;
      if (!answer.ok) return dispatch({ type: 'ended', at: clock.now(), reason: answer.error });
      snapshot = answer.value;
      clockAheadMs = Date.parse(snapshot.takenAt) - clock.wall();
      dispatch({ type: 'heard', at: clock.now() });
    } catch (error) {
      if (session !== asked || (error instanceof EngineError && error.exitCode === NO_ENGINE)) return;
      dispatch({ type: 'ended', at: clock.now(), reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    nextAsk();
    nextAsk = alarms.at(after(clock.now(), ASK_EVERY), () => void ask());
  }

  /** One alarm is enough: what rings too early is set again. */
  function arm(): void {
    alarm();
    alarm = alarms.at(state.deadline, () => dispatch({ type: 'due', at: clock.now() }));
  }

  return {
    view: () => ({
      name: door.name,
      where: door.where,
      state,
      session: state.phase === 'up' ? session : undefined,
      snapshot,
      clockAheadMs,
    }),
    ask: () => (state.phase === 'up' ? ask() : Promise.resolve()),
    start: () => take(beginLink(clock.now())),
    stop() {
      close();
      alarm();
    },
  };
}

function describePeer(peer: LinkedPeer, { now, wall }: ServiceHost['clock']): PeerSnapshot {
  const { name, where, state, snapshot, clockAheadMs } = peer;
  const known = state.phase === 'up' ? snapshot : undefined;
  return {
    name,
    where,
    state: state.phase,
    since: isoTime(wallTime(wall() - elapsed(state.since, now() as Instant))),
    reason: state.phase === 'up' ? '' : state.reason,
    host: known?.host ?? null,
    version: known?.engine.version ?? null,
    clockAheadMs: known ? (clockAheadMs ?? null) : null,
    instances: known?.instances.map((one) => ({ name: one.name, state: one.state, admin: one.admin })) ?? null,
  };
}
