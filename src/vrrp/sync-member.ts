/** What an instance does as the member of a sync group; the group itself is `sync-group.ts`. */
import { elapsed } from '../base/time.ts';
import { setAdmin } from './admin.ts';
import { whyTakeOver } from './backup.ts';
import type { RouterState } from './state.ts';
import { becomeBackup, becomeMaster, leave } from './transitions.ts';
import { endOperation, type Turn } from './turn.ts';

/**
 * Whether this member would be master if the others were: its master-down time is over. An advertisement that counts
 * sets the timer anew and so ends it.
 */
export function readyToServe(state: RouterState): boolean {
  return state.state === 'backup' && !state.timers.has('master-down');
}

export function moveWithGroup(turn: Turn, to: 'master' | 'backup', reason: string): void {
  const { state, push } = turn.state;
  if (to === 'master') {
    if (state === 'backup') becomeMaster(turn, readyToServe(turn.state) ? whyTakeOver(turn) : reason);
  } else if (state === 'master' && push) {
    follow(turn, push, reason);
  } else if (state === 'master') {
    // Unlike keepalived it resigns: a peer that has no such group would leave these addresses to nobody until its
    // master-down time is over. Whoever is master already answers a priority 0 with an advertisement, and that is all.
    leave(turn, 'resign', reason);
    becomeBackup(turn, reason);
  }
}

/** The rest of the group has been taken over: this one, whose priority 0 is on the wire, follows into standby. */
function follow(turn: Turn, push: NonNullable<RouterState['push']>, reason: string): void {
  leave(turn, 'yield', reason);
  setAdmin(turn, 'standby', reason);
  becomeBackup(turn, reason);
  endOperation(turn, push.id, { kind: 'followed', reason, took: elapsed(push.startedAt, turn.at) });
}
