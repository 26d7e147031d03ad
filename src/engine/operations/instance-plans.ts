/** The plans for instances: failover, take-over, failback, standby, activate. Nothing is done here. */
import type { OperationRequest, Plan, PreflightCheck } from '../../control/operations.ts';
import type { InstanceSnapshot } from '../../control/snapshot.ts';
import { type Aim, aimAt } from './aim.ts';
import { afterPin, aimedSteps } from './aim-plan.ts';
import { commandLine, leaseText } from './command-line.ts';
import { planForce, planMaintenance, planPin, planUnpin } from './mode-plans.ts';
import { block, type Examined, likelySuccessor, pass, preflight, warn } from './preflight.ts';

export type InstanceMechanism =
  | 'push'
  | 'push-immediate'
  | 'take-over'
  | 'take-over-pinned'
  | 'standby'
  | 'activate'
  | 'maintenance'
  | 'push-to-maintenance'
  | 'pin'
  | 'force'
  | 'none';
export interface InstancePlan {
  readonly plan: Plan;
  readonly mechanism: InstanceMechanism;
  /** Of a push that is meant for somebody. */
  readonly aim?: Aim | undefined;
}

export const DEFAULT_LEASE_MS = 30 * 60_000;
/** From the successor's advert to its gratuitous ARP, with our own removal beside it: what was seen of keepalived. */
const HANDOVER_GAP_MS = 5;
/** The repeated priority 0 starts the successor's skew time anew (seen of hatop and of keepalived). */
const PUSH_REPEAT_MS = 10;
export const PINNED_PRIORITY = 254;

export function planInstance(request: OperationRequest, examined: Examined): InstancePlan {
  const { snapshot } = examined.status;
  if (request.verb === 'failover') {
    const takesOver = snapshot.state === 'backup' && request.to === undefined;
    return takesOver ? planTakeOver(request, examined) : planPush(request, examined);
  }
  if (request.verb === 'failback') return planFailback(request, examined);
  if (request.verb === 'maintenance') return planMaintenance(request, examined);
  if (request.verb === 'pin') return planPin(request, examined);
  if (request.verb === 'unpin') return planUnpin(request, examined);
  if (request.verb === 'force-master') return planForce(request, examined);
  return planMode(request, examined);
}

export function planPush(request: OperationRequest, examined: Examined): InstancePlan {
  const { snapshot } = examined.status;
  const aim = request.to === undefined ? undefined : aimAt(request.to, examined);
  const best = aim ?? likelySuccessor(examined.evidence);
  const takeOverMs = best?.priority === undefined ? null : takeOverAfter(skewOf(best.priority, snapshot));
  const { immediate } = request;
  const checks = [
    ...preflight(examined, aim),
    ...(aim ? afterPin(aim, request, examined) : []),
    ...(immediate ? [immediateWarning(takeOverMs)] : []),
  ];
  const held = addresses(snapshot);
  const wait = ((snapshot.adverIntervalMs * 3 + skewUnit(snapshot) + 500) / 1000).toFixed(1);
  const theirs = aim ? aimedSteps(aim, request) : { before: [], after: [] };
  const steps = [
    ...theirs.before,
    advert(snapshot, 0),
    immediate
      ? `remove ${held} from ${snapshot.interface} at once: nobody is served until the successor comes`
      : `then silence; keep ${held} and go on serving`,
    ...theirs.after,
    immediate
      ? `at the successor's first advert: enter standby for ${lease(request)}`
      : `at the successor's first advert: remove ${held} from ${snapshot.interface}, enter standby for ${lease(request)}`,
    `nobody within ${wait} s: ${immediate ? `take ${held} back, ` : ''}resume adverts of priority ${snapshot.priority.effective}, result ROLLED_BACK`,
  ];
  const name = request.to === undefined || request.to === best?.address ? undefined : request.to;
  const to = best?.address ? ` to ${name ? `${name} (${best.address})` : best.address}` : '';
  const title = `Fail over ${snapshot.name}${to} ${immediate ? 'at once' : 'by silent push'}`;
  const gapMs = immediate ? takeOverMs : HANDOVER_GAP_MS;
  const mechanism = immediate ? 'push-immediate' : 'push';
  return { mechanism, aim, plan: plan(request, title, checks, steps, { takeOverMs, gapMs }) };
}

