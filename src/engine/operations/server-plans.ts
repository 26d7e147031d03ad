/** The plans for real servers: drain, enable, weight. Nothing is done here. */
import { EngineError } from '../../control/link.ts';
import type { OperationRequest, Plan, PreflightCheck } from '../../control/operations.ts';
import type { RealServerAdmin } from '../../control/snapshot.ts';
import { nameOfServer, nameOfService, type ServerTarget } from '../targets.ts';
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
  const checks = changes.flatMap((one) => check(request, one));
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
      command: [
        'hatop',
        request.verb,
        request.target,
        request.value,
        request.service && `--service ${request.service}`,
        '--yes',
      ]
        .filter(Boolean)
        .join(' '),
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

function check(request: OperationRequest, { target, weight, admin }: ServerChange): PreflightCheck[] {
  const name = nameOfServer(target.server);
  const service = nameOfService(target.service);
  const removes = request.verb === 'drain' || (admin === 'enabled' && weight === 0);
  if (request.hard) return [block('--hard is not there yet', 'leave it out: a plain drain ends no connection')];
  if (request.verb === 'drain' && target.server.admin === 'drain')
    return [block(`${name} drains already`, 'nothing to do')];
  if (request.verb === 'enable' && target.server.admin === 'enabled')
    return [block(`${name} is enabled`, 'nothing to do')];
  if (!removes) return [pass(`${service}: no server leaves`)];
  const rest = target.service.realServers.filter((s) => s !== target.server && s.weight.effective > 0);
  if (rest.length === 0) {
    return [
      block(`${name} is the last server of ${service}: new clients would be refused`, 'enable another one first'),
    ];
  }
  const weightLeft = rest.reduce((all, s) => all + s.weight.effective, 0);
  const lines = [pass(`${service}: ${rest.length} server${rest.length === 1 ? '' : 's'} of weight ${weightLeft} stay`)];
  if (weightLeft < target.service.quorum.needed) {
    lines.push(
      warn(
        `${service}: weight ${weightLeft} is below its quorum of ${target.service.quorum.needed}`,
        'enable another server first',
      ),
    );
  }
  return lines;
}

function first(targets: readonly ServerTarget[]): ServerTarget {
  const [target] = targets;
  if (!target) throw new EngineError('no real server', 2);
  return target;
}
