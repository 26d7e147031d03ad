/** The plans for real servers: drain, enable, weight. Nothing is done here. */
import { EngineError } from '../../control/link.ts';
import type { OperationRequest, Plan, PreflightCheck } from '../../control/operations.ts';
import type { RealServerAdmin } from '../../control/snapshot.ts';
import { nameOfServer, nameOfService, type ServerTarget } from '../targets.ts';
import { commandLine, leaseText } from './command-line.ts';
import { block, pass, warn } from './preflight.ts';

export interface ServerChange {
  readonly target: ServerTarget;
  readonly admin: RealServerAdmin;
  /** The operator's weight from now on; null: as configured. */
  readonly weight: number | null;
  /** What becomes of connections that have not ended after so long. */
  readonly ending?: { readonly afterMs: number; readonly policy: 'keep' | 'force' } | undefined;
  /** Out of the table at once. */
  readonly removed?: boolean | undefined;
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
      const name = nameOfServer(target.server);
      if (request.verb === 'kick') return `${service}: take ${name} out of the table`;
      const to = admin === 'enabled' ? (weight ?? target.server.weight.configured) : 0;
      return `${service}: weight of ${name} ${target.server.weight.effective} → ${to}`;
    }),
    ...whatFollows(request),
  ];
  const word = TITLES[request.verb as 'drain'];
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

const TITLES = {
  drain: 'Drain',
  offline: 'Take offline',
  kick: 'Kick',
  enable: 'Enable',
  weight: 'Set the weight of',
};

function whatFollows({ verb, timeoutMs, onTimeout }: OperationRequest): string[] {
  if (verb === 'kick') {
    return ['its connections are dropped; with net.ipv4.vs.expire_nodest_conn=1 their clients go elsewhere at once'];
  }
  if (verb !== 'drain' && verb !== 'offline') return [];
  const steps = ['no new connections; the established ones and persistent clients go on until they end'];
  if (verb === 'offline') steps.push('when nothing is left: out of the table');
  if (timeoutMs === undefined) return steps;
  const then = onTimeout === 'force' ? 'out of the table, whatever is left' : 'what is left goes on, and is reported';
  return [...steps, `after ${leaseText(timeoutMs)}: ${then}`];
}

function change(request: OperationRequest, target: ServerTarget, override: number | null): ServerChange {
  switch (request.verb) {
    case 'drain':
    case 'offline':
      return { target, admin: request.verb, weight: override, ending: endingOf(request), removed: false };
    case 'kick':
      return { target, admin: target.server.admin, weight: override, removed: true };
    case 'enable':
      return { target, admin: 'enabled', weight: override };
    default:
      return { target, admin: target.server.admin, weight: parseWeight(request.value ?? '', target, override) };
  }
}

function endingOf({ timeoutMs, onTimeout }: OperationRequest): ServerChange['ending'] {
  if (timeoutMs !== undefined) return { afterMs: timeoutMs, policy: onTimeout ?? 'keep' };
  if (onTimeout === undefined) return undefined;
  throw new EngineError('--on-timeout says what happens after --timeout: give that too', 2);
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
  const removes = request.verb === 'drain' || request.verb === 'offline' || (admin === 'enabled' && weight === 0);
  // One word may name several ports of a host in this service: they leave together.
  const leaving = new Set(changes.filter(leaves).map((one) => one.target.server));
  if (request.verb === 'kick') return [checkKick(request, target)];
  if (request.hard) return [block('--hard is not there yet', 'leave it out: a plain drain ends no connection')];
  if (request.verb !== 'weight' && changes.every(isSoAlready)) {
    return [block(`${name} ${ALREADY[admin]} in ${service}`, 'nothing to do')];
  }
  const weightThen = (s: ServerTarget['server']): number => weightAfter(s, changes);
  const weightNow = target.service.realServers.reduce((all, s) => all + s.weight.effective, 0);
  const weightOfAll = target.service.realServers.reduce((all, s) => all + weightThen(s), 0);
  if (!removes) {
    const loses = request.verb === 'weight' && weightOfAll < weightNow;
    return [pass(`${service}: no server leaves`), ...(loses ? belowQuorum(target.service, weightOfAll) : [])];
  }
  const rest = target.service.realServers.filter((s) => !leaving.has(s) && weightThen(s) > 0);
  if (rest.length === 0) return [lastServer(name, target.service)];
  const weightLeft = rest.reduce((all, s) => all + weightThen(s), 0);
  const stay = pass(`${service}: ${rest.length} server${rest.length === 1 ? '' : 's'} of weight ${weightLeft} stay`);
  return [stay, ...belowQuorum(target.service, weightLeft)];
}

/** What new clients find of it afterwards: nothing of a server that is down or drains, whatever it is given. */
function weightAfter(server: ServerTarget['server'], changes: readonly ServerChange[]): number {
  const change = changes.find((one) => one.target.server === server);
  if (!change) return server.weight.effective;
  if (change.admin !== 'enabled' || server.health === 'down') return 0;
  return change.weight ?? server.weight.configured;
}

function belowQuorum(service: ServerTarget['service'], weight: number): PreflightCheck[] {
  const { quorum, sorry } = service;
  if (weight >= quorum.needed) return [];
  const then = sorry ? `: the sorry server ${nameOfServer(sorry)} answers instead of all of them` : '';
  const words = `${nameOfService(service)}: weight ${weight} is below its quorum of ${quorum.needed}${then}`;
  return [warn(words, 'enable another server first')];
}

const isSoAlready = ({ target, admin }: ServerChange): boolean => target.server.admin === admin;

const ALREADY: Record<RealServerAdmin, string> = {
  enabled: 'is enabled',
  drain: 'drains already',
  'drain-hard': 'drains already',
  offline: 'is offline, or on its way',
};

function checkKick({ reason }: OperationRequest, { server, service }: ServerTarget): PreflightCheck {
  const name = nameOfServer(server);
  if (server.admin === 'enabled') return block(`${name} is not drained in ${service.name}`, 'drain it first');
  if (!reason) return block(`a kick ends connections of clients in ${service.name}`, 'say why: --reason TEXT');
  const { connections: left } = server;
  if (left === null) return pass(`${service.name}: ${name} is not in the table, or cannot be counted`);
  const rest = `${left.active} active, ${left.inactive} inactive, ${left.persistent} persistent`;
  return warn(`${service.name}: ${rest} connections of ${name} end`, 'wait for the drain');
}

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