/** Whoever comes before the repetition is not put off by it. */
const takeOverAfter = (skewMs: number): number => (skewMs < PUSH_REPEAT_MS ? skewMs : PUSH_REPEAT_MS + skewMs);

const immediateWarning = (takeOverMs: number | null): PreflightCheck =>
  warn(
    `clients are not served ${takeOverMs === null ? 'until somebody comes' : `for about ${takeOverMs} ms`}`,
    'leave --immediate out: the silent push serves until the successor speaks',
  );

/** `pinned`: also where our own priority would do. */
export function planTakeOver(request: OperationRequest, examined: Examined, pinned = false): InstancePlan {
  const { snapshot } = examined.status;
  const master = snapshot.master;
  const outranks = !pinned && master !== null && snapshot.priority.effective > master.priority;
  const priority = outranks ? snapshot.priority.effective : PINNED_PRIORITY;
  const checks = [...takeOverChecks(snapshot, priority), ...busy(examined)];
  const mode = outranks ? '' : ` and stay pinned there for ${lease(request)}`;
  const steps = [
    `${advert(snapshot, priority)}${mode}: ${master?.address ?? 'the master'} yields to it`,
    `add ${addresses(snapshot)} to ${snapshot.interface}, gratuitous ARP`,
  ];
  const predicted = { takeOverMs: 0, gapMs: HANDOVER_GAP_MS };
  const title = `Take over ${snapshot.name} from ${master?.address ?? 'its master'}`;
  return {
    mechanism: outranks ? 'take-over' : 'take-over-pinned',
    plan: plan(request, title, checks, steps, predicted),
  };
}

function planFailback(request: OperationRequest, examined: Examined): InstancePlan {
  const { snapshot } = examined.status;
  const title = `Fail ${snapshot.name} back to this node`;
  if (snapshot.state === 'master') {
    const rescuing = snapshot.admin === 'standby';
    const remedy = rescuing ? `hatop activate ${snapshot.name} ends its standby` : 'nothing to do';
    const checks = [block(`${snapshot.name} is master here already${rescuing ? ', in standby' : ''}`, remedy)];
    return { mechanism: 'none', plan: plan(request, title, checks, [], { takeOverMs: null, gapMs: null }) };
  }
  const priority = ownPriority(snapshot);
  const checks = [...takeOverChecks(snapshot, priority), ...busy(examined)];
  const steps = [
    'leave standby',
    `${advert(snapshot, priority)}: ${snapshot.master?.address ?? 'the master'} yields to it`,
    `add ${addresses(snapshot)} to ${snapshot.interface}, gratuitous ARP`,
  ];
  const predicted = { takeOverMs: 0, gapMs: HANDOVER_GAP_MS };
  return { mechanism: 'take-over', plan: plan(request, title, checks, steps, predicted) };
}

function planMode(request: OperationRequest, examined: Examined): InstancePlan {
  const { snapshot } = examined.status;
  if (request.verb === 'standby' && snapshot.state === 'master') {
    const push = planPush(request, examined);
    return { ...push, plan: { ...push.plan, title: `${push.plan.title}, then standby` } };
  }
  const standby = request.verb === 'standby';
  const steps = standby
    ? [`take part with priority 1, never preempt, still rescue; for ${lease(request)}`]
    : [`take part with priority ${ownPriority(snapshot)}, as configured`];
  const checks = standby
    ? [pass(`${snapshot.name} is ${snapshot.state} here: no address moves`), ...busy(examined)]
    : [...preemptWarning(snapshot), ...busy(examined)];
  const title = standby ? `Put ${snapshot.name} into standby` : `Make ${snapshot.name} active again`;
  return {
    mechanism: standby ? 'standby' : 'activate',
    plan: plan(request, title, checks, steps, { takeOverMs: null, gapMs: null }),
  };
}

