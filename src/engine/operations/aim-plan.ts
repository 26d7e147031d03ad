/** What an aimed push adds to the plan of a push: what the other side does, and who would take it back one day. */
import type { OperationRequest, PreflightCheck } from '../../control/operations.ts';
import type { InstanceSnapshot } from '../../control/snapshot.ts';
import type { Aim } from './aim.ts';
import { lease } from './instance-plans.ts';
import type { Examined } from './preflight.ts';
import { pass, warn } from './preflight-words.ts';

/** Before our priority 0, and after it; empty where nobody is told. */
export function aimedSteps(
  { peer }: Aim,
  request: OperationRequest,
): { readonly before: string[]; readonly after: string[] } {
  const { instance, name } = peer ?? {};
  if (!instance) return { before: [], after: [] };
  const addresses = instance.virtualAddresses.map(({ address }) => address).join(', ');
  const leaves = instance.admin === 'standby' ? 'leave standby, ' : '';
  return {
    before: [`on ${name}, by its link: ${leaves}take part with priority 254 until we resign, and wait`],
    after: [
      `on ${name}: send advert VRID ${instance.vrid} priority 254 on ${instance.interface}, ` +
        `add ${addresses} to ${instance.interface}, gratuitous ARP; pinned there for ${lease(request)}`,
    ],
  };
}

/** The pin holds as long as its lease; then the priorities decide again. */
export function afterPin({ peer }: Aim, request: OperationRequest, examined: Examined): PreflightCheck[] {
  const { instance, name } = peer ?? {};
  if (!instance) return [];
  const theirs = priorityOf(instance);
  const above = (examined.peers ?? []).flatMap((one) => {
    const other = one.instance;
    const rival =
      one !== peer && one.snapshot && other?.preempt && other.admin === 'active' && priorityOf(other) > theirs;
    return rival ? [`${one.name} (priority ${priorityOf(other)})`] : [];
  });
  const until = `${name} is pinned at 254 for ${lease(request)}`;
  if (above.length === 0) return [pass(`${until}: nobody that is known takes it back`)];
  const own = examined.status.snapshot;
  const home = `hatop failover ${instance.name} --to ${own.sourceAddress ?? 'this node'} (a peer there)`;
  const remedy = `before that, on ${name}: ${home}; or hatop unpin ${instance.name}, then here hatop failback ${own.name}`;
  return [warn(`${until}; then ${above.join(', ')} preempts it`, remedy)];
}

/** Without admin mode and boost. */
function priorityOf({ priority }: InstanceSnapshot): number {
  return Math.min(
    254,
    Math.max(
      1,
      priority.terms.reduce((all, { value }) => all + value, priority.base),
    ),
  );
}
