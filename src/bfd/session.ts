/**
 * A BFD session in asynchronous mode (RFC 5880 §6): `step(config, state, event)` → the next state and what is to be done,
 * in order. Pure; every event carries its time, and the chance that jitter is made of.
 */
import { after, type Duration, elapsed, type Instant } from '../base/time.ts';
import { type BfdPacket, type BfdState, DIAGNOSTIC, diagnosticName } from '../wire/bfd.ts';
import type { SessionConfig } from './config.ts';
import type { SessionEffect, SessionEvent, SessionState, SessionTimer } from './state.ts';
import { desiredMinTx, detectionTime, firstVerdict, jittered, transmitInterval } from './timers.ts';

export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

/** `discriminator` is random, unique on this machine and not 0. `usable`: what an earlier life was told to be. */
export function initialSession(discriminator: number, at: Instant, usable?: boolean): SessionState {
  return {
    state: 'down',
    since: at,
    reason: 'nothing heard yet',
    diagnostic: DIAGNOSTIC.none,
    discriminator,
    neighbor: undefined,
    polling: false,
    usable,
    timers: new Map(),
    pace: undefined,
  };
}

interface Turn {
  readonly config: SessionConfig;
  readonly at: Instant;
  readonly random: number;
  state: SessionState;
  readonly effects: SessionEffect[];
}

export function stepSession(config: SessionConfig, state: SessionState, event: SessionEvent): SessionStep {
  const turn: Turn = { config, at: event.at, random: event.random, state, effects: [] };
  switch (event.type) {
    case 'start':
      setTimer(turn, 'verdict', after(turn.at, firstVerdict(config)));
      if (maySend(turn)) send(turn);
      keepPace(turn);
      break;
    case 'stop':
      stop(turn);
      break;
    case 'timer':
      timerFired(turn, event.timer);
      break;
    case 'packet':
      // RFC 5880 §6.8.6: administratively down hears nothing.
      if (state.state !== 'admin-down') hear(turn, event.packet);
      break;
  }
  return { state: turn.state, effects: turn.effects };
}

function stop(turn: Turn): void {
  if (turn.state.state === 'admin-down') return;
  const said = maySend(turn);
  enter(turn, 'admin-down', DIAGNOSTIC.adminDown, 'stopped');
  if (said) send(turn);
  for (const timer of [...turn.state.timers.keys()]) stopTimer(turn, timer);
}

function timerFired(turn: Turn, timer: SessionTimer): void {
  const timers = new Map(turn.state.timers);
  timers.delete(timer);
  update(turn, { timers });
  if (timer === 'transmit') {
    send(turn);
    keepPace(turn);
  } else if (timer === 'detect') silence(turn);
  else if (turn.state.neighbor?.state === 'admin-down') {
    // It has not failed, and was never up: once it is not heard any more, it counts as one that nobody answers.
    setTimer(turn, 'verdict', after(turn.at, firstVerdict(turn.config)));
  } else if (turn.state.state !== 'up') {
    decide(turn, false, `no session with ${turn.config.neighbor} since the start: ${turn.state.reason}`);
  }
}

/** RFC 5880 §6.8.4: whatever the state, the neighbor's discriminator is forgotten. */
function silence(turn: Turn): void {
  const { neighbor, state } = turn.state;
  const heard = neighbor ? `nothing heard for ${Math.round(elapsed(neighbor.heardAt, turn.at))} ms` : 'silence';
  update(turn, { neighbor: undefined, polling: false });
  if (state === 'init' || state === 'up') enter(turn, 'down', DIAGNOSTIC.expired, heard);
  if (state === 'up') decide(turn, false, heard);
  if (state === 'up' && maySend(turn)) send(turn);
  keepPace(turn);
}

function hear(turn: Turn, packet: BfdPacket): void {
  const before = turn.state.state;
  update(turn, {
    neighbor: {
      discriminator: packet.myDiscriminator,
      state: packet.state,
      diagnostic: packet.diagnostic,
      multiplier: packet.multiplier,
      desiredMinTx: packet.desiredMinTx,
      requiredMinRx: packet.requiredMinRx,
      demand: packet.demand,
      heardAt: turn.at,
    },
    polling: turn.state.polling && !packet.final,
  });
  advance(turn, packet);
  const { neighbor } = turn.state;
  if (neighbor) setTimer(turn, 'detect', after(turn.at, detectionTime(turn.config, neighbor)));
  // §6.5: a poll is answered at once; §6.8.7: a change is told at once.
  if (packet.poll) send(turn, true);
  else if (turn.state.state !== before && maySend(turn)) send(turn);
  keepPace(turn);
}