function preemptWarning(snapshot: InstanceSnapshot): PreflightCheck[] {
  const { master } = snapshot;
  if (!master || !snapshot.preempt || ownPriority(snapshot) <= master.priority) return [pass('no address moves')];
  const wait = ((3 * snapshot.adverIntervalMs + skewOf(ownPriority(snapshot), snapshot)) / 1000).toFixed(1);
  return [
    warn(
      `it outranks ${master.address} and preempts: it takes over within ${wait} s`,
      'use failback to choose the moment',
    ),
  ];
}

export function takeOverChecks(snapshot: InstanceSnapshot, priority: number): PreflightCheck[] {
  const { master, state, faults } = snapshot;
  const checks: PreflightCheck[] = [];
  if (state === 'backup') checks.push(pass(`${snapshot.name} is backup here and healthy`));
  else
    checks.push(block(`${snapshot.name} is ${state}: ${faults.join(', ') || 'not started'}`, 'mend the fault first'));
  if (!master) checks.push(warn('no master is heard', 'it takes over by itself when the master-down time ends'));
  else if (master.priority > priority || master.priority >= 254) {
    checks.push(
      block(
        `the master ${master.address} has priority ${master.priority}, ours would be ${priority}: it would not yield`,
        `on the master itself: hatop failover ${snapshot.name} --to ${snapshot.sourceAddress ?? 'this node'}; ` +
          `or, where it is pinned, hatop unpin ${snapshot.name}, then failback here`,
      ),
    );
  } else if (master.priority === priority) {
    const words = `the master ${master.address} has our priority (${priority}): it yields only to a higher address`;
    checks.push(warn(words, 'give the nodes distinct priorities; if it does not yield, nothing is changed'));
  } else checks.push(pass(`the master ${master.address} (priority ${master.priority}) yields to ${priority}`));
  return checks;
}

export const busy = ({ busyWith }: Examined): PreflightCheck[] =>
  busyWith === undefined ? [] : [block(`${busyWith} is under way`, 'wait for its end')];

/** The priority without the admin mode's: base and terms, clamped as VRRP wants it. */
export function ownPriority({ priority }: InstanceSnapshot): number {
  if (priority.base === 255) return 255;
  const total = priority.terms.reduce((all, term) => all + term.value, priority.base);
  return Math.min(254, Math.max(1, total));
}

/** RFC 3768 §6.1: of a second; RFC 9568 §6.1: of the adver interval. */
export const skewUnit = ({ version, adverIntervalMs }: InstanceSnapshot): number =>
  version === 3 ? adverIntervalMs : 1000;
export const skewOf = (priority: number, snapshot: InstanceSnapshot): number =>
  Math.round(((256 - priority) / 256) * skewUnit(snapshot));
export const addresses = ({ virtualAddresses }: InstanceSnapshot): string =>
  virtualAddresses.map(({ address }) => address).join(', ');
export const lease = ({ leaseMs }: OperationRequest): string => leaseText(leaseMs ?? DEFAULT_LEASE_MS);
export const advert = (s: InstanceSnapshot, priority: number): string =>
  `send advert VRID ${s.vrid} priority ${priority} on ${s.interface}`;

export function plan(
  request: OperationRequest,
  title: string,
  checks: PreflightCheck[],
  steps: string[],
  predicted: Plan['predicted'],
  tier: Plan['tier'] = 2,
): Plan {
  const blocked = checks.some(({ level }) => level === 'BLOCK');
  const { verb, target } = request;
  return { verb, target, title, command: commandLine(request), checks, steps, predicted, tier, blocked };
}
