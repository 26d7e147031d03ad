/** The last resort: takes virtual addresses off this machine from the main thread. */
import type { RouterPlan } from '../engine/router/messages.ts';
import { createAddresses } from '../linux/addresses.ts';
import { NETLINK_ROUTE } from '../linux/constants.ts';
import { openNetlink } from '../linux/netlink-conn.ts';
import { openRouteMonitor } from '../linux/route-monitor.ts';
import { describeOsError } from '../ports/os-error.ts';

/** Nobody waits for news. */
const noReactor = { watch: () => () => {}, defer: () => {} };

/** Returns what could not be removed, in words. */
export function releaseAddresses(plans: readonly RouterPlan[]): string[] {
  const connection = openNetlink(NETLINK_ROUTE);
  const monitor = connection.ok ? openRouteMonitor(noReactor, connection.value) : connection;
  if (!connection.ok || !monitor.ok) {
    return [`the virtual addresses may still be up: ${monitor.ok ? '' : describeOsError(monitor.error)}`];
  }
  const addresses = createAddresses(connection.value, monitor.value);
  return plans
    .flatMap((plan) => plan.held)
    .flatMap((held) => {
      const removed = addresses.remove(held);
      return removed.ok ? [] : [`${held.address} may still be on ${held.interface}: ${describeOsError(removed.error)}`];
    });
}
