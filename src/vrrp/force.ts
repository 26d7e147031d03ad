/** Mastership by decree: the operator says that whoever else claims it is not to be believed. Nobody is asked to yield. */
import { setAdmin } from './admin.ts';
import { effectivePriority } from './priority.ts';
import { becomeMaster } from './transitions.ts';
import { announce, emit, endOperation, type Turn } from './turn.ts';

/** Pinned from now on, so that the next advertisement of a lower one does not end it. */
export function forceMaster(turn: Turn, id: string): void {
  const reason = whyNotForce(turn);
  if (reason !== undefined) {
    endOperation(turn, id, { kind: 'refused', reason });
    return;
  }
  setAdmin(turn, 'pinned', 'forced by the operator');
  if (turn.state.state === 'master') {
    emit(turn, { type: 'send-advert', priority: effectivePriority(turn.config, turn.state) });
    announce(turn, turn.config.garp.repeat);
  } else becomeMaster(turn, 'forced by the operator');
  endOperation(turn, id, { kind: 'took-over' });
}

export function whyNotForce({
  config: { name },
  state: { state, push, admin, faults },
}: Pick<Turn, 'config' | 'state'>): string | undefined {
  if (push) return `${name} is handing over (operation ${push.id})`;
  if (admin === 'maintenance') return `${name} is in maintenance: activate it first`;
  if (state === 'fault') return `${name} is in fault: ${[...faults.values()].join('; ')}`;
  if (state === 'initialize') return `${name} is not started`;
  return undefined;
}
