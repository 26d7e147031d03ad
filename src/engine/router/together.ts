/** Commands for instances, carried out in one tick: one of them, or what belongs together. */
import { after, type Instant, milliseconds } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { whyNotTakeOver } from '../../vrrp/admin.ts';
import { whyNotBoost } from '../../vrrp/boost.ts';
import type { RouterEvent } from '../../vrrp/event.ts';
import { whyNotForce } from '../../vrrp/force.ts';
import { whyNotPush } from '../../vrrp/push.ts';
import type { InstanceCommand } from './messages.ts';
import type { RouterOperations } from './operations.ts';
import type { SyncGroups } from './sync-groups.ts';
import type { VirtualRouter } from './virtual-router.ts';

type Operation = Extract<InstanceCommand, { type: 'push' | 'take-over' | 'force-master' | 'boost' }>;

const OPERATIONS: ReadonlySet<string> = new Set(['push', 'take-over', 'force-master', 'boost']);

const isOperation = (command: InstanceCommand): command is Operation => OPERATIONS.has(command.type);

export function runTogether(
  commands: readonly InstanceCommand[],
  find: (instance: string) => VirtualRouter | undefined,
  host: VrrpHost,
  groups: SyncGroups,
  operations: RouterOperations,
): void {
  const known = commands.flatMap((command) => {
    const router = find(command.instance);
    if (!router && isOperation(command)) operations.refused(command, `no instance ${command.instance}`);
    return router ? [{ router, command }] : [];
  });
  const waits = known.map(({ router, command }) => (isOperation(command) ? operations.begin(router, command) : 0));
  const wait = milliseconds(Math.max(0, ...waits));
  const act = (): void => {
    const at = host.clock.now();
    const asked = known.flatMap(({ router, command }) => (isOperation(command) ? [{ router, command }] : []));
    const missing = known.length < commands.length ? 'another member of its group is not here any more' : undefined;
    const reason = missing ?? (asked.length > 1 ? firstRefusal(asked) : undefined);
    if (reason !== undefined && asked.length > 0) {
      for (const { router, command } of asked) operations.ended(router, command.id, { kind: 'refused', reason });
      return;
    }
    groups.together(() => {
      for (const { router, command } of known) tell(router, command, at);
    });
  };
  if (wait === 0) act();
  else host.alarms.at(after(host.clock.now(), wait), act);
}

function tell(router: VirtualRouter, { instance: _, ...rest }: InstanceCommand, at: Instant): void {
  router.dispatch({ ...rest, at } as RouterEvent);
}

/** A group moves as one: what one member cannot do, none does. */
function firstRefusal(asked: readonly { readonly router: VirtualRouter; readonly command: Operation }[]) {
  return asked
    .map(({ router, command }) => {
      const turn = { config: router.plan.config, state: router.state() };
      if (command.type === 'boost') return whyNotBoost(turn);
      if (command.type === 'force-master') return whyNotForce(turn);
      return command.type === 'push' ? whyNotPush(turn) : whyNotTakeOver(turn, command.pinned ? 'pinned' : 'active');
    })
    .find((reason) => reason !== undefined);
}
