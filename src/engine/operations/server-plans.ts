/** The plans for real servers: drain, enable, weight. Nothing is done here. */
import { EngineError } from '../../control/link.ts';
import type { OperationRequest, Plan, PreflightCheck } from '../../control/operations.ts';
import type { RealServerAdmin } from '../../control/snapshot.ts';
import { nameOfServer, nameOfService, type ServerTarget } from '../targets.ts';
import { commandLine } from './command-line.ts';
import { block, pass, warn } from './preflight.ts';

export interface ServerChange {
  readonly target: ServerTarget;
  readonly admin: RealServerAdmin;
  /** The operator's weight from now on; null: as configured. */
  readonly weight: number | null;
}
export interface ServerPlan {
  readonly plan: Plan;
  readonly changes: readonly ServerChange[];
}

export function planServer(
  request: OperationRequest,
  targets: readonly ServerTarget[],
  override: (t: ServerTarget) => number | null,
): ServerPlan {
  const changes = targets.map((target) => change(request, target, override(target)));
  const checks = changes.flatMap((one) => check(request, one, changes));
  const steps = [
    'store the intent on disk',
    ...changes.map(({ target, admin, weight }) => {
      const service = nameOfService(target.service);
      const to = admin === 'drain' ? 0 : (weight ?? target.server.weight.configured);
      return `${service}: weight of ${nameOfServer(target.server)} ${target.server.weight.effective} → ${to}`;
    }),
    ...(request.verb === 'drain'
      ? ['no new connections; the established ones and persistent clients go on until they end']
      : []),
  ];
  const word = { drain: 'Drain', enable: 'Enable', weight: 'Set the weight of' }[request.verb as 'drain'];
  return {
    changes,
    plan: {
      verb: request.verb,
      target: request.target,
      title: `${word} ${nameOfServer(first(targets).server)} in ${targets.length} service${targets.length === 1 ? '' : 's'}`,
      command: commandLine(request),
      checks,
      steps,
      predicted: { takeOverMs: null, gapMs: null },
      tier: checks.some(({ level }) => level === 'WARN') ? 2 : 1,
      blocked: checks.some(({ level }) => level === 'BLOCK'),
    },
  };
}

function change(request: OperationRequest, target: ServerTarget, override: number | null): ServerChange {
  switch (request.verb) {
    case 'drain':
      return { target, admin: 'drain', weight: override };
    case 'enable':
      return { target, admin: 'enabled', weight: override };
    default:
      return { target, admin: target.server.admin, weight: parseWeight(request.value ?? '', target, override) };
  }
}

/** `3`, `50%` of the configured one, `+10` to the one in force, `=` as configured. EngineError 2 on anything else. */
export function parseWeight(value: string, { server }: ServerTarget, override: number | null): number | null {
  if (value === '=') return null;
  const match = /^([+-]?)(\d{1,5})(%?)$/.exec(value);
  if (!match || (match[1] && match[3])) {
    throw new EngineError(`weight "${value}" is not understood: give 3, 50%, +10, -1 or = (as configured)`, 2);
  }
  const figure = Number(match[2]);
  const base = override ?? server.weight.configured;
  const weight = match[3]
    ? Math.max(figure > 0 ? 1 : 0, Math.round((server.weight.configured * figure) / 100))
    : match[1] === '+'
      ? base + figure
      : match[1] === '-'
        ? base - figure
        : figure;
  if (weight < 0 || weight > 65535) throw new EngineError(`weight ${weight} is outside 0…65535`, 2);
  return weight;
}

/** Whether new clients go elsewhere afterwards. */
const leaves = ({ admin, weight }: ServerChange): boolean => admin !== 'enabled' || weight === 0;

function check(
  request: OperationRequest,
  { target, weight, admin }: ServerChange,
  changes: readonly ServerChange[],
): PreflightCheck[] {
  const name = nameOfServer(target.server);
  const service = nameOfService(target.service);
  const removes = request.verb === 'drain' || (admin === 'enabled' && weight === 0);
  // One word may name several ports of a host in this service: they leave together.
  const leaving = new Set(changes.filter(leaves).map((one) => one.target.server));
  if (request.hard) return [block('--hard is not there yet', 'leave it out: a plain drain ends no connection')];
  if (request.verb !== 'weight' && changes.every(isSoAlready)) {
    return [block(`${name} ${admin === 'drain' ? 'drains already' : 'is enabled'} in ${service}`, 'nothing to do')];
  }
  if (!removes) return [pass(`${service}: no server leaves`)];
  const rest = target.service.realServers.filter((s) => !leaving.has(s) && s.weight.effective > 0);
  if (rest.length === 0) return [lastServer(name, target.service)];
  const weightLeft = rest.reduce((all, s) => all + s.weight.effective, 0);
  const lines = [pass(`${service}: ${rest.length} server${rest.length === 1 ? '' : 's'} of weight ${weightLeft} stay`)];
  const { quorum, sorry } = target.service;
  if (weightLeft < quorum.needed) {
    const then = sorry ? `: the sorry server ${nameOfServer(sorry)} answers instead of all of them` : '';
    lines.push(
      warn(
        `${service}: weight ${weightLeft} is below its quorum of ${quorum.needed}${then}`,
        'enable another server first',
      ),
    );
  }
  return lines;
}

const isSoAlready = ({ target, admin }: ServerChange): boolean => target.server.admin === admin;

function lastServer(name: string, service: ServerTarget['service']): PreflightCheck {
  const words = `${name} is the last server of ${nameOfService(service)}`;
  const remedy = 'enable another one first';
  if (!service.sorry) return block(`${words}: new clients would be refused`, remedy);
  return warn(`${words}: the sorry server ${nameOfServer(service.sorry)} answers from then on`, remedy);
}

function first(targets: readonly ServerTarget[]): ServerTarget {
  const [target] = targets;
  if (!target) throw new EngineError('no real server', 2);
  return target;
}
