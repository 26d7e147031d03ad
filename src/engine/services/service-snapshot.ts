/** A virtual service as the snapshot shows it. */
import type { VirtualServer } from '../../conf/model.ts';
import type { RealServerSnapshot, ServiceSnapshot } from '../../control/snapshot.ts';
import { serviceName } from '../../ipvs/types.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { Intents } from '../intents.ts';
import { checkSnapshot } from './check-snapshot.ts';
import type { Drains } from './drains.ts';
import type { TableKeeper } from './table-keeper.ts';
import type { Member, VirtualService } from './virtual-service.ts';

export function serviceSnapshot(
  service: VirtualService,
  keeper: TableKeeper,
  host: ServiceHost,
  intents: Intents,
  drains: Drains,
): ServiceSnapshot {
  const { config } = service;
  const { sorryServer: sorry } = config;
  return {
    name: service.name,
    ...whereOf(config),
    endpoints: config.endpoints.map(serviceName),
    protocol: config.protocol,
    scheduler: config.scheduler,
    method: config.method,
    persistenceTimeout: config.persistence ?? null,
    quorum: service.quorum(),
    sorry: sorry ? { address: sorry.address, port: sorry.port, active: service.sorryActive() } : null,
    realServers: service.members.map((member) => memberSnapshot(service, member, keeper, host, intents, drains)),
  };
}

/** Null where it is several, or the other kind. */
function whereOf({ endpoints, group }: VirtualServer): Pick<ServiceSnapshot, 'address' | 'port' | 'fwmark'> {
  const [only] = endpoints;
  if (group !== undefined || !only) return { address: null, port: null, fwmark: null };
  if ('mark' in only) return { address: null, port: null, fwmark: only.mark };
  return { address: only.address, port: only.port, fwmark: null };
}

function memberSnapshot(
  service: VirtualService,
  member: Member,
  keeper: TableKeeper,
  host: ServiceHost,
  intents: Intents,
  drains: Drains,
): RealServerSnapshot {
  const verdict = member.checked.verdict();
  const { weight } = service.weight(member);
  const noTable = host.table.kind === 'none';
  const entry = noTable ? undefined : keeper.entry(service.places(member));
  return {
    address: member.config.address,
    port: member.config.port,
    weight: {
      configured: member.config.weight,
      effective: weight === 'absent' ? 0 : weight,
      kernel: entry?.weight ?? null,
    },
    admin: intents.realServer(member.key)?.admin ?? 'enabled',
    health: verdict.health,
    reason: verdict.reason,
    connections: entry
      ? {
          active: entry.activeConnections,
          inactive: entry.inactiveConnections,
          persistent: entry.persistentConnections,
        }
      : null,
    rates: keeper.rates(service.places(member)) ?? null,
    checks: member.checked.checks.map((check) => checkSnapshot(check, host.clock)),
    drain: drains.of(member),
  };
}
