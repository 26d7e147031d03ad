import type { IpAddress } from '../../base/ip.ts';
import type { Instant } from '../../base/time.ts';

/** The last that was heard of one sender for one virtual router. */
export interface Sender {
  readonly address: IpAddress;
  readonly priority: number;
  readonly heardAt: Instant;
  readonly verdict: string;
  readonly detail: string;
  /** Since the advert before; undefined for the first. */
  readonly gapMs: number | undefined;
}

/** At most so many senders are remembered per virtual router: a flood of forged sources must not grow us. */
const SENDERS_MAX = 64;

/** Every sender of advertisements for one VRID on one interface. The wire is a sensor: backups are silent. */
export interface Ledger {
  record(sender: Omit<Sender, 'gapMs'>): Sender;
  /** Youngest first. */
  senders(): Sender[];
}

export function createLedger(): Ledger {
  const known = new Map<IpAddress, Sender>();
  return {
    record(heard) {
      const before = known.get(heard.address);
      const sender: Sender = { ...heard, gapMs: before && heard.heardAt - before.heardAt };
      known.delete(heard.address);
      known.set(heard.address, sender);
      const oldest = known.keys().next();
      if (known.size > SENDERS_MAX && !oldest.done) known.delete(oldest.value);
      return sender;
    },
    senders: () => [...known.values()].reverse(),
  };
}
