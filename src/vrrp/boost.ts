/**
 * The chosen successor of an aimed push (failover.md): until the push comes, or the time for it is over, a backup takes
 * part with priority 254, so that its skew is the shortest of all, and lets the living master be.
 */
import { after, type Duration, elapsed } from '../base/time.ts';
import { sayPriority } from './admin.ts';
import { shiftMasterDown } from './backup.ts';
import { effectivePriority, OWNER, RESIGNED } from './priority.ts';
import { endOperation, setTimer, stopTimers, type Turn, update } from './turn.ts';

export function beginBoost(turn: Turn, id: string, patience: Duration): void {
  const reason = whyNotBoost(turn);
  if (reason !== undefined) {
    endOperation(turn, id, { kind: 'refused', reason });
    return;
  }
  const before = effectivePriority(turn.config, turn.state);
  update(turn, { boost: { id, startedAt: turn.at } });
  sayPriority(turn, before, 'chosen as successor');
  setTimer(turn, 'boost-deadline', after(turn.at, patience));
  shiftMasterDown(turn, before);
}

export function whyNotBoost({ config, state }: Pick<Turn, 'config' | 'state'>): string | undefined {
  const { name } = config;
  if (state.boost) return `${name} is the chosen successor already (operation ${state.boost.id})`;
  if (config.priority === OWNER) return `${name} is the address owner (priority 255)`;
  if (state.state === 'fault') return `${name} is in fault: ${[...state.faults.values()].join('; ')}`;
  if (state.admin === 'maintenance') return `${name} is in maintenance`;
  if (state.state !== 'backup') return `${name} is ${state.state}, not backup`;
  if (!state.master || state.master.priority === RESIGNED) return `${name} hears no master`;
  return undefined;
}

/** The push was called off, or nothing came of it. */
export function releaseBoost(turn: Turn, id: string): void {
  if (turn.state.boost?.id !== id) return;
  stopTimers(turn, 'boost-deadline');
  boostExpired(turn);
}

export function boostExpired(turn: Turn): void {
  const { boost } = turn.state;
  if (!boost) return;
  const before = effectivePriority(turn.config, turn.state);
  update(turn, { boost: undefined });
  sayPriority(turn, before, 'not needed as successor');
  shiftMasterDown(turn, before);
  endOperation(turn, boost.id, { kind: 'rolled-back', waited: elapsed(boost.startedAt, turn.at) });
}
