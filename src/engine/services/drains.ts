/** Drains under way, with the truth: what is left, what still arrives, when it ends, and why it has not ended. */
import { isoTime, type WallTime } from '../../base/time.ts';
import type { RealServerSnapshot } from '../../control/snapshot.ts';
import { beginDrain, type DrainProgress, type DrainState, stepDrain } from '../../ipvs/drain.ts';
import { hostPort } from '../../ipvs/types.ts';
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
  /** Looks in a row, with connections counted anew, that found nothing left and nobody arriving. */
  readonly idle: number;
}

/** `say` writes to the journal: subject, words. */
export function createDrains(
  host: ServiceHost,
  keeper: TableKeeper,
  intents: Intents,
  say: (subject: string, text: string) => void,
): Drains {
  /** Those whose deadline has been spoken of. */
  const overdue = new Set<string>();
  const underway = new Map<string, Underway>();

  const intentOf = (member: Member): ServerIntent | undefined => {
    const intent = intents.realServer(member.key);
    return intent && intent.admin !== 'enabled' ? intent : undefined;
  };

  function lookAt(service: VirtualService, member: Member): void {
    const intent = intentOf(member);
    if (!intent) {
      underway.delete(member.key);
      overdue.delete(member.key);
      return;
    }
    // What is not known is not gone.
    if (!keeper.known() && host.table.kind !== 'none') return;
    const last = underway.get(member.key);
    const before = last?.state ?? beginDrain(service.config.protocol, service.config.persistence);
    const entry = keeper.entry(service.places(member));
    if (!entry) {
      underway.set(member.key, { state: before, progress: undefined, idle: 0 });
      if (intent.admin === 'offline' && host.table.kind !== 'none') takeOut(service, member, intent, 'is not there');
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
    const empty = progress.done && (progress.arrivingCps ?? 0) === 0;
    const idle = empty ? (last?.idle ?? 0) + (host.table.countedAnew?.() === false ? 0 : 1) : 0;
    underway.set(member.key, { state, progress, idle });
    // Two looks at least: that nobody arrives any more is to be seen, not believed.
    const ended = idle >= 2 && progress.arrivingCps === 0;
    if (ended && intent.admin === 'offline') takeOut(service, member, intent, 'nothing is left');
    else if (!progress.done) lookAtDeadline(service, member, intent, progress);
  }

  function lookAtDeadline(service: VirtualService, member: Member, intent: ServerIntent, left: DrainProgress): void {
    const { deadline } = intent;
    if (!deadline || host.clock.wall() < deadline.at || overdue.has(member.key)) return;
    const rest = `${left.active} active, ${left.inactive} inactive, ${left.persistent} persistent connections left`;
    if (deadline.policy === 'force') return takeOut(service, member, intent, `its time is over, ${rest}`);
    overdue.add(member.key);
    say(hostPort(member.config), `the time of its drain in ${service.name} is over, ${rest}: they go on (keep)`);
  }

  /** On disk first; the table follows at the next look. */
  function takeOut(service: VirtualService, member: Member, intent: ServerIntent, because: string): void {
    if (intent.removed) return;
    const stored = intents.setRealServer(member.key, { ...intent, removed: true });
    if (stored.ok) say(hostPort(member.config), `taken out of ${service.name}: ${because}`);
    else if (!overdue.has(member.key))
      say(hostPort(member.config), `not taken out of ${service.name}: ${stored.error}`);
    if (!stored.ok) overdue.add(member.key);
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
      return {
        startedAt,
        arrivingCps: progress.arrivingCps,
        etaMs: progress.etaMs,
        why: progress.why + atDeadline(intent),
      };
    },
  };
}

function atDeadline({ deadline }: ServerIntent): string {
  if (!deadline) return '';
  const then = deadline.policy === 'force' ? 'out of the table' : 'left as it is';
  return `; from ${isoTime(deadline.at as WallTime)} on ${then}`;
}
