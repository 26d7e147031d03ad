/** What a killed predecessor left on the interfaces: taken over with its mastership, or removed. */
import { isoTime, seconds } from '../../base/time.ts';
import type { InterfaceAddress } from '../../ports/addresses.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { JournalEntry, LeftAddress, RouterPlan } from './messages.ts';

/** Shorter adver intervals leave no time for a process to come back. */
export const ADOPTABLE = seconds(1);

/**
 * Those of `plans` that go on as master. All addresses or nothing: with one missing, somebody has meddled meanwhile. A
 * sync group as one. To be asked once, for the answer is another a moment later.
 */
export function adopting(plans: readonly RouterPlan[], host: VrrpHost): ReadonlySet<RouterPlan> {
  const now = host.clock.now();
  const present = host.addresses.list();
  const able = ({ adoptUntil, held }: RouterPlan): boolean =>
    adoptUntil !== undefined &&
    now < adoptUntil &&
    held.every((wanted) => present.some((a) => isSame(a, wanted) && a.prefix === wanted.prefix));
  const mates = ({ config: { syncGroup } }: RouterPlan): readonly RouterPlan[] =>
    syncGroup === undefined ? [] : plans.filter(({ config }) => config.syncGroup === syncGroup);
  return new Set(plans.filter((plan) => able(plan) && mates(plan).every(able)));
}

/** Who does not adopt starts as no master, and none of its addresses belongs here; nor what nobody holds any more. */
export function removeLeftovers(
  plans: readonly RouterPlan[],
  adopted: ReadonlySet<RouterPlan>,
  leftBehind: readonly LeftAddress[],
  host: VrrpHost,
  tell: (entry: JournalEntry) => void,
): void {
  const present = host.addresses.list();
  const remove = (left: LeftAddress, subject: string): void => {
    const write = (severity: 'info' | 'error', text: string): void =>
      tell({ at: isoTime(host.clock.wall()), severity, kind: 'address', subject, text });
    // With the prefixes that it has: the configuration may have changed meanwhile.
    for (const found of present.filter((a) => isSame(a, left))) {
      const removed = host.addresses.remove(found);
      if (removed.ok) write('info', `removed ${left.address} from ${left.interface}: left over from an earlier run`);
      else write('error', `cannot remove left-over ${left.address}: ${describeOsError(removed.error)}`);
    }
  };
  for (const plan of plans.filter((one) => !adopted.has(one))) {
    for (const address of plan.held) remove(address, plan.config.name);
  }
  const known = plans.flatMap(({ held }) => held);
  for (const left of leftBehind.filter((one) => !known.some((held) => isSame(held, one)))) remove(left, '');
}

const isSame = (a: InterfaceAddress | LeftAddress, b: LeftAddress): boolean =>
  a.address === b.address && a.interface === b.interface;
