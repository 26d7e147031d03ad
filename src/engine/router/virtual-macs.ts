/**
 * The interfaces with a virtual MAC of the virtual routers. They are there from the start to the end of the engine, and up
 * only on the master: a backup's would say with every report of its multicast groups that the virtual MAC is here.
 */
import { isoTime } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { VirtualMac } from '../../ports/virtual-macs.ts';
import type { StateName } from '../../vrrp/state.ts';
import type { JournalEntry, RouterPlan } from './messages.ts';
import type { VirtualRouter } from './virtual-router.ts';

type Macs = Pick<VrrpHost, 'links' | 'virtualMacs'>;

/** The interface that the LAN is on: what is asked there comes from no virtual MAC. */
export const parentOf = ({ virtualMacs }: RouterPlan, name: string): string =>
  virtualMacs?.find((one) => one.name === name)?.parent ?? name;

/** Where a master's addresses are, as a clause of `why`; empty where there is nothing to say. */
export const virtualMacWords = ({ virtualMacs = [] }: RouterPlan, state: StateName): string =>
  state === 'master' ? virtualMacs.map(({ name, mac }) => `; its addresses are on ${name} (${mac})`).join('') : '';

/** Makes those that are missing, and sets them up. Returns what went wrong, in words. */
export function raiseVirtualMacs({ virtualMacs = [] }: RouterPlan, host: Macs): string[] {
  return virtualMacs.flatMap((wanted) => {
    if (host.links.find(wanted.name)?.up) return [];
    if (host.virtualMacs.setUp(wanted.name, true).ok) return [];
    // Somebody has taken it away.
    const made = host.virtualMacs.make(wanted);
    const raised = made.ok ? host.virtualMacs.setUp(wanted.name, true) : made;
    return raised.ok ? [] : [raised.error];
  });
}

export function lowerVirtualMacs({ virtualMacs = [] }: RouterPlan, host: Macs): string[] {
  return virtualMacs.flatMap(({ name }) => {
    if (!host.links.find(name)) return [];
    const lowered = host.virtualMacs.setUp(name, false);
    return lowered.ok ? [] : [lowered.error];
  });
}

const SOURCE = 'virtual MAC';

/** Where one cannot be made the instance is in FAULT. */
export function makeVirtualMacs(router: VirtualRouter, host: VrrpHost, tell: (entry: JournalEntry) => void): void {
  const at = host.clock.now();
  for (const wanted of router.plan.virtualMacs ?? []) {
    const made = host.virtualMacs.make(wanted);
    if (!made.ok) {
      router.dispatch({ type: 'fault', at, source: SOURCE, reason: made.error });
      return;
    }
    const how = made.value === 'made' ? 'made' : 'there already';
    note(host, tell, router.plan.config.name, `${wanted.name} with ${wanted.mac} above ${wanted.parent}: ${how}`);
  }
  if (router.state().faults.has(SOURCE)) router.dispatch({ type: 'fault-cleared', at, source: SOURCE });
}

/** Somebody has set one of the router's down, or taken it away: put back like an address. */
export function mendVirtualMac(
  router: VirtualRouter,
  name: string,
  host: VrrpHost,
  tell: (entry: JournalEntry) => void,
): void {
  const { virtualMacs, held } = router.plan;
  const wanted = virtualMacs?.find((one) => one.name === name);
  // Without the interface below there is nothing to mend, and that is said of it.
  if (!wanted || !host.links.find(wanted.parent)?.up) return;
  const link = host.links.find(name);
  const lost = held.find((one) => one.interface === name && router.holding.holds(one.address));
  if (lost && !link?.up) router.dispatch({ type: 'address-removed', at: host.clock.now(), address: lost.address });
  else if (!link) makeVirtualMacs(router, host, tell);
}

/** Removes what an earlier life has left, or what nobody wants any more. */
export function keepVirtualMacs(
  plans: readonly RouterPlan[],
  host: VrrpHost,
  tell: (entry: JournalEntry) => void,
): void {
  const kept = plans.flatMap(({ virtualMacs = [] }): readonly VirtualMac[] => virtualMacs);
  const { removed, problems } = host.virtualMacs.keepOnly(kept);
  for (const name of removed) note(host, tell, '', `${name} removed`);
  for (const problem of problems) note(host, tell, '', problem, 'error');
}

function note(
  host: VrrpHost,
  tell: (entry: JournalEntry) => void,
  subject: string,
  text: string,
  severity: JournalEntry['severity'] = 'info',
): void {
  tell({ at: isoTime(host.clock.wall()), severity, kind: 'address', subject, text });
}
