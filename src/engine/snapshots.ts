/** Puts the snapshot together and sends it: soon after a change, and at least once a second so that its age is known. */
import { after, isoTime, milliseconds, seconds, type WallTime } from '../base/time.ts';
import type { Update } from '../control/link.ts';
import type { DataPlaneUse, InstanceSnapshot, Snapshot } from '../control/snapshot.ts';
import type { Cancel } from '../ports/clock.ts';
import type { TableUsage } from '../ports/ipvs-table.ts';
import type { OperationDesk } from './operations/desk.ts';
import type { EngineParts } from './parts.ts';
import type { PeerLinks } from './peers/peer-links.ts';
import { WHO_THAT_IS } from './router/address-watch.ts';
import type { RouterStatus } from './router/messages.ts';
import type { Routers } from './routers.ts';
import type { ServiceBoard } from './services/board.ts';

const AT_LEAST_EVERY = seconds(1);
/** Changes within this are told once. */
const COALESCE = milliseconds(50);

export interface Snapshots {
  take(): Snapshot;
  soon(): void;
  start(): Cancel;
}

type Sources = Omit<EngineParts, 'peers'> & {
  routers: Routers;
  board: ServiceBoard;
  desk: OperationDesk;
  peers: PeerLinks;
};

export function createSnapshots(sources: Sources, tell: (update: Update) => void): Snapshots {
  const { host, identity, routers, board, desk } = sources;
  const startedAt = isoTime(host.clock.wall());
  let due: Cancel | undefined;
  let running = false;
  let dueAt = Number.POSITIVE_INFINITY;

  function take(): Snapshot {
    const statuses = routers.statuses();
    const bfd = routers.bfd();
    return {
      schemaVersion: 1,
      host: identity.host,
      takenAt: isoTime(host.clock.wall()),
      engine: { version: identity.version, pid: identity.pid, startedAt, mode: identity.mode, config: identity.config },
      dataPlane: host.table.kind,
      dataPlaneReason: host.tableChoice ?? host.table.reason ?? null,
      dataPlaneUse: usageOf(host.table.usage?.()),
      instances: statuses.map(({ snapshot }) => withLease(snapshot)),
      ...(routers.statics().length === 0 ? {} : { statics: [...routers.statics()] }),
      services: board.snapshot(),
      ...(bfd && { bfd }),
      splitBrain: statuses.flatMap(splitBrainOf),
      operations: desk.recent(),
      peers: sources.peers.snapshot(),
    };
  }

  function withLease(snapshot: InstanceSnapshot): InstanceSnapshot {
    const endsAt = sources.intents.instance(snapshot.name)?.leaseEndsAt;
    return { ...snapshot, leaseEndsAt: endsAt ? isoTime(endsAt as WallTime) : null };
  }

  function schedule(wait: typeof COALESCE): void {
    const at = after(host.clock.now(), wait);
    if (!running || at >= dueAt) return;
    due?.();
    dueAt = at;
    due = host.alarms.at(at, send);
  }

  function send(): void {
    dueAt = Number.POSITIVE_INFINITY;
    tell({ kind: 'snapshot', snapshot: take() });
    schedule(AT_LEAST_EVERY);
  }

  return {
    take,
    soon: () => schedule(COALESCE),
    start() {
      running = true;
      send();
      return () => {
        running = false;
        due?.();
      };
    },
  };
}

/** Two masters; or nobody but us advertises, and yet another MAC answers for an address. */
function splitBrainOf({
  snapshot: { vrid, interface: name },
  rivals,
  claimants,
}: RouterStatus): Snapshot['splitBrain'] {
  const [first] = rivals;
  if (first) return [{ vrid, interface: name, senders: rivals.map(({ address }) => address), cause: first.cause }];
  return claimants.map(({ mac, address }) => ({
    vrid,
    interface: name,
    senders: [mac],
    cause: `it answers ARP for ${address}: ${WHO_THAT_IS}`,
  }));
}

function usageOf(usage: TableUsage | undefined): DataPlaneUse | null {
  if (!usage) return null;
  const { flows, full, unknown, unserved, removed, fragments } = usage;
  const counts = { full, unknown, unserved, removed, fragments };
  const notForwarded = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)]));
  return { flows: [...flows], notForwarded: notForwarded as DataPlaneUse['notForwarded'] };
}
