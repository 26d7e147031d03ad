/**
 * Static addresses, routes and rules: there for as long as the engine runs, whoever is master. What is taken away by
 * somebody else is put back.
 */

import { describeOptions } from '../../base/address-options.ts';
import type { Result } from '../../base/result.ts';
import { describeRouting, isRouting, type RoutingEntry } from '../../base/routing.ts';
import { after, elapsed, type Instant, isoTime, milliseconds, seconds } from '../../base/time.ts';
import type { InterfaceAddress } from '../../ports/addresses.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError, type OsError } from '../../ports/os-error.ts';
import type { JournalEntry, StaticPlan, StaticStatus } from './messages.ts';

export const NO_STATICS: StaticPlan = { addresses: [], routing: [] };

const WINDOW = seconds(10);
const TOO_OFTEN = 3;
const BACK_OFF = seconds(10);
/** After news that may end a refusal; much of it comes at once. */
const SOON = milliseconds(100);

interface Thing {
  readonly name: string;
  readonly isRouting: boolean;
  present(seen: Seen): boolean;
  add(seen: Seen): Result<'added' | 'present', OsError>;
  remove(): Result<'removed' | 'absent', OsError>;
}

/** One look at the machine, for all of them. */
interface Seen {
  readonly addresses: readonly InterfaceAddress[];
  readonly routing: readonly RoutingEntry[];
}

/** What became of one of them. */
interface Record {
  readonly put: boolean;
  readonly lostAt: readonly Instant[];
  /** What the kernel said last; told once. */
  readonly refusal: string | undefined;
  readonly notBefore: Instant | undefined;
}
const NEW: Record = { put: false, lostAt: [], refusal: undefined, notBefore: undefined };

export interface Statics {
  /** From now on by `plan`: what stays is not touched. */
  exchange(plan: StaticPlan): void;
  /** Puts up what is missing. */
  look(): void;
  /** The same, when a link or an address has changed: what was refused may go now. */
  news(): void;
  status(): StaticStatus[];
  /** Takes all of it away. */
  stop(): void;
}

export function createStatics(host: VrrpHost, tell: (entry: JournalEntry) => void): Statics {
  let things: readonly Thing[] = [];
  let records = new Map<string, Record>();
  let retry: Cancel | undefined;

  const note = (severity: JournalEntry['severity'], text: string): void =>
    tell({ at: isoTime(host.clock.wall()), severity, kind: 'address', subject: '', text });
  const recordOf = (thing: Thing): Record => records.get(thing.name) ?? NEW;

  const see = (): Seen => ({
    addresses: host.addresses.list(),
    routing: things.some(({ isRouting }) => isRouting) ? host.routing.list() : [],
  });

  function put(thing: Thing, seen: Seen): void {
    const now = host.clock.now();
    const before = recordOf(thing);
    if (before.notBefore !== undefined && now < before.notBefore) return;
    // While it was refused nobody could have removed it.
    const lost = before.put && before.refusal === undefined ? [now] : [];
    const lostAt = [...before.lostAt, ...lost].filter((at) => elapsed(at, now) <= WINDOW);
    if (lostAt.length >= TOO_OFTEN) {
      note(
        'warning',
        `static ${thing.name} was removed by somebody else ${TOO_OFTEN} times in 10 s; tried again in 10 s`,
      );
      records.set(thing.name, { ...NEW, notBefore: after(now, BACK_OFF) });
      return;
    }
    const added = thing.add(seen);
    const refusal = added.ok ? undefined : describeOsError(added.error);
    if (added.ok && before.put && added.value === 'added') {
      note('warning', `static ${thing.name} was removed by somebody else; put back`);
    } else if (refusal !== undefined && refusal !== before.refusal) note('error', `${refusal}; tried again in 10 s`);
    const notBefore = added.ok ? undefined : after(now, BACK_OFF);
    const counted = added.ok ? lostAt : before.lostAt;
    records.set(thing.name, { put: before.put || added.ok, lostAt: counted, refusal, notBefore });
  }

  /** In their order, for a route may need an address. */
  function look(): void {
    const seen = see();
    for (const thing of things) {
      const record = recordOf(thing);
      if (!thing.present(seen)) put(thing, seen);
      // Somebody else has put it up: there is nothing left to wait for.
      else if (record.notBefore !== undefined) records.set(thing.name, { ...record, notBefore: undefined });
    }
    retry?.();
    const next = things.flatMap((thing) => recordOf(thing).notBefore ?? []).sort((a, b) => a - b)[0];
    retry = next === undefined ? undefined : host.alarms.at(next, look);
  }

  /** What others take away again and again goes on waiting. */
  function news(): void {
    const soon = after(host.clock.now(), SOON);
    for (const [name, record] of records) {
      const { refusal, notBefore } = record;
      if (refusal !== undefined && notBefore !== undefined && notBefore > soon) {
        records.set(name, { ...record, notBefore: soon });
      }
    }
    look();
  }

  function takeAway(gone: readonly Thing[]): void {
    for (const thing of gone.toReversed()) {
      const removed = thing.remove();
      if (!removed.ok) note('error', describeOsError(removed.error));
      records.delete(thing.name);
    }
  }

  return {
    exchange(plan) {
      const next = thingsOf(plan, host);
      const stays = new Set(next.map(({ name }) => name));
      takeAway(things.filter(({ name }) => !stays.has(name)));
      things = next;
      look();
    },
    look,
    news,
    status() {
      const seen = see();
      return things.map((thing) => ({ what: thing.name, present: thing.present(seen) }));
    },
    stop() {
      retry?.();
      takeAway(things);
      things = [];
      records = new Map();
    },
  };
}

/** All of it: who changes how it is held means another one. */
const nameOf = ({ address, prefix, interface: link, label, peer, options }: InterfaceAddress): string =>
  [
    `${address}/${prefix} on ${link}`,
    ...(peer === undefined ? [] : [`peer ${peer}`]),
    ...(label === undefined ? [] : [`label ${label}`]),
    ...describeOptions(options),
  ].join(' ');

function thingsOf({ addresses, routing }: StaticPlan, host: VrrpHost): Thing[] {
  return [
    ...addresses.map((one) => ({
      name: nameOf(one),
      isRouting: false,
      present: ({ addresses }: Seen) =>
        addresses.some((a) => a.address === one.address && a.interface === one.interface && a.prefix === one.prefix),
      add: () => host.addresses.add(one),
      remove: () => host.addresses.remove(one),
    })),
    ...routing.map((one) => ({
      name: describeRouting(one),
      isRouting: true,
      present: ({ routing }: Seen) => routing.some((other) => isRouting(one, other)),
      add: ({ routing }: Seen) => host.routing.add(one, routing),
      remove: () => host.routing.remove(one),
    })),
  ];
}
