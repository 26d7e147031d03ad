/** All virtual services of the machine: checkers to weights to the table, and the operator's changes. */
import { isoTime } from '../../base/time.ts';
import type { Configuration, GlobalDefs, RealServer, VirtualServer } from '../../conf/model.ts';
import type { ServiceSnapshot } from '../../control/snapshot.ts';
import { hostPort } from '../../ipvs/types.ts';
import type { ServiceHost } from '../../ports/host.ts';
import { checkerConfig, virtualServerName } from '../assemble.ts';
import type { SessionVerdicts } from '../bfd/verdicts.ts';
import type { Intents } from '../intents.ts';
import type { Journal } from '../journal.ts';
import type { ServerChange } from '../operations/server-plans.ts';
import { sameDefinition } from '../reload/differences.ts';
import type { ServerTarget } from '../targets.ts';
import { createCheckPool } from './check-pool.ts';
import { type CheckedServer, createCheckedServer } from './checked-server.ts';
import { createDrains, type Drains } from './drains.ts';
import { serviceSnapshot } from './service-snapshot.ts';
import { createTableKeeper } from './table-keeper.ts';
import { createTidings, type ServiceNews } from './tidings.ts';
import { createVirtualService, type Member, memberKey, type VirtualService } from './virtual-service.ts';

export interface ServiceBoard {
  start(): void;
  stop(): void;
  /** From now on these services. What is checked as before keeps its verdict; the table is settled once. */
  reload(configuration: Configuration): void;
  snapshot(): ServiceSnapshot[];
  /** The operator's weight of a server; null: as configured. */
  override(target: ServerTarget): number | null;
  /** Stores the intent and settles the table; returns what went wrong. */
  change(change: ServerChange, by: string): string | undefined;
  /** One clause on what is true of the server now. */
  describe(target: ServerTarget): string;
}

export function createServiceBoard(
  configuration: Configuration,
  host: ServiceHost,
  intents: Intents,
  journal: Journal,
  changed: () => void,
  told: ServiceNews,
  sessions: SessionVerdicts,
): ServiceBoard {
  const pool = createCheckPool(host, sessions);
  const tidings = createTidings(told);
  let services = createServices(configuration, []);
  let running = false;
  const keeper = createTableKeeper(
    host,
    () => services.flatMap((service) => service.desired()),
    (text) => write('warning', 'table', '', text),
    () => drains.look(services),
  );
  const drains: Drains = createDrains(host, keeper, intents, (subject, text) => write('info', 'table', subject, text));

  function createServices(next: Configuration, before: readonly VirtualService[]): VirtualService[] {
    const members = before.flatMap((service) => service.members);
    return next.virtualServers.map((server) => {
      const same = before.find(({ name }) => name === virtualServerName(server));
      return createVirtualService(server, membersOf(server, members, next.global), intents, same?.judged());
    });
  }

  function membersOf(server: VirtualServer, before: readonly Member[], global: GlobalDefs): Member[] {
    return server.realServers.map((real) => {
      const key = memberKey(server, real);
      const same = before.find((member) => member.key === key && sameDefinition(member.config.checks, real.checks));
      const fresh = (): CheckedServer => {
        const configs = real.checks.map((check) => checkerConfig(check, global));
        return createCheckedServer(configs, pool, (up, reason) => onNews(server, real, up, reason));
      };
      return { config: real, key, checked: same?.checked ?? fresh() };
    });
  }

  function onNews(server: VirtualServer, real: RealServer, up: boolean | undefined, reason: string): void {
    const what = up === undefined ? 'weight changed' : up ? 'up' : 'down';
    write(
      up === false ? 'warning' : 'info',
      'health',
      hostPort(real),
      `${what} in ${virtualServerName(server)}: ${reason}`,
    );
    settle();
  }

  function settle(): string[] {
    for (const service of services) {
      tidings.servers(service);
      const words = service.judge();
      if (words) write(service.quorum().up ? 'info' : 'warning', 'health', service.name, words);
      tidings.quorum(service);
    }
    const problems = keeper.settle();
    changed();
    return problems;
  }

  function write(severity: 'info' | 'warning', kind: 'health' | 'table', subject: string, text: string): void {
    journal.write({ at: isoTime(host.clock.wall()), severity, kind, subject, text });
  }

  function find({ service, server }: ServerTarget): { service: VirtualService; member: Member } | undefined {
    const same = (a: { address: string; port: number }, b: { address: string; port: number }): boolean =>
      a.address === b.address && a.port === b.port;
    const found = services.find(({ name }) => name === service.name);
    const member = found?.members.find((m) => same(m.config, server));
    return found && member && { service: found, member };
  }

  return {
    start() {
      if (host.table.kind === 'none' && services.length > 0) {
        write(
          'warning',
          'table',
          '',
          `no data plane: ${host.tableChoice ?? host.table.reason ?? 'unknown'}; checks run, nothing is balanced`,
        );
      }
      running = true;
      for (const { members } of services) for (const { checked } of members) checked.start();
      settle();
      keeper.start();
    },
    reload(next) {
      const checkedBefore = new Set(services.flatMap(({ members }) => members.map(({ checked }) => checked)));
      services = createServices(next, services);
      const checkedNow = new Set(services.flatMap(({ members }) => members.map(({ checked }) => checked)));
      if (!running) return;
      for (const checked of checkedBefore) if (!checkedNow.has(checked)) checked.stop();
      for (const checked of checkedNow) if (!checkedBefore.has(checked)) checked.start();
      settle();
    },
    stop() {
      running = false;
      tidings.end(services);
      for (const { members } of services) for (const { checked } of members) checked.stop();
      keeper.stop();
    },
    snapshot: () => services.map((service) => serviceSnapshot(service, keeper, host, intents, drains)),
    override(target) {
      const found = find(target);
      return (found && intents.realServer(found.member.key)?.weight) ?? null;
    },
    change({ target, admin, weight, ending, removed }, by) {
      const found = find(target);
      if (!found) return `${target.server.address} is not configured any more`;
      const asConfigured = admin === 'enabled' && weight === null;
      const before = intents.realServer(found.member.key);
      const goesOn = before?.admin === admin && !ending ? before : undefined;
      const now = host.clock.wall() as number;
      const deadline = ending ? { at: now + ending.afterMs, policy: ending.policy } : goesOn?.deadline;
      const since = goesOn?.since ?? now;
      const intent = asConfigured
        ? undefined
        : { admin, weight, since, by, deadline, removed: removed ?? goesOn?.removed };
      const stored = intents.setRealServer(found.member.key, intent);
      if (!stored.ok) return stored.error;
      return settle().join('; ') || undefined;
    },
    describe(target) {
      const found = find(target);
      if (!found) return '';
      const { service, member } = found;
      const { weight } = service.weight(member);
      const kernel = keeper.entry(service.places(member))?.weight;
      const shown = kernel === undefined ? 'not in the table of the kernel' : `weight ${kernel} in the kernel's table`;
      return `${hostPort(member.config)} in ${service.name}: weight ${weight === 'absent' ? 'none (out of service)' : weight}, ${shown}`;
    },
  };
}
