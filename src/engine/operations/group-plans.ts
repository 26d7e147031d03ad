/** The plan of a sync group: its members' plans as one. */
import type { OperationRequest, Plan, PreflightCheck } from '../../control/operations.ts';
import { commandLine } from './command-line.ts';
import type { InstanceMechanism, InstancePlan } from './instance-plans.ts';
import { block } from './preflight.ts';

export interface GroupPlan extends InstancePlan {
  /** In the group's order; `plan.target` of each is the instance. */
  readonly members: readonly InstancePlan[];
}

/** `members` are the plans of all that run here, two at least. */
export function planGroup(request: OperationRequest, name: string, members: readonly InstancePlan[]): GroupPlan {
  const mechanism = members[0]?.mechanism ?? 'none';
  const names = members.map(({ plan }) => plan.target);
  const checks = [...sameForAll(members), ...gathered(members)];
  const plan: Plan = {
    verb: request.verb,
    target: name,
    title: members.map(({ plan: { title } }, i) => (i === 0 ? title : afterVerb(title))).join(' and '),
    command: commandLine({ ...request, target: name }),
    checks,
    steps: [`all in one tick, for ${names.join(' and ')}:`, ...members.flatMap(({ plan: { steps } }) => steps)],
    predicted: {
      takeOverMs: largest(members.map(({ plan: { predicted } }) => predicted.takeOverMs)),
      gapMs: largest(members.map(({ plan: { predicted } }) => predicted.gapMs)),
    },
    tier: members.some(({ plan: { tier } }) => tier === 3) ? 3 : 2,
    blocked: checks.some(({ level }) => level === 'BLOCK'),
  };
  return { plan, mechanism, members };
}

/** Null where one is not known. */
export function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : Math.max(...known);
}

/** "Fail over VI_2 to 10.0.0.2 by silent push" → "VI_2 to 10.0.0.2 by silent push". */
const afterVerb = (title: string): string => title.replace(/^(Fail over|Take over|Fail|Put|Make) /, '');

/** A line that every member has stands once; the others say whose they are. */
function gathered(members: readonly InstancePlan[]): PreflightCheck[] {
  const all = members.flatMap(({ plan }) => plan.checks.map((check) => ({ check, of: plan.target })));
  const common = (text: string): boolean =>
    members.every(({ plan }) => plan.checks.some((check) => check.text === text));
  const seen = new Set<string>();
  return all.flatMap(({ check, of }) => {
    if (!common(check.text)) {
      const text = check.text.includes(of) ? check.text : `${of}: ${check.text}`;
      return [{ ...check, text }];
    }
    if (seen.has(check.text)) return [];
    seen.add(check.text);
    return [check];
  });
}

const kindOf = (mechanism: InstanceMechanism): string => (mechanism === 'take-over-pinned' ? 'take-over' : mechanism);

function sameForAll(members: readonly InstancePlan[]): PreflightCheck[] {
  if (new Set(members.map(({ mechanism }) => kindOf(mechanism))).size === 1) return [];
  const each = members.map(({ plan, mechanism }) => `${plan.target}: ${mechanism}`).join(', ');
  return [block(`the members are in different states (${each})`, 'wait until the group has settled')];
}
