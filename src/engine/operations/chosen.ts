/** What becomes of a chosen successor: pinned once it is master, and as before where nobody heard of its mastership. */
import { isoTime, type WallTime } from '../../base/time.ts';
import type { BoostRequest } from '../../control/boost.ts';
import type { OperationResult } from '../../control/operations.ts';
import type { InstanceSnapshot } from '../../control/snapshot.ts';
import type { InstanceIntent, Intents } from '../intents.ts';
import type { HandoverReport, Routers } from '../routers.ts';
import { leaseText } from './command-line.ts';
import { ownPriority } from './instance-plans.ts';

export interface Chosen {
  /** Of the operation here. */
  readonly id: string;
  readonly from: string;
  readonly done: Promise<unknown>;
  readonly members: readonly Member[];
}

interface Member {
  readonly name: string;
  readonly before: InstanceIntent | undefined;
  /** By its own priority it would not yield to the master that chose it. */
  readonly outranks: boolean;
  /** What was stored when it took over; absent: it has not. */
  took?: { readonly intent: InstanceIntent | undefined; readonly leaseEndsAt: number };
}

export function beforehand(snapshot: InstanceSnapshot, intents: Intents): Member {
  const { name, master } = snapshot;
  return { name, before: intents.instance(name), outranks: ownPriority(snapshot) >= (master?.priority ?? 0) };
}

interface SettleContext {
  readonly intents: Intents;
  readonly wall: () => WallTime;
  readonly by: string;
}

/** The pin is on disk once it is there: before that, a restart would take what nobody has given. */
export function settle(
  members: readonly Member[],
  reports: readonly HandoverReport[],
  { leaseMs, reason, from }: BoostRequest,
  { intents, wall, by }: SettleContext,
): Pick<OperationResult, 'result' | 'text'> {
  const leaseEndsAt = wall() + leaseMs;
  const problems = members.flatMap((member, i) => {
    if (reports[i]?.outcome.kind !== 'took-over') return [];
    const { name } = member;
    const stored = intents.setInstance(name, { admin: 'pinned', leaseEndsAt, reason: reason ?? '', by });
    member.took = { intent: intents.instance(name), leaseEndsAt };
    const until = `until hatop unpin ${name}, not for ${leaseText(leaseMs)}, and not beyond a restart`;
    return stored.ok ? [] : [`it is master, pinned ${until}: ${stored.error}`];
  });
  const reasons = reports.flatMap(({ outcome }) =>
    outcome.kind === 'refused' || outcome.kind === 'aborted' ? [outcome.reason] : [],
  );
  if (reasons.length > 0) return { result: 'REFUSED', text: [...new Set(reasons)].join('; ') };
  if (reports.some(({ outcome }) => outcome.kind !== 'took-over')) {
    return { result: 'ROLLED_BACK', text: `${from} did not hand over: as before` };
  }
  if (problems.length > 0) return { result: 'OK_WITH_WARNINGS', text: problems.join('; ') };
  const names = members.map(({ name }) => name).join(' and ');
  return { result: 'OK', text: `this node is master of ${names}, handed over by ${from}` };
}

interface ReleaseContext {
  readonly routers: Routers;
  readonly intents: Intents;
  readonly write: (severity: 'info' | 'warning', subject: string, text: string) => void;
}

/**
 * The push was called off. Who is master by then has not been heard by the one that resigned, which goes on: the pin
 * would keep both masters as long as its lease. What the operator decided here meanwhile stays.
 */
export async function release(chosen: Chosen, { routers, intents, write }: ReleaseContext): Promise<void> {
  const { id, from, done, members } = chosen;
  const commands = members.map(({ name }) => ({ type: 'boost-release', instance: name, id: `${id}/${name}` }) as const);
  routers.port.send({ type: 'together', commands });
  // It may have taken over just now, and be about to be pinned.
  await done.catch(() => {});
  const back = members.filter(({ name, took }) => took && intents.instance(name) === took.intent);
  const modes = back.map((member) => {
    const { name } = member;
    const next = nextIntent(member);
    const stored = intents.setInstance(name, next);
    const mode = next?.admin ?? 'active';
    const until = next?.leaseEndsAt ? ` until ${isoTime(next.leaseEndsAt as WallTime)}` : '';
    const problem = stored.ok ? '' : `; after a restart it is as it was stored before: ${stored.error}`;
    write('warning', name, `${name} is given back: ${from} has not heard of our mastership. ${mode}${until}${problem}`);
    return { type: 'admin', instance: name, mode, holdPreempt: false } as const;
  });
  if (modes.length > 0) routers.port.send({ type: 'together', commands: modes });
  await routers.fresh();
}

/** Standby yields to whoever is heard; one that outranks the other and let it be before (nopreempt) needs that too. */
function nextIntent({ before, outranks, took }: Member): InstanceIntent | undefined {
  if (before?.admin === 'standby') return before;
  if (!outranks || !took) return undefined;
  const reason = 'a failover to it was not heard of';
  return { admin: 'standby', leaseEndsAt: took.leaseEndsAt, reason, by: took.intent?.by ?? 'hatop' };
}
