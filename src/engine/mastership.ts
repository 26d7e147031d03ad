/**
 * What an engine that is killed leaves to the next one: of which instances it was master, and when it last said so. Back
 * before anybody can have given it up, the next one goes on: addresses and mastership are adopted, and nobody notices.
 */
// The whole namespace: of a named `z` the bundler could leave nothing out.
import * as z from 'zod';
import { parseIp } from '../base/ip.ts';
import { after, type Instant, instant, milliseconds } from '../base/time.ts';
import type { AdvertObservation } from '../control/link.ts';
import type { Alarms, Cancel, Clock } from '../ports/clock.ts';
import type { StateFiles } from '../ports/state-files.ts';
import { ADOPTABLE } from './router/leftovers.ts';
import type { LeftAddress, RouterPlan, RouterStatus } from './router/messages.ts';

const schema = z.object({
  schemaVersion: z.literal(2),
  masters: z.array(
    z.object({
      name: z.string(),
      interface: z.string(),
      family: z.literal([4, 6]),
      vrid: z.number(),
      adverIntervalMs: z.number(),
      /** What it held, `ADDRESS/PREFIX`. */
      held: z.array(z.object({ address: z.string(), interface: z.string() })),
      /** When its last advertisement left, on the machine's monotonic clock, ms. */
      saidAt: z.number(),
    }),
  ),
});
type LeftBehind = z.infer<typeof schema>;

/** Where it is kept: lost with a reboot, as the addresses are. */
export interface MastershipFile {
  readonly files: StateFiles;
  readonly name: string;
}

/** What is told within this is written once. */
const COALESCE = milliseconds(50);
/** From here to the first advertisement of ours. */
const STARTING = milliseconds(300);

/** `plans`, of which some may be adopted, until when. */
export function withAdoptions(plans: readonly RouterPlan[], file: MastershipFile, now: Instant): RouterPlan[] {
  const { masters } = readLeft(file);
  return plans.map((plan) => {
    const adoptUntil = adoptableUntil(plan, masters, now);
    return adoptUntil === undefined ? plan : { ...plan, adoptUntil };
  });
}

/**
 * A backup waits for `down_timer_adverts` intervals (ours is the guess at its own; no more than the RFC's three) and its
 * skew. Only what has not changed in its configuration goes on.
 */
function adoptableUntil(plan: RouterPlan, masters: LeftBehind['masters'], now: Instant): Instant | undefined {
  const { name, interface: link, family, vrid, adverInterval, downTimerAdverts } = plan.config;
  const before = masters.find((one) => one.name === name && one.interface === link && one.vrid === vrid);
  if (!before || before.family !== family || before.saidAt > now) return undefined;
  if (before.adverIntervalMs !== adverInterval || adverInterval < ADOPTABLE) return undefined;
  const text = (all: LeftBehind['masters'][number]['held']): string =>
    all.map((one) => `${one.address} ${one.interface}`).join();
  const held = plan.held.map((one) => ({ address: `${one.address}/${one.prefix}`, interface: one.interface }));
  if (text(before.held) !== text(held)) return undefined;
  const free = (plan.admin === 'active' || plan.admin === 'pinned') && !plan.holdPreempt;
  return free ? instant(before.saidAt + Math.min(3, downTimerAdverts) * adverInterval - STARTING) : undefined;
}

/** An unreadable file is none: an election is the worst that follows. */
function readLeft({ files, name }: MastershipFile): LeftBehind {
  const nothing: LeftBehind = { schemaVersion: 2, masters: [] };
  const text = files.read(name);
  if (!text.ok || text.value === undefined) return nothing;
  try {
    return schema.safeParse(JSON.parse(text.value)).data ?? nothing;
  } catch {
    return nothing;
  }
}

export interface MastershipKeeper {
  /** What the earlier life held: no address of it stays that nobody holds now. */
  readonly leftBehind: readonly LeftAddress[];
  /** `at`: when it left. */
  sent(advert: AdvertObservation, at: Instant | undefined): void;
  changed(statuses: readonly RouterStatus[]): void;
  /** A graceful end leaves nothing to adopt. */
  forget(): void;
}

export function keepMastership(file: MastershipFile, clock: Clock, alarms: Alarms): MastershipKeeper {
  const leftBehind = readLeft(file).masters.flatMap(({ held }) => held.flatMap(leftAddress));
  const saidAt = new Map<string, Instant>();
  // Undefined: nothing is known yet, and what the earlier life wrote stands.
  let masters: readonly Omit<LeftBehind['masters'][number], 'saidAt'>[] | undefined;
  let written = textOf(file);
  let due: Cancel | undefined;
  const key = (link: string, family: 4 | 6, vrid: number): string => `${link} ${family} ${vrid}`;

  function soon(): void {
    due ??= alarms.at(after(clock.now(), COALESCE), write);
  }

  function write(): void {
    due = undefined;
    const told = (masters ?? []).flatMap((one) => {
      const at = saidAt.get(key(one.interface, one.family, one.vrid));
      return at === undefined ? [] : [{ ...one, saidAt: at }];
    });
    const text = JSON.stringify({ schemaVersion: 2, masters: told } satisfies LeftBehind);
    if (text === written || (told.length === 0 && written === '')) return;
    // Where it cannot be written there is nothing to adopt, and a restart is an election as ever.
    if (file.files.replace(file.name, `${text}\n`).ok) written = text;
  }

  return {
    leftBehind,
    sent({ direction, interface: link, source, vrid, priority, adverIntervalMs }, at) {
      if (direction !== 'sent' || at === undefined || adverIntervalMs < ADOPTABLE) return;
      const which = key(link, source.includes(':') ? 6 : 4, vrid);
      // Whoever has been told to take over is not waited for.
      if (priority === 0) saidAt.delete(which);
      else saidAt.set(which, at);
      soon();
    },
    changed(statuses) {
      const before = masters;
      masters = statuses
        .map(({ snapshot }) => snapshot)
        .filter(({ state, adverIntervalMs }) => state === 'master' && adverIntervalMs >= ADOPTABLE)
        .map(({ name, interface: link, family, vrid, adverIntervalMs, virtualAddresses }) => {
          const held = virtualAddresses.map(({ address, interface: on }) => ({ address, interface: on }));
          return { name, interface: link, family, vrid, adverIntervalMs, held };
        });
      if (JSON.stringify(before) !== JSON.stringify(masters)) soon();
    },
    forget() {
      due?.();
      due = undefined;
      masters = [];
      write();
    },
  };
}

function textOf({ files, name }: MastershipFile): string {
  const text = files.read(name);
  return text.ok ? (text.value ?? '').trim() : '';
}

function leftAddress({ address: text, interface: name }: { address: string; interface: string }): LeftAddress[] {
  const address = parseIp(text.split('/')[0] ?? '');
  return address === undefined ? [] : [{ address, interface: name }];
}
