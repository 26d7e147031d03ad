/** Drives the sync groups of a machine: after each event of a member the group settles, within the same tick. */
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { beginGroup, type GroupMember, type SyncGroupState, settleAlone, settleGroup } from '../../vrrp/sync-group.ts';
import type { VirtualRouter } from './virtual-router.ts';

export interface SyncGroups {
  /** After an event of `router`. */
  settle(router: VirtualRouter): void;
  /** What happens in `act` is one thing for the groups: they settle after it. */
  together(act: () => void): void;
  stop(): void;
}

/** What is remembered of a group; who is in it is asked of the routers each time, for a reload changes it. */
interface Group {
  state: SyncGroupState;
  wake: Cancel;
  settling: boolean;
}

/** A group at rest answers with nothing; this many rounds without rest would be a mistake of ours. */
const MOST_ROUNDS = 16;

export function createSyncGroups(routers: () => readonly VirtualRouter[], host: VrrpHost): SyncGroups {
  const groups = new Map<string, Group>();
  let holding = 0;

  const membersOf = (name: string): VirtualRouter[] => routers().filter(({ plan }) => plan.config.syncGroup === name);

  function settleGroupOf(name: string): void {
    const members = membersOf(name);
    const group = groups.get(name) ?? { state: beginGroup(members.map(view)), wake: () => {}, settling: false };
    groups.set(name, group);
    if (holding > 0 || group.settling) return;
    group.settling = true;
    try {
      for (let round = 0; round < MOST_ROUNDS && settleOnce(name, group, members); round++);
    } finally {
      group.settling = false;
    }
  }

  /** Whether anybody was told anything. */
  function settleOnce(name: string, group: Group, members: readonly VirtualRouter[]): boolean {
    const { state, effects } = settleGroup(name, group.state, members.map(view), host.clock.now());
    group.state = state;
    if (state.followAt === undefined) group.wake();
    for (const effect of effects) {
      if (effect.type === 'wake') group.wake = host.alarms.at(effect.deadline, () => settleGroupOf(name));
      else members.find(({ plan }) => plan.config.name === effect.member)?.dispatch(effect.event);
    }
    return effects.some(({ type }) => type === 'tell');
  }

  function settle(router: VirtualRouter): void {
    const { syncGroup } = router.plan.config;
    if (syncGroup !== undefined) return settleGroupOf(syncGroup);
    if (holding > 0) return;
    for (const event of settleAlone(router.state(), host.clock.now())) router.dispatch(event);
  }

  return {
    settle,
    together(act) {
      holding += 1;
      try {
        act();
      } finally {
        holding -= 1;
      }
      for (const name of groups.keys()) if (membersOf(name).length === 0) groups.delete(name);
      for (const router of [...routers()]) settle(router);
    },
    stop() {
      for (const group of groups.values()) group.wake();
    },
  };
}

const view = (router: VirtualRouter): GroupMember => ({ name: router.plan.config.name, state: router.state() });
