/**
 * Who else answers for a virtual address while we are master: a host that advertises nothing (a real server without
 * arp_ignore, a left-over, a typing error) is seen by its ARP packets alone. Listens while there is a master, and asks
 * now and then, for who is never asked does not answer.
 */
import type { MacAddress } from '../../base/mac.ts';
import { elapsed, type Instant, isoTime, seconds, times } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { ReceivedArp } from '../../ports/vrrp-sockets.ts';
import { whoHas } from '../../wire/arp.ts';
import type { Claimant, JournalEntry } from './messages.ts';
import { MEMORY } from './split-brain.ts';
import type { VirtualRouter } from './virtual-router.ts';

const ASK_EVERY = seconds(10);
/** Not heard for so long, it has gone. */
const FORGET_AFTER = seconds(25);
/** Forged senders must not grow us. */
const CLAIMS_MAX = 16;

interface Claim extends Claimant {
  readonly at: Instant;
}

export interface AddressWatch {
  /** Listens and asks where it is needed by now. */
  look(routers: readonly VirtualRouter[]): void;
  claimants(router: VirtualRouter): readonly Claimant[];
  stop(): void;
}

export function watchAddresses(host: VrrpHost, journal: (entry: JournalEntry) => void): AddressWatch {
  const listening = new Map<string, Cancel>();
  const claims = new Map<VirtualRouter, Map<string, Claim>>();
  let masters: readonly VirtualRouter[] = [];
  let askedAt: Instant | undefined;

  function heard(arp: ReceivedArp): void {
    if (host.links.list().some(({ mac }) => mac === arp.senderMac)) return;
    for (const router of masters) {
      if (!holds(router, arp) || !settled(router, arp.at) || contested(router, arp.at)) continue;
      const known = claims.get(router) ?? new Map<string, Claim>();
      claims.set(router, known);
      const key = `${arp.senderMac} ${arp.senderIp}`;
      if (!known.has(key) && known.size >= CLAIMS_MAX) continue;
      if (!known.has(key)) note(router, arp.senderMac, arp.senderIp);
      known.set(key, { mac: arp.senderMac, address: arp.senderIp, at: arp.at });
    }
  }

  function note(router: VirtualRouter, mac: MacAddress, address: string): void {
    const text = `${mac} answers for ${address} too: ${WHO_THAT_IS}`;
    const at = isoTime(host.clock.wall());
    journal({ at, severity: 'warning', kind: 'address', subject: router.plan.config.name, text });
  }

  function ask(now: Instant): void {
    if (askedAt !== undefined && elapsed(askedAt, now) < ASK_EVERY) return;
    askedAt = now;
    for (const { plan } of masters) {
      for (const { interface: name, address } of plan.held) {
        const mac = host.links.find(name)?.mac;
        // A probe (RFC 5227) changes nobody's cache.
        if (mac && !address.includes(':')) host.neighbours.sendFrame(name, whoHas(mac, address));
      }
    }
  }

  return {
    look(routers) {
      masters = routers.filter((router) => router.state().state === 'master');
      for (const router of claims.keys()) if (!masters.includes(router)) claims.delete(router);
      const wanted = new Set(masters.flatMap(({ plan }) => plan.held.map((held) => held.interface)));
      for (const [name, close] of listening) {
        if (wanted.has(name)) continue;
        close();
        listening.delete(name);
      }
      for (const name of wanted) {
        if (listening.has(name)) continue;
        const opened = host.neighbours.watchArp(name, heard);
        if (opened.ok) listening.set(name, opened.value);
      }
      if (masters.length > 0) ask(host.clock.now());
    },
    claimants(router) {
      const now = host.clock.now();
      const known = claims.get(router);
      if (!known) return [];
      for (const [key, { at }] of known) if (elapsed(at, now) > FORGET_AFTER) known.delete(key);
      return [...known.values()].map(({ mac, address }) => ({ mac, address }));
    },
    stop() {
      for (const close of listening.values()) close();
      listening.clear();
    },
  };
}

export const WHO_THAT_IS = 'a real server without arp_ignore, a left-over, or another host of this address';

const holds = ({ plan }: VirtualRouter, arp: ReceivedArp): boolean =>
  plan.held.some((held) => held.address === arp.senderIp && held.interface === arp.interface);

/** The old master's last packets are no claim, nor is what the successor of a push says. */
function settled(router: VirtualRouter, at: Instant): boolean {
  const { since, push } = router.state();
  return !push && elapsed(since, at) >= times(2, router.plan.config.adverInterval);
}

/** Whoever advertises too is a rival: that is said with its cause, and not here. */
const contested = ({ ledger }: VirtualRouter, at: Instant): boolean =>
  ledger.senders().some(({ priority, heardAt, interval }) => priority > 0 && elapsed(heardAt, at) < MEMORY * interval);
