/**
 * Looks at the real servers from outside: a server of a DR service that answers ARP for the virtual address takes
 * clients past the director. Asked soon after the start and every half minute; a change is told in the journal.
 */
import { familyOf, type IpAddress } from '../base/ip.ts';
import { after, isoTime, seconds } from '../base/time.ts';
import type { Configuration } from '../conf/model.ts';
import type { ServiceSnapshot } from '../control/snapshot.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ServiceHost } from '../ports/host.ts';
import type { Journal } from './journal.ts';
import type { RouterPlan, VipAnswer, VipProbeTarget } from './router/messages.ts';
import { parentOf } from './router/virtual-macs.ts';
import type { Routers } from './routers.ts';

const FIRST_AFTER = seconds(5);
const EVERY = seconds(30);

export interface ArpWatch {
  /** The services, each real server with what is known of it; a fault is said with the reason for its health. */
  annotate(services: ServiceSnapshot[]): ServiceSnapshot[];
  start(): void;
  /** Harmless when it has not started. */
  stop(): void;
}

interface Current {
  readonly configuration: Configuration;
  readonly plans: readonly RouterPlan[];
}

/** Addresses of DR services that an instance of this machine holds, with their real servers. IPv4 alone. */
export function vipProbeTargets({ configuration, plans }: Current): VipProbeTarget[] {
  const held = new Map(
    plans.flatMap((plan) => plan.held.map((one) => [one.address, parentOf(plan, one.interface)] as const)),
  );
  const targets = new Map<IpAddress, { interface: string; address: IpAddress; servers: IpAddress[] }>();
  for (const { endpoints, realServers } of configuration.virtualServers) {
    const direct = realServers.filter((server) => server.method === 'DR' && familyOf(server.address) === 4);
    for (const endpoint of endpoints) {
      const address = 'mark' in endpoint ? undefined : endpoint.address;
      const name = address && held.get(address);
      if (address === undefined || name === undefined || familyOf(address) !== 4 || direct.length === 0) continue;
      const target = targets.get(address) ?? { interface: name, address, servers: [] };
      for (const server of direct) if (!target.servers.includes(server.address)) target.servers.push(server.address);
      targets.set(address, target);
    }
  }
  return [...targets.values()];
}

const arpFault = (server: string, address: string): string =>
  `${server} answers ARP for ${address}: clients may go past the director; arp_ignore and arp_announce are missing there (hatop realserver start ${address})`;

export function createArpWatch(
  current: () => Current,
  routers: Routers,
  host: ServiceHost,
  journal: Journal,
  changed: () => void,
): ArpWatch {
  const known = new Map<string, boolean | null>();
  const told = new Set<string>();
  let running = false;
  let next: Cancel = () => {};

  async function look(): Promise<void> {
    const targets = vipProbeTargets(current());
    if (targets.length > 0) {
      const answers = await routers.probeVips(targets);
      if (!running) return;
      known.clear();
      for (const answer of answers) learn(answer);
      changed();
    }
    next = host.alarms.at(after(host.clock.now(), EVERY), () => void look());
  }

  /** A director that is a real server too answers for the address while it is master, as it must. */
  function isMaster(server: IpAddress): boolean {
    return routers.statuses().some(({ snapshot }) => snapshot.master?.address === server);
  }

  function learn({ address, server, answers }: VipAnswer): void {
    const key = keyOf(address, server);
    const verdict = answers === true && isMaster(server) ? null : answers;
    known.set(key, verdict);
    // What is unknown now neither ends what was told nor tells it again.
    if (verdict === true && !told.has(key)) write('warning', server, arpFault(server, address));
    if (verdict === false && told.has(key)) write('info', server, `${server} no longer answers ARP for ${address}`);
    if (verdict === true) told.add(key);
    else if (verdict === false) told.delete(key);
  }

  function write(severity: 'warning' | 'info', subject: string, text: string): void {
    journal.write({ at: isoTime(host.clock.wall()), severity, kind: 'address', subject, text });
  }

  const keyOf = (address: string | null, server: string): string => `${address} ${server}`;
  return {
    annotate: (services) =>
      services.map((service) => ({
        ...service,
        realServers: service.realServers.map((server) => {
          const answersArp = known.get(keyOf(service.address, server.address)) ?? null;
          const fault = answersArp ? `; but ${arpFault(server.address, service.address ?? '')}` : '';
          return { ...server, answersArp, reason: `${server.reason}${fault}` };
        }),
      })),
    start() {
      running = true;
      next = host.alarms.at(after(host.clock.now(), FIRST_AFTER), () => void look());
    },
    stop() {
      running = false;
      next();
    },
  };
}
