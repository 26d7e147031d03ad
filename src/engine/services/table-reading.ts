/** The table as it was read once: looked up by name, and compared with another reading. */
import type { Instant } from '../../base/time.ts';
import { type DestinationEntry, hostPort, serviceName, type TableDump } from '../../ipvs/types.ts';
import type { Place } from './virtual-service.ts';

export interface Reading {
  readonly at: Instant;
  readonly dump: TableDump;
  readonly index: TableIndex;
}

export interface TableIndex {
  /** What is there at `places` together; the weight is the first one's. Undefined where none is there. */
  entry(places: readonly Place[]): DestinationEntry | undefined;
}

export interface Rates {
  readonly cps: number;
  readonly inBps: number;
  readonly outBps: number;
}

/** Names are made once for each entry, not once for each question: tables have thousands of them. */
export function indexTable(dump: TableDump): TableIndex {
  const services = new Map(
    dump.map((service) => [
      serviceName(service),
      new Map(service.destinations.map((destination) => [hostPort(destination), destination])),
    ]),
  );
  return {
    entry: (places) =>
      places
        .map(({ service, destination }) => services.get(serviceName(service))?.get(hostPort(destination)))
        .filter((entry) => entry !== undefined)
        .reduce<DestinationEntry | undefined>((all, entry) => (all ? together(all, entry) : entry), undefined),
  };
}

const together = (a: DestinationEntry, b: DestinationEntry): DestinationEntry => ({
  ...a,
  activeConnections: a.activeConnections + b.activeConnections,
  inactiveConnections: a.inactiveConnections + b.inactiveConnections,
  persistentConnections: a.persistentConnections + b.persistentConnections,
  counters: {
    connections: a.counters.connections + b.counters.connections,
    inPackets: a.counters.inPackets + b.counters.inPackets,
    outPackets: a.counters.outPackets + b.counters.outPackets,
    inBytes: a.counters.inBytes + b.counters.inBytes,
    outBytes: a.counters.outBytes + b.counters.outBytes,
  },
});

const SHORTEST = 100;

/** Undefined where one of the readings has nothing there, or they are too close to each other to say. */
export function ratesBetween(before: Reading | undefined, now: Reading, places: readonly Place[]): Rates | undefined {
  const fresh = now.index.entry(places);
  const old = before?.index.entry(places);
  const span = before ? now.at - before.at : 0;
  if (!fresh || !old || span < SHORTEST) return undefined;
  const per = (a: bigint, b: bigint): number => Math.max(0, (Number(a - b) * 1000) / span);
  return {
    cps: per(fresh.counters.connections, old.counters.connections),
    inBps: per(fresh.counters.inBytes, old.counters.inBytes) * 8,
    outBps: per(fresh.counters.outBytes, old.counters.outBytes) * 8,
  };
}
