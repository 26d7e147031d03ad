/**
 * The silent push (failover.md): say priority 0, then nothing more, and go on serving until somebody else claims
 * mastership. What costs the clients time is not the protocol but taking the addresses away before anybody has them.
 */
import type { IpAddress } from '../base/ip.ts';
import { after, type Duration, elapsed, milliseconds } from '../base/time.ts';
import { setAdmin } from './admin.ts';
import { effectivePriority, OWNER, RESIGNED } from './priority.ts';
import { pushPatience } from './timers.ts';
import { becomeBackup, leave, startMasterTimers } from './transitions.ts';
import {
  announce,
  emit,
  endOperation,
  note,
  releaseAll,
  setTimer,
  stopTimers,
  type Turn,
  takeAll,
  update,
} from './turn.ts';
import { span } from './words.ts';

const REPEAT_AFTER = milliseconds(10);

/** `immediate`: for a master that cannot serve any more. Its addresses go at once, and clients wait for the successor. */
export function beginPush(turn: Turn, id: string, immediate = false): void {
  const reason = whyNotPush(turn);
  if (reason !== undefined) {
    endOperation(turn, id, { kind: 'refused', reason });
    return;
  }
  emit(turn, { type: 'send-advert', priority: RESIGNED });
  if (immediate) releaseAll(turn);
  // Silence: another advert would re-arm a nopreempt backup, another GARP would take the hosts from the successor.
  stopTimers(
    turn,
    'adver',
    'garp-delay',
    'garp-refresh',
    ...(immediate ? (['repair', 'repair-routing'] as const) : []),
  );
  setTimer(turn, 'push-repeat', after(turn.at, REPEAT_AFTER));
  setTimer(turn, 'push-deadline', after(turn.at, pushPatience(turn.config)));
  update(turn, { push: { id, startedAt: turn.at, repeated: false, ...(immediate ? { immediate } : {}) } });
}

export function whyNotPush(turn: Pick<Turn, 'config' | 'state'>): string | undefined {
  const { name } = turn.config;
  if (turn.state.state !== 'master') return `${name} is ${turn.state.state}, not master`;
  if (turn.state.push) return `${name} is handing over already (operation ${turn.state.push.id})`;
  if (effectivePriority(turn.config, turn.state) === OWNER) {
    return `${name} is the address owner (priority 255): nobody else may keep its addresses`;
  }
  return undefined;
}

export function pushRepeatDue(turn: Turn): void {
  const { push } = turn.state;
  if (!push) return;
  emit(turn, { type: 'send-advert', priority: RESIGNED });
  update(turn, { push: { ...push, repeated: true } });
}

/** Whoever claims mastership after our priority 0 is the successor, of whatever priority. Another's 0 claims nothing. */
export function hearWhilePushing(turn: Turn, source: IpAddress, priority: number, adverInterval?: Duration): void {
  const { push } = turn.state;
  if (!push || priority === RESIGNED || turn.at < push.startedAt) return;
  leave(turn, 'yield', 'handed over');
  setAdmin(turn, 'standby', 'handed over');
  update(turn, { master: { address: source, priority, heardAt: turn.at, adverInterval } });
  becomeBackup(turn, `handed over to ${source}`);
  const took = elapsed(push.startedAt, turn.at);
  endOperation(turn, push.id, { kind: 'handed-over', successor: source, took });
}

/** Nobody came: nothing was given away, go on as before. */
export function pushExpired(turn: Turn): void {
  const { push } = turn.state;
  if (!push) return;
  const waited = elapsed(push.startedAt, turn.at);
  update(turn, { push: undefined });
  stopTimers(turn, 'push-repeat');
  emit(turn, { type: 'send-advert', priority: effectivePriority(turn.config, turn.state) });
  if (push.immediate) takeAll(turn);
  announce(turn, turn.config.garp.repeat);
  startMasterTimers(turn, turn.at);
  note(
    turn,
    'warning',
    `no successor in ${span(waited)}: ${push.immediate ? 'took the addresses back' : 'still master'}, advertising again`,
  );
  endOperation(turn, push.id, { kind: 'rolled-back', waited });
}
