/**
 * Keeps the kernel's table as we want it: the kernel is the truth, read again every second; what is ours is put right,
 * what is foreign is left alone. IPVS has no owner tag, so which services are ours is remembered on disk.
 */
import { after, type Instant, seconds } from '../../base/time.ts';
import { describeDrift, findDrift } from '../../ipvs/drift.ts';
import { diff } from '../../ipvs/reconcile.ts';
import {
  type DesiredService,
  type DestinationEntry,
  type DestinationKey,
  hostPort,
  type ServiceKey,
  serviceName,
  type TableDump,
  type TableOperation,
} from '../../ipvs/types.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { ServiceHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';

const OWNED_FILE = 'services.json';
const LOOK_EVERY = seconds(1);

export interface Rates {
  readonly cps: number;
  readonly inBps: number;
  readonly outBps: number;
}

export interface TableKeeper {
  /** Makes the table as desired now; returns what the kernel refused, in words. */
  settle(): string[];
  entry(service: ServiceKey, destination: DestinationKey): DestinationEntry | undefined;
  rates(service: ServiceKey, destination: DestinationKey): Rates | undefined;
  start(): void;
  /** Takes our services out. */
  stop(): void;
}

export function createTableKeeper(
  host: ServiceHost,
  desired: () => readonly DesiredService[],
  warn: (text: string) => void,
  looked: () => void,
): TableKeeper {
  const { table, files, clock } = host;
  let dump: TableDump = [];
  let before: { readonly at: Instant; readonly dump: TableDump } | undefined;
  let dumpAt = clock.now();
  let owned = readOwned();
  let applied: readonly DesiredService[] = [];
  let next: Cancel = () => {};
  const complained = new Set<string>();

  function readOwned(): Set<string> {
    const text = files.read(OWNED_FILE);
    try {
      const names: unknown = text.ok && text.value !== undefined ? JSON.parse(text.value) : [];
      return new Set(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
    } catch {
      warn(`${OWNED_FILE} is not JSON: services left by an earlier run are taken for foreign ones`);
      return new Set();
    }
  }

  /** Before the kernel is told: after a crash in between, what we put there must still be known as ours. */
  function own(wanted: readonly DesiredService[]): void {
    const names = new Set([...owned, ...wanted.map(serviceName)]);
    if (names.size === owned.size) return;
    owned = names;
    const stored = files.replace(OWNED_FILE, JSON.stringify([...owned]));
    if (!stored.ok) warn(`which services are ours could not be stored (${describeOsError(stored.error)})`);
  }

  function read(): boolean {
    const answer = table.dump();
    if (!answer.ok) {
      complain(`the table cannot be read: ${describeOsError(answer.error)}`);
      return false;
    }
    before = { at: dumpAt, dump };
    dump = answer.value;
    dumpAt = clock.now();
    return true;
  }

  function complain(text: string): void {
    if (!complained.has(text)) warn(text);
    complained.add(text);
  }

  function apply(wanted: readonly DesiredService[]): string[] {
    if (table.kind === 'none' || !read()) return [];
    // Never fought silently: what somebody else changed is named before it is put right.
    for (const drift of findDrift(applied, dump)) warn(`${describeDrift(drift)}; put right`);
    own(wanted);
    const operations = diff(wanted, dump, owned);
    applied = wanted;
    if (operations.length === 0) {
      complained.clear();
      return [];
    }
    const results = table.apply(operations);
    const problems = results.flatMap((result, i) =>
      result.ok ? [] : [`${describeOperation(operations[i])} refused: ${describeOsError(result.error)}`],
    );
    for (const problem of problems) complain(problem);
    // What the kernel refused is not there, and is nobody's drift.
    if (problems.length > 0) applied = [];
    const answer = table.dump();
    if (answer.ok) dump = answer.value;
    return problems;
  }

  function look(): void {
    apply(desired());
    looked();
    next = host.alarms.at(after(clock.now(), LOOK_EVERY), look);
  }

  const find = (entries: TableDump, service: ServiceKey, destination: DestinationKey): DestinationEntry | undefined =>
    entries
      .find((entry) => serviceName(entry) === serviceName(service))
      ?.destinations.find((d) => d.address === destination.address && d.port === destination.port);

  return {
    settle() {
      const problems = apply(desired());
      looked();
      return problems;
    },
    entry: (service, destination) => find(dump, service, destination),
    rates(service, destination) {
      const new_ = find(dump, service, destination);
      const old = before && find(before.dump, service, destination);
      const span = before ? dumpAt - before.at : 0;
      if (!new_ || !old || span < 100) return undefined;
      const per = (a: bigint, b: bigint): number => Math.max(0, (Number(a - b) * 1000) / span);
      return {
        cps: per(new_.counters.connections, old.counters.connections),
        inBps: per(new_.counters.inBytes, old.counters.inBytes) * 8,
        outBps: per(new_.counters.outBytes, old.counters.outBytes) * 8,
      };
    },
    start: look,
    stop() {
      next();
      apply([]);
      table.close();
    },
  };
}

function describeOperation(operation: TableOperation | undefined): string {
  if (!operation) return 'an operation';
  const service = serviceName(operation.service);
  return 'destination' in operation
    ? `${operation.kind} ${hostPort(operation.destination)} of ${service}`
    : `${operation.kind} ${service}`;
}
