/** The plans for maintenance, pin, unpin and force-master. Nothing is done here. */
import type { OperationRequest, PreflightCheck } from '../../control/operations.ts';
import type { InstanceSnapshot } from '../../control/snapshot.ts';
import {
  addresses,
  advert,
  busy,
  type InstancePlan,
  lease,
  PINNED_PRIORITY,
  plan,
  planPush,
  planTakeOver,
  skewOf,
} from './instance-plans.ts';
import { block, type Examined, likelySuccessor, ownSession, pass, warn } from './preflight.ts';

const UNPREDICTED = { takeOverMs: null, gapMs: null } as const;

/** As master it hands over first; where nobody takes over it stays, unless forced. */
export function planMaintenance(request: OperationRequest, examined: Examined): InstancePlan {
  const { snapshot } = examined.status;
  const title = `Take ${snapshot.name} out for maintenance`;
  const serves = snapshot.state === 'master';
  const push = serves ? planPush(request, examined) : undefined;
  const checks = [
    ...already(snapshot, 'maintenance'),
    ...needsReason(request),
    otherNode(request, examined),
    ...(push
      ? push.plan.checks
      : [pass(`${snapshot.name} is ${snapshot.state} here: no address moves`), ...busy(examined)]),
  ];
  const until = request.leaseMs === undefined ? 'until it is activated' : `for ${lease(request)}`;
  const nobody = request.force
    ? `nobody within the master-down time: resign all the same, remove ${addresses(snapshot)}`
    : 'nobody within the master-down time: go on serving, result ROLLED_BACK';
  const handOver = [
    advert(snapshot, 0),
    `then silence; keep ${addresses(snapshot)} and go on serving`,
    `at the successor's first advert: remove ${addresses(snapshot)} from ${snapshot.interface}`,
    nobody,
  ];
  const steps = [...(serves ? handOver : []), `out of the election ${until}; ${addresses(snapshot)} forbidden here`];
  const mechanism = serves ? 'push-to-maintenance' : 'maintenance';
  return { mechanism, plan: plan(request, title, checks, steps, push?.plan.predicted ?? UNPREDICTED, 3) };
}

function needsReason({ reason }: OperationRequest): PreflightCheck[] {
  // The console asks for it in the dialog, where a plan of this tier is confirmed by typing one.
  return reason === undefined ? [warn('a reason is needed', 'add --reason TEXT')] : [pass(`reason: ${reason}`)];
}

function otherNode({ force }: OperationRequest, { evidence }: Examined): PreflightCheck {
  const best = likelySuccessor(evidence);
  if (best?.alive) return pass(`${best.address} lives: somebody is left`);
  const words = best ? `${best.address} does not answer ARP now` : 'no other node is known';
  const then = 'nobody would serve';
  if (force) return warn(`${words}: ${then}`, 'forced: nothing');
  return block(`${words}: ${then}`, 'start another node first, or --force');
}

function already(snapshot: InstanceSnapshot, admin: InstanceSnapshot['admin']): PreflightCheck[] {
  return snapshot.admin === admin ? [block(`${snapshot.name} is in ${admin} already`, 'nothing to do')] : [];
}

/** On a backup it takes over, pinned: what `failover` there does where it has to. */
export function planPin(request: OperationRequest, examined: Examined): InstancePlan {
  const { snapshot } = examined.status;
  if (snapshot.state === 'backup') {
    const takeOver = planTakeOver({ ...request, verb: 'pin' }, examined, true);
    return { ...takeOver, plan: { ...takeOver.plan, title: `${takeOver.plan.title} and pin it here` } };
  }
  const title = `Pin ${snapshot.name} to this node`;
  const checks = [
    snapshot.state === 'master'
      ? pass(`${snapshot.name} is master here: no address moves`)
      : block(`${snapshot.name} is ${snapshot.state} here`, 'mend the fault first'),
    ...(snapshot.priority.base === 255 ? [block('an address owner (255) is pinned already', 'nothing to do')] : []),
    ...already(snapshot, 'pinned'),
    ...returning(examined),
    ...busy(examined),
  ];
  const steps = [
    `${advert(snapshot, PINNED_PRIORITY)} instead of ${snapshot.priority.effective}, for ${lease(request)}`,
    `after it priority ${snapshot.priority.base} and what tracking makes of it`,
  ];
  return { mechanism: 'pin', plan: plan(request, title, checks, steps, UNPREDICTED) };
}

/** Whoever has been heard with more than our own priority may want it back when the pin has gone. */
function returning({ evidence, status: { snapshot } }: Examined): PreflightCheck[] {
  const above = evidence.senders.find(
    ({ verdict, priority }) => verdict === 'valid' && priority > snapshot.priority.base,
  );
  if (!above) return [];
  const wait = ((snapshot.adverIntervalMs * 3 + skewOf(above.priority, snapshot)) / 1000).toFixed(1);
  const words = `${above.address} (priority ${above.priority}) takes it back within ${wait} s after the pin, unless it has nopreempt`;
  return [warn(words, 'fail over at the moment of your choice instead')];
}

export function planUnpin(request: OperationRequest, examined: Examined): InstancePlan {
  const { snapshot } = examined.status;
  const checks = [
    ...(snapshot.admin === 'pinned'
      ? []
      : [block(`${snapshot.name} is not pinned but ${snapshot.admin}`, 'nothing to do')]),
    ...returning(examined),
    ...busy(examined),
  ];
  const steps = [`take part with priority ${snapshot.priority.base} and what tracking makes of it, as configured`];
  const words = checks.length > 0 ? checks : [pass('nobody with a higher priority has been heard: no address moves')];
  return { mechanism: 'activate', plan: plan(request, `Unpin ${snapshot.name}`, words, steps, UNPREDICTED) };
}

/** Nobody is asked to yield: two masters are possible, and said to be. */
export function planForce(request: OperationRequest, examined: Examined): InstancePlan {
  const { snapshot } = examined.status;
  const { master, state, faults, admin } = snapshot;
  const able = state === 'backup' || state === 'master';
  const why = admin === 'maintenance' ? 'in maintenance' : `${state}: ${faults.join(', ') || 'not started'}`;
  const yields = master !== null && master.priority < PINNED_PRIORITY;
  const checks = [
    able ? pass(`${snapshot.name} is ${state} here`) : block(`${snapshot.name} is ${why}`, 'mend that first'),
    ...needsReason(request),
    ...(master && !yields
      ? [
          warn(
            `${master.address} advertises priority ${master.priority} and will not yield: SPLIT BRAIN`,
            'stop it there, or fence it',
          ),
        ]
      : []),
    warn(
      `${master ? `${master.address} may be alive` : 'a master that we do not hear may be alive'}: two nodes may hold ${addresses(snapshot)}`,
      'fail over at the master, or make sure that it is off',
    ),
    ...ownSession(examined),
    ...busy(examined),
  ];
  const steps = [
    `${advert(snapshot, PINNED_PRIORITY)}, pinned for ${lease(request)}, whoever else claims it`,
    `add ${addresses(snapshot)} to ${snapshot.interface}, gratuitous ARP`,
  ];
  const title = `Force ${snapshot.name} to be master here`;
  return { mechanism: 'force', plan: plan(request, title, checks, steps, { takeOverMs: 0, gapMs: null }, 3) };
}
