/**
 * What an engine that is killed leaves to the next one: of which instances it was master, and when it last said so. Back
 * before anybody can have given it up, the next one goes on: addresses and mastership are adopted, and nobody notices.
 */
// The whole namespace: of a named `z` the bundler could leave nothing out.
import * as z from 'zod';
import { after, type Instant, milliseconds, seconds } from '../base/time.ts';
import type { AdvertObservation } from '../control/link.ts';
import type { Alarms, Cancel, Clock } from '../ports/clock.ts';
import type { StateFiles } from '../ports/state-files.ts';
import type { RouterPlan, RouterStatus } from './router/messages.ts';

const schema = z.object({
  schemaVersion: z.literal(1),
  /** `saidAt`: when its last advertisement left, on the machine's monotonic clock, ms. */
  masters: z.array(z.object({ name: z.string(), interface: z.string(), vrid: z.number(), saidAt: z.number() })),
});
type LeftBehind = z.infer<typeof schema>;

/** Where it is kept: lost with a reboot, as the addresses are. */
export interface MastershipFile {
  readonly files: StateFiles;
  readonly name: string;
}

/** What is told within this is written once. */
const COALESCE = milliseconds(50);
/** Shorter intervals leave no time for a process to come back. */
const SHORTEST = seconds(1);
/** From here to the first advertisement of ours. */
const STARTING = milliseconds(300);

/** `plans`, of which some are to be adopted: a backup waits for three intervals and its skew. */
export function withAdoptions(plans: readonly RouterPlan[], file: MastershipFile, now: Instant): RouterPlan[] {
  const left = readLeft(file);
  return plans.map((plan) => {
    const { name, interface: link, vrid, adverInterval } = plan.config;
    const before = left.masters.find((one) => one.name === name && one.interface === link && one.vrid === vrid);
    const ago = before ? now - before.saidAt : Number.POSITIVE_INFINITY;
    const inTime = adverInterval >= SHORTEST && ago >= 0 && ago + STARTING < 3 * adverInterval;
    const free = (plan.admin === 'active' || plan.admin === 'pinned') && !plan.holdPreempt;
    return inTime && free ? { ...plan, adopt: true } : plan;
  });
}

/** An unreadable file is none: an election is the worst that follows. */
function readLeft({ files, name }: MastershipFile): LeftBehind {
  const nothing: LeftBehind = { schemaVersion: 1, masters: [] };
  const text = files.read(name);
  if (!text.ok || text.value === undefined) return nothing;
  try {
    return schema.safeParse(JSON.parse(text.value)).data ?? nothing;
  } catch {
    return nothing;
  }
}

export interface MastershipKeeper {
  sent(advert: AdvertObservation): void;
  changed(statuses: readonly RouterStatus[]): void;
  /** A graceful end leaves nothing to adopt. */
  forget(): void;
}

export function keepMastership(file: MastershipFile, clock: Clock, alarms: Alarms): MastershipKeeper {
  const saidAt = new Map<string, Instant>();
  let masters: LeftBehind['masters'] = [];
  let written = '';
  let due: Cancel | undefined;
  const key = (link: string, vrid: number): string => `${link} ${vrid}`;

  function soon(): void {
    due ??= alarms.at(after(clock.now(), COALESCE), write);
  }

  function write(): void {
    due = undefined;
    const told = masters.map((one) => ({ ...one, saidAt: saidAt.get(key(one.interface, one.vrid)) ?? 0 }));
    const text = JSON.stringify({ schemaVersion: 1, masters: told } satisfies LeftBehind);
    if (text === written || (masters.length === 0 && written === '')) return;
    // Where it cannot be written there is nothing to adopt, and a restart is an election as ever.
    if (file.files.replace(file.name, `${text}\n`).ok) written = text;
  }

  return {
    sent({ direction, interface: link, vrid, adverIntervalMs }) {
      if (direction !== 'sent' || adverIntervalMs < SHORTEST) return;
      saidAt.set(key(link, vrid), clock.now());
      soon();
    },
    changed(statuses) {
      const before = masters;
      masters = statuses
        .filter(({ snapshot: { state, adverIntervalMs } }) => state === 'master' && adverIntervalMs >= SHORTEST)
        .map(({ snapshot: { name, interface: link, vrid } }) => ({ name, interface: link, vrid, saidAt: 0 }));
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
