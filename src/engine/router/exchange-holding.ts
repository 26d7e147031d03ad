/** The addresses of an instance whose list a reload has changed: only the difference is touched. */
import { sameOptions } from '../../base/address-options.ts';
import type { InterfaceAddress } from '../../ports/addresses.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { createHolding, type Holding } from './holding.ts';
import type { RouterPlan } from './messages.ts';

export interface ExchangedHolding {
  readonly holding: Holding;
  /** What the kernel refused, in words. */
  readonly problems: readonly string[];
  /** What was done, for the journal. */
  readonly notes: readonly string[];
}

/** `held`: as master it holds the addresses of `before` now. What stays is not touched, not even announced. */
export function exchangeHolding(
  before: RouterPlan,
  after: RouterPlan,
  held: boolean,
  host: VrrpHost,
): ExchangedHolding {
  const holding = createHolding(after, host);
  if (!held) return { holding, problems: [], notes: [] };
  const gone = before.held.filter((address) => !after.held.some((other) => same(address, other)));
  const added = after.held.filter((address) => !before.held.some((other) => same(address, other)));
  const problems = [
    ...createHolding({ ...before, held: gone, virtualMacs: [] }, host).release(),
    ...holding.take(),
    ...createHolding({ ...after, held: added }, host).announce(after.config.garp.repeat),
  ];
  const notes = [
    ...gone.map(({ address, interface: name }) => `${address} taken off ${name}: no longer configured`),
    ...added.map(({ address, interface: name }) => `${address} put on ${name}: newly configured`),
  ];
  return { holding, problems, notes };
}

const same = (a: InterfaceAddress, b: InterfaceAddress): boolean =>
  a.address === b.address &&
  a.interface === b.interface &&
  a.prefix === b.prefix &&
  a.label === b.label &&
  a.peer === b.peer &&
  sameOptions(a.options, b.options);
