/** The operator's part: admin modes, and taking mastership on request. */
import { shiftMasterDown } from './backup.ts';
import { compareClaims } from './election.ts';
import type { AdminMode } from './event.ts';
import { effectivePriority, priorityAs } from './priority.ts';
import { becomeInitialize, becomeMaster, joinElection } from './transitions.ts';
import { emit, endOperation, type Turn, update } from './turn.ts';

export function changeAdmin(turn: Turn, mode: AdminMode, holdPreempt: boolean): void {
  const was = turn.state.admin;
  const before = effectivePriority(turn.config, turn.state);
  setAdmin(turn, mode, `admin mode ${mode}`);
  update(turn, { preemptHeld: mode === 'active' && holdPreempt && turn.state.state !== 'master' });
  if (!turn.state.started) return;
  if (mode === 'maintenance') becomeInitialize(turn, 'maintenance');
  else if (was === 'maintenance') joinElection(turn, 'maintenance ended');
  else shiftMasterDown(turn, before);
}

/** Sets the mode and says what it does to the priority; leaves state and timers alone. */
export function setAdmin(turn: Turn, mode: AdminMode, reason: string): void {
  const from = effectivePriority(turn.config, turn.state);
  update(turn, { admin: mode });
  sayPriority(turn, from, reason);
}

/** Reports a change of the effective priority from `from` to what it is now. */
export function sayPriority(turn: Turn, from: number, reason: string): void {
  const to = effectivePriority(turn.config, turn.state);
  if (turn.state.started && from !== to) emit(turn, { type: 'priority-changed', from, to, reason });
}

/** Taking over leaves standby, and is the failback that a held preemption waits for. */
export function takeOver(turn: Turn, id: string, pinned: boolean): void {
  const mode: AdminMode = pinned ? 'pinned' : 'active';
  const reason = whyNotTakeOver(turn, mode);
  if (reason !== undefined) {
    endOperation(turn, id, { kind: 'refused', reason });
    return;
  }
  setAdmin(turn, mode, pinned ? 'pinned by the operator' : 'taking over');
  if (turn.state.state !== 'master') becomeMaster(turn, 'taken over by the operator');
  endOperation(turn, id, { kind: 'took-over' });
}

export function whyNotTakeOver(turn: Pick<Turn, 'config' | 'state'>, mode: AdminMode): string | undefined {
  const { state, master, push, boost, admin, faults, primary } = turn.state;
  const { name } = turn.config;
  if (push) return `${name} is handing over (operation ${push.id})`;
  if (boost) return `${name} is about to take over (operation ${boost.id})`;
  if (state === 'master') return mode === admin ? `${name} is master already` : undefined;
  if (admin === 'maintenance') return `${name} is in maintenance: set it active first`;
  if (state === 'fault') return `${name} is in fault: ${[...faults.values()].join('; ')}`;
  if (state !== 'backup') return `${name} is not started`;
  if (!master) return undefined;
  const offered = priorityAs(turn.config, turn.state, mode);
  if (compareClaims(master, { priority: offered, address: primary }) < 0) return undefined;
  return (
    `${master.address} advertises priority ${master.priority} and would not yield to our ${offered}: ` +
    'fail over there, or pin this node'
  );
}
