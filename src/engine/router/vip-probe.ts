/**
 * Who of the real servers answers ARP for a virtual address: asked on the wire, as any client of the LAN would be
 * answered. A server is known by the MAC that answers for its own address; what a machine behind a router answers, or
 * one MAC for several of them (proxy ARP), says nothing.
 */
import type { IpAddress } from '../../base/ip.ts';
import type { MacAddress } from '../../base/mac.ts';
import { after, milliseconds } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { whoHas } from '../../wire/arp.ts';
import type { VipAnswer, VipProbeTarget } from './messages.ts';

const LISTEN_FOR = milliseconds(1000);

/** Asks once; `done` is called after a second, never from within. IPv4 alone. */
export function probeVips(
  targets: readonly VipProbeTarget[],
  host: VrrpHost,
  done: (answers: VipAnswer[]) => void,
): void {
  const heard = new Map<string, Set<MacAddress>>();
  const watches = [...new Set(targets.map((target) => target.interface))].flatMap((name): Cancel[] => {
    const own = host.links.find(name)?.mac;
    const watch = host.neighbours.watchArp(name, ({ operation, senderMac, senderIp }) => {
      if (operation !== 'reply' || senderMac === own) return;
      const key = keyOf(name, senderIp);
      heard.set(key, (heard.get(key) ?? new Set()).add(senderMac));
    });
    return watch.ok ? [watch.value] : [];
  });
  for (const { interface: name, address, servers } of targets) {
    const mac = host.links.find(name)?.mac;
    // What cannot be sent is not answered, which is all there is to say.
    if (mac) for (const asked of [...servers, address]) host.neighbours.sendFrame(name, whoHas(mac, asked));
  }
  host.alarms.at(after(host.clock.now(), LISTEN_FOR), () => {
    for (const cancel of watches) cancel();
    done(targets.flatMap((target) => judge(target, (of) => heard.get(keyOf(target.interface, of)) ?? new Set())));
  });
}

const keyOf = (name: string, address: IpAddress): string => `${name} ${address}`;

function judge(
  { address, servers }: VipProbeTarget,
  macsOf: (address: IpAddress) => ReadonlySet<MacAddress>,
): VipAnswer[] {
  const claims = macsOf(address);
  return servers.map((server) => {
    const [mac, ...more] = macsOf(server);
    const shared = servers.some((other) => other !== server && mac !== undefined && macsOf(other).has(mac));
    const answers = mac === undefined || more.length > 0 || shared ? null : claims.has(mac);
    return { address, server, answers };
  });
}
