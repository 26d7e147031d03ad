/** The last resort: takes virtual and static addresses, routes and rules off this machine from the main thread. */
import { describeRouting, type RoutingEntry } from '../base/routing.ts';
import type { RouterPlan, StaticPlan } from '../engine/router/messages.ts';
import { createAddresses } from '../linux/addresses.ts';
import { NETLINK_ROUTE } from '../linux/constants.ts';
import { openNetlink } from '../linux/netlink-conn.ts';
import type { RouteMonitor } from '../linux/route-monitor.ts';
import { dumpAddresses, dumpLinks } from '../linux/route-objects.ts';
import { createRouting } from '../linux/routing.ts';
import { createVirtualMacs } from '../linux/virtual-macs.ts';
import { describeOsError } from '../ports/os-error.ts';

/** Returns what could not be removed, in words. */
export function releaseAddresses(plans: readonly RouterPlan[], statics: StaticPlan): string[] {
  const connection = openNetlink(NETLINK_ROUTE);
  if (!connection.ok) return [`the virtual addresses may still be up: ${describeOsError(connection.error)}`];
  const links = dumpLinks(connection.value);
  const known = { links, addresses: dumpAddresses(connection.value, links) };
  const monitor = { current: () => known, watch: () => () => {}, close: () => {} };
  const left = releaseRouting(monitor);
  const addresses = createAddresses(connection.value, monitor);
  const held = [...plans.flatMap((plan) => plan.held), ...statics.addresses].flatMap((one) => {
    const removed = addresses.remove(one);
    return removed.ok ? [] : [`${one.address} may still be on ${one.interface}: ${describeOsError(removed.error)}`];
  });
  return [...left, ...held, ...createVirtualMacs(connection.value).keepOnly([]).problems];
}

/** Whatever bears our mark, rules first. */
function releaseRouting(monitor: RouteMonitor): string[] {
  const strict = openNetlink(NETLINK_ROUTE, { strict: true });
  if (!strict.ok) return [`routes and rules may still be there: ${describeOsError(strict.error)}`];
  const routing = createRouting(strict.value, monitor);
  const all = routing.list();
  const isRule = ({ kind }: RoutingEntry): boolean => kind === 'rule';
  return [...all.filter(isRule), ...all.filter((one) => !isRule(one))].flatMap((entry) => {
    const removed = routing.remove(entry);
    return removed.ok ? [] : [`${describeRouting(entry)} may still be there: ${describeOsError(removed.error)}`];
  });
}
