/**
 * A sync group: all of its members are master, or none. Pure and made of states, not of edges: after every event of a
 * member `settleGroup` looks at all of them and says what is to be told to whom, so that everything happens in one tick.
 *
 * As keepalived 2.2.7 does it: the group becomes master when every member is ready to; a member that yields takes the
 * others along; one with a fault puts all into fault, and they leave it together when no member has a fault of its own.
 */
import { after, type Instant, milliseconds } from '../base/time.ts';
import type { RouterEvent } from './event.ts';
import type { RouterState } from './state.ts';
import { readyToServe } from './sync-member.ts';

export interface SyncGroupState {
  /** What the group is as a whole; tells a member that has just taken over from one that has just yielded. */
  readonly role: 'backup' | 'master';
  /** While members hand over: when those that nobody has claimed yet follow the ones that have been. */
  readonly followAt: Instant | undefined;
}

export interface GroupMember {
  readonly name: string;
  readonly state: RouterState;
}

export type SyncGroupEffect =
  | { readonly type: 'tell'; readonly member: string; readonly event: RouterEvent }
  /** Settle again then. */
  | { readonly type: 'wake'; readonly deadline: Instant };

export interface Settled {
  readonly state: SyncGroupState;
  readonly effects: readonly SyncGroupEffect[];
}

/** The fault that a member has because of another; its own have other sources. */
export const GROUP_FAULT = 'sync group';
/** A successor that moves as a group too speaks for all members within a millisecond or two (failover). */
const FOLLOW_WITHIN = milliseconds(200);

/** A reload may make a group of instances that are masters and backups: then it gives up, and seizes nothing. */
export function beginGroup(members: readonly GroupMember[]): SyncGroupState {
  return { role: members.some(({ state }) => state.state === 'master') ? 'master' : 'backup', followAt: undefined };
}

/** For an instance in no group: what its group left behind when a reload took it out. */
export function settleAlone(state: RouterState, at: Instant): RouterEvent[] {
  if (state.faults.has(GROUP_FAULT)) return [{ type: 'fault-cleared', at, source: GROUP_FAULT }];
  return readyToServe(state) ? [{ type: 'sync', at, to: 'master', reason: 'no longer in a sync group' }] : [];
}

/** Nothing to tell: the group is at rest. Apply the effects and call again until it is. */
export function settleGroup(
  name: string,
  state: SyncGroupState,
  members: readonly GroupMember[],
  at: Instant,
): Settled {
  const faults = shareFaults(name, members, at);
  if (faults.length > 0) return { state, effects: faults };
  const masters = members.filter((member) => member.state.state === 'master');
  if (masters.length === members.length) return rest('master');
  if (masters.length === 0) {
    if (!members.every((member) => readyToServe(member.state))) return rest('backup');
    return { state: { role: 'master', followAt: undefined }, effects: tellAll(members, 'master', '', at) };
  }
  return state.role === 'backup' ? takeAlong(name, members, masters, at) : giveUp(name, state, members, masters, at);
}

const rest = (role: SyncGroupState['role']): Settled => ({ state: { role, followAt: undefined }, effects: [] });

const tellAll = (to: readonly GroupMember[], direction: 'master' | 'backup', reason: string, at: Instant) =>
  to.map(({ name }) => ({
    type: 'tell' as const,
    member: name,
    event: { type: 'sync' as const, at, to: direction, reason },
  }));

function shareFaults(name: string, members: readonly GroupMember[], at: Instant): SyncGroupEffect[] {
  const faulty = members.filter(hasOwnFault);
  const cause = faulty.map((member) => member.name).join(' and ');
  const reason = `${cause} of sync group ${name} ${faulty.length > 1 ? 'are' : 'is'} in fault`;
  return members.flatMap((member): SyncGroupEffect[] => {
    const has = member.state.faults.has(GROUP_FAULT);
    const should = faulty.length > 0 && !hasOwnFault(member);
    if (has === should) return [];
    const event: RouterEvent = should
      ? { type: 'fault', at, source: GROUP_FAULT, reason }
      : { type: 'fault-cleared', at, source: GROUP_FAULT };
    return [{ type: 'tell', member: member.name, event }];
  });
}

const hasOwnFault = ({ state }: GroupMember): boolean =>
  [...state.faults.keys()].some((source) => source !== GROUP_FAULT);

/** One was made master by the operator: the others come along, unless one of them cannot. */
function takeAlong(
  name: string,
  members: readonly GroupMember[],
  masters: readonly GroupMember[],
  at: Instant,
): Settled {
  const able = members.every(({ state }) => state.state === 'master' || state.state === 'backup');
  const others = members.filter((member) => !masters.includes(member));
  const state: SyncGroupState = { role: able ? 'master' : 'backup', followAt: undefined };
  const effects = able
    ? tellAll(others, 'master', `${names(masters)} of sync group ${name} became master`, at)
    : tellAll(masters, 'backup', `${names(others)} of sync group ${name} cannot become master`, at);
  return { state, effects };
}

/** One is master no longer. Those that are handing over have said so already and serve until their time is up. */
function giveUp(
  name: string,
  state: SyncGroupState,
  members: readonly GroupMember[],
  masters: readonly GroupMember[],
  at: Instant,
): Settled {
  const gone = names(members.filter((member) => !masters.includes(member)));
  const pushing = masters.filter((member) => member.state.push !== undefined);
  const plain = masters.filter((member) => member.state.push === undefined);
  const reason = `${gone} of sync group ${name} ${gone.includes(' and ') ? 'are' : 'is'} master no longer`;
  if (plain.length > 0) return { state, effects: tellAll(plain, 'backup', reason, at) };
  const followAt = state.followAt ?? after(at, FOLLOW_WITHIN);
  if (at >= followAt) return { state, effects: tellAll(pushing, 'backup', reason, at) };
  const wake: SyncGroupEffect[] = state.followAt === undefined ? [{ type: 'wake', deadline: followAt }] : [];
  return { state: { role: 'master', followAt }, effects: wake };
}

const names = (members: readonly GroupMember[]): string => members.map((member) => member.name).join(' and ');
