/** A virtual service as the snapshot shows it. */
import type { RealServerSnapshot, ServiceSnapshot } from '../../control/snapshot.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { Intents } from '../intents.ts';
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
  return {
    address: config.address,
    port: config.port,
    protocol: config.protocol,
    fwmark: null,
    scheduler: config.scheduler,
    method: config.method,
    persistenceTimeout: config.persistence ?? null,
    quorum: service.quorum(),
    sorry: config.sorryServer ? { ...config.sorryServer, active: service.sorryActive() } : null,
    realServers: service.members.map((member) => memberSnapshot(service, member, keeper, host, intents, drains)),
  };
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
  const entry = noTable ? undefined : keeper.entry(service.config, member.config);
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
    rates: keeper.rates(service.config, member.config) ?? null,
    drain: drains.of(member),
  };
}
