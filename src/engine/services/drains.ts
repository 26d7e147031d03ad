/** Drains under way, with the truth: what is left, what still arrives, when it ends, and why it has not ended. */
import { isoTime, type WallTime } from '../../base/time.ts';
import type { RealServerSnapshot } from '../../control/snapshot.ts';
import type { ServiceHost } from '../../ports/host.ts';
import type { Intents } from '../intents.ts';
import type { TableKeeper } from './table-keeper.ts';
import type { Member, VirtualService } from './virtual-service.ts';

export interface Drains {
  /** Null where the server is not being drained. */
  of(service: VirtualService, member: Member): RealServerSnapshot['drain'];
}

export function createDrains(host: ServiceHost, keeper: TableKeeper, intents: Intents): Drains {
  return {
    of(service, member) {
      const intent = intents.realServer(member.key);
      if (intent?.admin !== 'drain' && intent?.admin !== 'drain-hard') return null;
      const startedAt = isoTime(intent.since as WallTime);
      if (host.table.kind === 'none') {
        return { startedAt, arrivingCps: null, etaMs: null, why: 'no data plane here: nothing can be counted' };
      }
      const entry = keeper.entry(service.config, member.config);
      if (!entry) return { startedAt, arrivingCps: 0, etaMs: 0, why: 'out of the table: nothing arrives' };
      const arriving = keeper.rates(service.config, member.config)?.cps ?? null;
      const { activeConnections: active, inactiveConnections: inactive, persistentConnections: persistent } = entry;
      const left = active + inactive + persistent;
      // Connections end when their clients end them: an ETA needs the expiry of each, which is not read yet.
      return {
        startedAt,
        arrivingCps: arriving,
        etaMs: left === 0 ? 0 : null,
        why: words(active, inactive, persistent),
      };
    },
  };
}

function words(active: number, inactive: number, persistent: number): string {
  if (active + inactive + persistent === 0) return 'done: no connection is left';
  const parts = [
    active > 0 ? `${active} active` : '',
    inactive > 0 ? `${inactive} inactive (they expire by themselves)` : '',
    persistent > 0 ? `${persistent} persistent clients, who may still come back` : '',
  ];
  return `left: ${parts.filter(Boolean).join(', ')}`;
}
