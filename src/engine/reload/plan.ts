/** What a reload would change, before anything is changed. */
import type { Configuration } from '../../conf/model.ts';
import type { OperationRequest, Plan, PreflightCheck } from '../../control/operations.ts';
import type { InstanceSnapshot } from '../../control/snapshot.ts';
import { virtualServerName } from '../assemble.ts';
import { commandLine } from '../operations/command-line.ts';
import { block, pass, warn } from '../operations/preflight.ts';
import type { RouterPlan } from '../router/messages.ts';
import { planExchange } from '../router/plan-change.ts';
import { differences, sameDefinition } from './differences.ts';

/** The configuration as it stands in the file now. */
export interface Reread {
  readonly configuration: Configuration;
  /** Each with its place in the file. An error forbids the reload. */
  readonly problems: readonly { readonly severity: 'error' | 'warning'; readonly text: string }[];
}

export interface ReloadFacts {
  readonly file: string;
  readonly before: Configuration;
  readonly plansBefore: readonly RouterPlan[];
  readonly plansAfter: readonly RouterPlan[];
  readonly instances: readonly InstanceSnapshot[];
  readonly busyWith: string | undefined;
}

export function planReload(request: OperationRequest, reread: Reread, facts: ReloadFacts): Plan {
  const errors = reread.problems.filter(({ severity }) => severity === 'error');
  const wrong = errors.map(({ text }) => block(text, 'mend the file: nothing of it is used until then'));
  const steps = errors.length > 0 ? [] : changes(reread.configuration, facts);
  const checks =
    errors.length > 0 ? wrong : [...warnings(reread), ...late(reread, facts), ...moves(facts), ...busy(facts)];
  const blocked = checks.some(({ level }) => level === 'BLOCK');
  return {
    verb: 'reload',
    target: request.target,
    title: title(facts.file, errors.length, steps.length),
    command: commandLine(request),
    checks,
    steps: steps.length > 0 || blocked ? steps : ['nothing: the file says what is running'],
    predicted: { takeOverMs: null, gapMs: null },
    tier: 2,
    blocked,
  };
}

function title(file: string, errors: number, changed: number): string {
  if (errors > 0) return `Reload ${file}: ${errors} error${errors === 1 ? '' : 's'}, nothing is changed`;
  return `Reload ${file}: ${changed} change${changed === 1 ? '' : 's'}`;
}

const warnings = ({ problems }: Reread): PreflightCheck[] =>
  problems
    .filter(({ severity }) => severity === 'warning')
    .map(({ text }) => warn(text, 'it is reloaded all the same'));

/** What only a start can do. */
const late = ({ configuration }: Reread, { before }: ReloadFacts): PreflightCheck[] =>
  sameDefinition(before.global.scheduling, configuration.global.scheduling)
    ? []
    : [
        warn(
          'vrrp_rt_priority and vrrp_no_swap count from a start on: the virtual routers go on as they are',
          'restart hatop for them; everything else is reloaded',
        ),
      ];

const busy = ({ busyWith }: ReloadFacts): PreflightCheck[] =>
  busyWith === undefined ? [] : [block(`${busyWith} is under way`, 'wait for its end')];

/** Only what begins anew or ends can move an address. */
function moves({ plansBefore, plansAfter, instances }: ReloadFacts): PreflightCheck[] {
  const planned = plansBefore.map((plan) => ({ plan }));
  const { ended, begun } = planExchange(planned, plansAfter);
  const isMaster = ({ config }: RouterPlan): boolean =>
    instances.some(({ name, state }) => name === config.name && state === 'master');
  const serving = ended.filter(({ plan }) => isMaster(plan));
  const groups = new Set(begun.flatMap(({ config }) => config.syncGroup ?? []));
  // A new member begins as backup, and the group is master as a whole or not at all.
  const following = plansAfter.filter(
    (plan) => plan.config.syncGroup && groups.has(plan.config.syncGroup) && !begun.includes(plan) && isMaster(plan),
  );
  if (serving.length + following.length === 0)
    return [pass('no instance that goes on changes its state, its timers or its sockets')];
  const ends = serving.map(({ plan: { config } }) =>
    warn(
      `${config.name} is master here and ends: it resigns (priority 0)`,
      'fail it over first, so that nobody notices',
    ),
  );
  const resigns = following.map(({ config }) =>
    warn(
      `${config.name} is master here, and a member of its sync group ${config.syncGroup} begins: the group resigns (priority 0)`,
      'fail the group over first, so that nobody notices',
    ),
  );
  return [...ends, ...resigns];
}

function changes(after: Configuration, facts: ReloadFacts): string[] {
  const { before, plansBefore, plansAfter } = facts;
  return [
    ...instanceChanges(before, after, plansBefore, plansAfter),
    ...listChanges('sync group', before.syncGroups, after.syncGroups, ({ name }) => name),
    ...listChanges('script', before.scripts, after.scripts, ({ name }) => name),
    ...listChanges('BFD session', before.bfdInstances, after.bfdInstances, ({ name }) => name),
    ...listChanges('service', before.virtualServers, after.virtualServers, virtualServerName),
    ...differences(before.statics, after.statics, 'static'),
    ...differences(before.global, after.global, 'global'),
  ];
}

function instanceChanges(
  before: Configuration,
  after: Configuration,
  plansBefore: readonly RouterPlan[],
  plansAfter: readonly RouterPlan[],
): string[] {
  const planned = plansBefore.map((plan) => ({ plan }));
  const { ended, begun } = planExchange(planned, plansAfter);
  const ends = new Set(ended.map(({ plan }) => plan.config.name));
  const begins = new Set(begun.map(({ config }) => config.name));
  return [...new Set([...before.instances, ...after.instances].map(({ name }) => name))].flatMap((name) => {
    const [old, fresh] = [before, after].map(({ instances }) => instances.find((one) => one.name === name));
    const how = ends.has(name) && begins.has(name) ? 'begins anew' : 'in place, no election';
    if (!fresh) return [`stop instance ${name}`];
    if (!old) return [`start instance ${name}: VRID ${fresh.vrid} on ${fresh.interface}, priority ${fresh.priority}`];
    const what = differences(old, fresh);
    return what.length === 0 ? [] : [`instance ${name} (${how}): ${what.join('; ')}`];
  });
}

function listChanges<T>(kind: string, before: readonly T[], after: readonly T[], nameOf: (one: T) => string): string[] {
  return [...new Set([...before, ...after].map(nameOf))].flatMap((name) => {
    const [old, fresh] = [before, after].map((list) => list.find((one) => nameOf(one) === name));
    if (!fresh) return [`take away ${kind} ${name}`];
    if (!old) return [`add ${kind} ${name}`];
    const what = differences(old, fresh);
    return what.length === 0 ? [] : [`${kind} ${name}: ${what.join('; ')}`];
  });
}
