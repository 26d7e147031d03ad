/**
 * Keeps the kernel's table as we want it: the kernel is the truth, read again every second; what is ours is put right,
 * what is foreign is left alone. IPVS has no owner tag, so which services are ours is remembered on disk.
 */
import { after, seconds } from '../../base/time.ts';
import { describeDrift, findDrift } from '../../ipvs/drift.ts';
import { diff } from '../../ipvs/reconcile.ts';
import {
  type DesiredService,
  type DestinationEntry,
  hostPort,
  serviceName,
  type TableDump,
  type TableOperation,
} from '../../ipvs/types.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { ServiceHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import { readOwnedServices, storeOwnedServices } from './owned-services.ts';
import { indexTable, type Rates, type Reading, ratesBetween } from './table-reading.ts';
import type { Place } from './virtual-service.ts';

const LOOK_EVERY = seconds(1);

export interface TableKeeper {
  /** Makes the table as desired now; returns what the kernel refused, in words. */
  settle(): string[];
  /** The table was read at the last look: `entry` says what is there. */
  known(): boolean;
  /** What is there at `places` together; the weight is the first one's. Undefined where none is there. */
  entry(places: readonly Place[]): DestinationEntry | undefined;
  rates(places: readonly Place[]): Rates | undefined;
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
  let now: Reading = { at: clock.now(), dump: [], index: indexTable([]) };
  let before: Reading | undefined;
  let owned = readOwnedServices(files, table.kind, warn);
  let applied: readonly DesiredService[] = [];
  let next: Cancel = () => {};
  let known = false;
  const complained = new Set<string>();
  const named = new Set<string>();

  /** Before the kernel is told: after a crash in between, what we put there must still be known as ours. */
  function own(wanted: readonly DesiredService[]): void {
    remember(new Set([...owned, ...wanted.map(serviceName)]));
  }

  /** What has left the table is no longer ours: somebody else may add a service of that name. */
  function disown(wanted: readonly DesiredService[]): void {
    remember(new Set(wanted.map(serviceName)));
  }

  /** `names`: more than before, or fewer. */
  function remember(names: Set<string>): void {
    if (names.size === owned.size) return;
    owned = names;
    const stored = storeOwnedServices(files, table.kind, owned);
    if (!stored.ok) warn(`which services are ours could not be stored (${describeOsError(stored.error)})`);
  }

  const readingOf = (dump: TableDump): Reading => ({ at: clock.now(), dump, index: indexTable(dump) });

  /** In words, why not; undefined: it is read. */
  function read(): string | undefined {
    const answer = table.dump();
    known = answer.ok;
    if (!answer.ok) return `the table cannot be read: ${describeOsError(answer.error)}`;
    before = now;
    now = readingOf(answer.value);
    const trouble = table.trouble?.();
    if (trouble) complain(trouble);
    return undefined;
  }

  function complain(text: string): void {
    if (!complained.has(text)) warn(text);
    complained.add(text);
  }

  /** Once each. */
  function nameStandIns(wanted: readonly DesiredService[]): void {
    for (const service of wanted) {
      const instead = table.instead?.(service);
      const text = `${serviceName(service)}: ${instead}`;
      if (instead !== undefined && !named.has(text)) warn(text);
      if (instead !== undefined) named.add(text);
    }
  }

  function apply(wanted: readonly DesiredService[]): string[] {
    if (table.kind === 'none') return [];
    const unread = read();
    if (unread !== undefined) {
      complain(unread);
      return [unread];
    }
    // Never fought silently: what somebody else changed is named before it is put right.
    for (const drift of findDrift(applied, now.dump)) warn(`${describeDrift(drift)}; put right`);
    nameStandIns(wanted);
    own(wanted);
    const operations = diff(wanted, now.dump, owned);
    applied = wanted;
    if (operations.length === 0) {
      complained.clear();
      disown(wanted);
      return [];
    }
    const results = table.apply(operations);
    const problems = results.flatMap((result, i) =>
      result.ok ? [] : [`${describeOperation(operations[i])} refused: ${describeOsError(result.error)}`],
    );
    for (const problem of problems) complain(problem);
    // What the kernel refused is not there, and is nobody's drift.
    if (problems.length > 0) applied = [];
    else disown(wanted);
    const answer = table.dump();
    if (answer.ok) now = readingOf(answer.value);
    return problems;
  }

  function look(): void {
    apply(desired());
    looked();
    next = host.alarms.at(after(clock.now(), LOOK_EVERY), look);
  }

  return {
    settle() {
      const problems = apply(desired());
      looked();
      return problems;
    },
    known: () => known,
    entry: (places) => now.index.entry(places),
    rates: (places) => ratesBetween(before, now, places),
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
