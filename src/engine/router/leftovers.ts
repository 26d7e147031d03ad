/** What a killed predecessor left on the interfaces: taken over with its mastership, or removed. */
import { isoTime } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { JournalEntry, RouterPlan } from './messages.ts';

/** All or nothing: with an address missing, somebody has meddled meanwhile. */
export const adopts = ({ adopt, held }: RouterPlan, host: VrrpHost): boolean =>
  adopt === true &&
  held.every(({ address, interface: name }) =>
    host.addresses.list().some((present) => present.address === address && present.interface === name),
  );

/** Who does not adopt starts as no master, and none of its addresses belongs here. */
export function removeLeftovers(
  plans: readonly RouterPlan[],
  host: VrrpHost,
  tell: (entry: JournalEntry) => void,
): void {
  const present = host.addresses.list();
  const write = (plan: RouterPlan, severity: 'info' | 'error', text: string): void =>
    tell({ at: isoTime(host.clock.wall()), severity, kind: 'address', subject: plan.config.name, text });
  for (const plan of plans.filter((one) => !adopts(one, host))) {
    for (const address of plan.held) {
      const left = present.find((a) => a.address === address.address && a.interface === address.interface);
      if (!left) continue;
      // With the prefix that it has: the configuration may have changed meanwhile.
      const removed = host.addresses.remove({ ...address, prefix: left.prefix, label: left.label });
      if (removed.ok)
        write(plan, 'info', `removed ${address.address} from ${address.interface}: left over from an earlier run`);
      else write(plan, 'error', `cannot remove left-over ${address.address}: ${describeOsError(removed.error)}`);
    }
  }
}
