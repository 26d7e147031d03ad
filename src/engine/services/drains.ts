/** Drains under way, with the truth: what is left, what still arrives, when it ends, and why it has not ended. */
import { isoTime, type WallTime } from '../../base/time.ts';
import type { RealServerSnapshot } from '../../control/snapshot.ts';
import { beginDrain, type DrainProgress, type DrainState, stepDrain } from '../../ipvs/drain.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { Intents, ServerIntent } from '../intents.ts';
import type { TableKeeper } from './table-keeper.ts';
import type { Member, VirtualService } from './virtual-service.ts';

export interface Drains {
  /** Looks at every draining server; after each reading of the table. */
  look(services: readonly VirtualService[]): void;
  /** Null where the server is not being drained. */
  of(member: Member): RealServerSnapshot['drain'];
}

interface Underway {
  readonly state: DrainState;
  readonly progress: DrainProgress | undefined;
}

export function createDrains(host: ServiceHost, keeper: TableKeeper, intents: Intents): Drains {
  const underway = new Map<string, Underway>();

  const intentOf = (member: Member): ServerIntent | undefined => {
    const intent = intents.realServer(member.key);
    return intent?.admin === 'drain' || intent?.admin === 'drain-hard' ? intent : undefined;
  };

  function lookAt(service: VirtualService, member: Member): void {
    if (!intentOf(member)) {
      underway.delete(member.key);
      return;
    }
    const before = underway.get(member.key)?.state ?? beginDrain(service.config.protocol, service.config.persistence);
    const entry = keeper.entry(service.places(member));
    if (!entry) {
      underway.set(member.key, { state: before, progress: undefined });
      return;
    }
    const [state, progress] = stepDrain(before, {
      at: host.clock.now(),
      weight: entry.weight,
      activeConnections: entry.activeConnections,
      inactiveConnections: entry.inactiveConnections,
      persistentConnections: entry.persistentConnections,
      connections: entry.counters.connections,
      longestExpiry: null,
    });
    underway.set(member.key, { state, progress });
  }

  return {
    look(services) {
      for (const service of services) for (const member of service.members) lookAt(service, member);
    },
    of(member) {
      const intent = intentOf(member);
      if (!intent) return null;
      const startedAt = isoTime(intent.since as WallTime);
      if (host.table.kind === 'none') {
        return { startedAt, arrivingCps: null, etaMs: null, why: 'no data plane here: nothing can be counted' };
      }
      const progress = underway.get(member.key)?.progress;
      if (!progress) return { startedAt, arrivingCps: null, etaMs: null, why: 'out of the table: nothing arrives' };
      return { startedAt, arrivingCps: progress.arrivingCps, etaMs: progress.etaMs, why: progress.why };
    },
  };
}
