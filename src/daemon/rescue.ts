/** The last resort: takes virtual addresses off this machine from the main thread. */
import type { RouterPlan } from '../engine/router/messages.ts';
import { createAddresses } from '../linux/addresses.ts';
import { NETLINK_ROUTE } from '../linux/constants.ts';
import { openNetlink } from '../linux/netlink-conn.ts';
import { dumpAddresses, dumpLinks } from '../linux/route-objects.ts';
import { describeOsError } from '../ports/os-error.ts';

/** Returns what could not be removed, in words. */
export function releaseAddresses(plans: readonly RouterPlan[]): string[] {
  const connection = openNetlink(NETLINK_ROUTE);
  if (!connection.ok) return [`the virtual addresses may still be up: ${describeOsError(connection.error)}`];
  const links = dumpLinks(connection.value);
  const known = { links, addresses: dumpAddresses(connection.value, links) };
  const addresses = createAddresses(connection.value, { current: () => known, watch: () => () => {}, close: () => {} });
  return plans
    .flatMap((plan) => plan.held)
    .flatMap((held) => {
      const removed = addresses.remove(held);
      return removed.ok ? [] : [`${held.address} may still be on ${held.interface}: ${describeOsError(removed.error)}`];
    });
}