/** The three-way handshake of RFC 5880 §6.2 and §6.8.6. */
function advance(turn: Turn, { state: theirs, diagnostic }: BfdPacket): void {
  const { state } = turn.state;
  if (theirs === 'admin-down') {
    if (state !== 'down') enter(turn, 'down', DIAGNOSTIC.neighborDown, 'the neighbor is administratively down');
  } else if (state === 'up') {
    if (theirs !== 'down') return;
    const reason = `the neighbor signaled down (${diagnosticName(diagnostic)})`;
    enter(turn, 'down', DIAGNOSTIC.neighborDown, reason);
    decide(turn, false, reason);
  } else if (theirs === 'init' || (state === 'init' && theirs === 'up')) {
    const reason = `${turn.config.neighbor} answers`;
    enter(turn, 'up', DIAGNOSTIC.none, reason);
    // The interval that we say is another one from now on (§6.8.3).
    const { config } = turn;
    if (desiredMinTx(config, 'up') !== desiredMinTx(config, 'down')) update(turn, { polling: true });
    stopTimer(turn, 'verdict');
    decide(turn, true, reason);
  } else if (state === 'down' && theirs === 'down') {
    enter(turn, 'init', DIAGNOSTIC.none, 'the neighbor is heard and does not hear us yet');
  }
}

function enter(turn: Turn, to: BfdState, diagnostic: number, reason: string): void {
  const from = turn.state.state;
  update(turn, { state: to, since: turn.at, diagnostic, reason, polling: false });
  turn.effects.push({ type: 'transition', from, to, reason });
}

function decide(turn: Turn, usable: boolean, reason: string): void {
  if (turn.state.usable === usable) return;
  update(turn, { usable });
  turn.effects.push({ type: 'verdict', usable, reason });
}

/** Whether anything may be sent without being asked (RFC 5880 §6.8.7). */
function maySend({ config, state }: Turn): boolean {
  return state.state !== 'admin-down' && !(config.passive && !state.neighbor);
}

/** The same of the periodic packets: not to one that wants none, or that asks for them (demand mode). */
function maySendPeriodically(turn: Turn): boolean {
  const { state, neighbor, polling } = turn.state;
  if (!maySend(turn) || neighbor?.requiredMinRx === 0) return false;
  return !(neighbor?.demand && neighbor.state === 'up' && state === 'up' && !polling);
}

function send(turn: Turn, final = false): void {
  const { state, diagnostic, discriminator, neighbor, polling } = turn.state;
  const { config } = turn;
  const packet: BfdPacket = {
    diagnostic,
    state,
    poll: polling && !final,
    final,
    demand: false,
    multiplier: config.multiplier,
    myDiscriminator: discriminator,
    yourDiscriminator: neighbor?.discriminator ?? 0,
    desiredMinTx: desiredMinTx(config, state),
    requiredMinRx: config.minRx,
  };
  turn.effects.push({ type: 'send', packet });
}

/** The next periodic packet: as it is due already, or sooner where the interval has become shorter. */
function keepPace(turn: Turn): void {
  const { config, state } = turn;
  if (!maySendPeriodically(turn)) return stopTimer(turn, 'transmit');
  const interval: Duration = transmitInterval(config, state.state, state.neighbor);
  if (state.timers.has('transmit') && state.pace !== undefined && interval >= state.pace) return;
  update(turn, { pace: interval });
  setTimer(turn, 'transmit', after(turn.at, jittered(interval, config.multiplier, turn.random)));
}

function update(turn: Turn, patch: Partial<SessionState>): void {
  turn.state = { ...turn.state, ...patch };
}

function setTimer(turn: Turn, timer: SessionTimer, deadline: Instant): void {
  update(turn, { timers: new Map(turn.state.timers).set(timer, deadline) });
  turn.effects.push({ type: 'set-timer', timer, deadline });
}

function stopTimer(turn: Turn, timer: SessionTimer): void {
  if (!turn.state.timers.has(timer)) return;
  const timers = new Map(turn.state.timers);
  timers.delete(timer);
  update(turn, { timers });
  turn.effects.push({ type: 'stop-timer', timer });
}
