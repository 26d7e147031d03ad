/** Pre-flight's evidence from the wire: who has been heard, who answers ARP now, who else answers for the address. */
import { familyOf, type IpAddress } from '../../base/ip.ts';
import type { MacAddress } from '../../base/mac.ts';
import { after, elapsed, milliseconds } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { ReceivedArp } from '../../ports/vrrp-sockets.ts';
import { askFor } from './ask.ts';
import type { RouterReport } from './messages.ts';
import { parentOf } from './virtual-macs.ts';
import type { VirtualRouter } from './virtual-router.ts';

/** On one LAN an answer comes within a millisecond; this leaves room for a busy peer. */
const LISTEN_FOR = milliseconds(200);

export function examine(
  router: VirtualRouter,
  host: VrrpHost,
  id: string,
  report: (report: RouterReport) => void,
): void {
  const { plan } = router;
  const name = plan.config.interface;
  const mac = host.links.find(name)?.mac;
  const senders = router.ledger.senders();
  const virtual = plan.held.find(
    (held) => parentOf(plan, held.interface) === name && familyOf(held.address) === plan.config.family,
  )?.address;
  const answered = new Set<IpAddress>();
  const holders = new Set<MacAddress>();
  const hear = (arp: ReceivedArp): void => {
    if (arp.senderMac === mac) return;
    answered.add(arp.senderIp);
    if (arp.senderIp === virtual) holders.add(arp.senderMac);
  };
  const watch = host.neighbours.watchArp(name, hear, plan.config.family);
  if (mac) {
    const own = router.findSource();
    for (const { address } of senders) askFor(host, name, mac, address, own);
    if (virtual) askFor(host, name, mac, virtual, own, true);
  }
  const finish = (): void => {
    if (watch.ok) watch.value();
    const now = host.clock.now();
    report({
      type: 'evidence',
      id,
      evidence: {
        senders: senders.map(({ address, priority, heardAt, verdict }) => ({
          address,
          priority,
          agoMs: Math.max(0, Math.round(elapsed(heardAt, now))),
          verdict,
          alive: answered.has(address),
        })),
        foreignHolders: [...holders],
      },
    });
  };
  host.alarms.at(after(host.clock.now(), LISTEN_FOR), finish);
}
