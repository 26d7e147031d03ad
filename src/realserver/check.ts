/** Whether packets that a director sends would be served here: each question with its answer and what to do. */
import { familyOf, type IpAddress } from '../base/ip.ts';
import type { MachineView } from './machine.ts';
import type { RealServerSide } from './plan.ts';
import { effective, isQuiet } from './quiet-arp.ts';

/** The kernel's word on a packet to `address` from a client that comes in by an interface. */
export interface Delivery {
  readonly address: IpAddress;
  readonly interface: string;
  /** `near`: of the interface's own network; `far`: beyond every network of this host. */
  readonly client: 'near' | 'far';
  /** `local`: taken; else where it would go, or the name of errno (EXDEV or EINVAL: rp_filter may have dropped it). */
  readonly verdict: string;
}

/** A socket that takes new connections or datagrams; `address` is the unspecified one where it takes them for any. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  readonly address: IpAddress;
  readonly port: number;
}

export interface CheckFacts {
  readonly deliveries: readonly Delivery[];
  readonly listeners: readonly Listener[];
  readonly gateways: readonly { readonly address: IpAddress; readonly interface: string }[];
}

export interface CheckWishes {
  /** Empty: whatever listens. */
  readonly ports: readonly Pick<Listener, 'protocol' | 'port'>[];
  readonly directors: readonly IpAddress[];
}

export interface Finding {
  /** `unknown` cannot be told from here. */
  readonly verdict: 'pass' | 'warn' | 'fail' | 'unknown';
  readonly what: string;
  readonly remedy: string | undefined;
}

export function checkRealServer(
  view: MachineView,
  facts: CheckFacts,
  side: RealServerSide,
  wishes: CheckWishes,
): Finding[] {
  return [
    ...side.addresses.flatMap((address) => [
      ...silence(view, address),
      ...acceptance(view, facts, side, address),
      ...service(facts, wishes, address),
    ]),
    ...gateways(facts, side, wishes),
  ];
}

const pass = (what: string): Finding => ({ verdict: 'pass', what, remedy: undefined });
const flaw = (verdict: 'warn' | 'fail', what: string, remedy: string): Finding => ({ verdict, what, remedy });

function silence(view: MachineView, address: IpAddress): Finding[] {
  const talking = view.interfaces.filter((one) => one.up && one.arp).map((one) => one.name);
  const six = familyOf(address) === 6;
  const protocol = six ? 'neighbour solicitations' : 'ARP';
  const holders = view.addresses.filter((one) => one.address === address && talking.includes(one.interface));
  const found: Finding[] = holders.map(({ interface: name, prefix }) =>
    flaw(
      'fail',
      `answers ${protocol} for ${address}: it is on ${name} itself`,
      `ip address del ${address}/${prefix} dev ${name}`,
    ),
  );
  if (six) return found.length > 0 ? found : [pass(`does not answer ${protocol} for ${address}`)];
  const start = `hatop realserver start ${address}`;
  for (const name of talking) {
    const ignore = effective(view, name, 'arp_ignore');
    if (!isQuiet('arp_ignore', String(ignore)) && !holders.some((one) => one.interface === name)) {
      found.push(flaw('fail', `answers ARP for ${address} on ${name} once it is here: arp_ignore is ${ignore}`, start));
    }
    const announce = effective(view, name, 'arp_announce');
    if (!isQuiet('arp_announce', String(announce))) {
      found.push(
        flaw('fail', `may call ${address} its own when it asks by ARP on ${name}: arp_announce is ${announce}`, start),
      );
    }
  }
  return found.length > 0
    ? found
    : [pass(`does not answer ARP for ${address} on ${talking.join(', ') || 'any interface'}`)];
}

function acceptance(view: MachineView, facts: CheckFacts, side: RealServerSide, address: IpAddress): Finding[] {
  const of = (client: Delivery['client']): Delivery[] =>
    facts.deliveries.filter((one) => one.address === address && one.client === client);
  const taken = of('near').filter(({ verdict }) => verdict === 'local');
  if (!view.addresses.some((one) => one.address === address)) {
    const remedy = `hatop realserver start ${address}`;
    return [flaw('fail', `does not take packets for ${address}: it is on no interface`, remedy)];
  }
  if (taken.length === 0) {
    const why =
      of('near')
        .map((one) => `${one.interface}: ${one.verdict}`)
        .join(', ') || 'no interface has a network';
    return [
      flaw(
        'fail',
        `does not take packets for ${address} (${why})`,
        `hatop realserver status ${address} --interface ${side.interface}`,
      ),
    ];
  }
  const names = taken.map((one) => one.interface);
  const lost = of('far').filter(({ interface: name, verdict }) => names.includes(name) && verdict !== 'local');
  const fine = names.filter((name) => !lost.some((one) => one.interface === name));
  return [
    ...(fine.length > 0 ? [pass(`takes packets for ${address} on ${fine.join(', ')}`)] : []),
    ...lost.map((one) => farClients(view, one, fine.length > 0)),
  ];
}

/** Reverse-path filtering drops a packet whose answer would leave by another interface; kernels call it one or the other. */
const FILTERED = ['EXDEV', 'EINVAL'];

function farClients(view: MachineView, { address, interface: name, verdict }: Delivery, elsewhere: boolean): Finding {
  const filter = effective(view, name, 'rp_filter') ?? 0;
  const severity = elsewhere ? 'warn' : 'fail';
  const harmless = elsewhere ? '; harmless unless the director sends by it' : '';
  const what = `drops packets for ${address} from clients beyond the network of ${name}`;
  if (filter === 0 || !FILTERED.includes(verdict)) {
    return flaw(severity, `${what} (${verdict})${harmless}`, `ip route get ${address} from CLIENT iif ${name}`);
  }
  return flaw(
    severity,
    `${what}: rp_filter is ${filter}, and the way back is by another interface or missing${harmless}`,
    `echo 2 > /proc/sys/net/ipv4/conf/${name}/rp_filter`,
  );
}

function service({ listeners }: CheckFacts, { ports }: CheckWishes, address: IpAddress): Finding[] {
  const serves = (one: Listener): boolean => one.address === address || isAny(one.address, address);
  if (ports.length > 0) {
    return ports.map((wish) => {
      const same = listeners.filter((one) => one.port === wish.port && one.protocol === wish.protocol);
      const name = `${wish.protocol} port ${wish.port}`;
      if (same.some(serves)) return pass(`something listens on ${name} of ${address}`);
      const others = same.map((one) => one.address).join(', ');
      return others
        ? flaw(
            'fail',
            `${name} listens on ${others}, not on ${address}`,
            `let the service listen on ${address} too, or on all addresses`,
          )
        : flaw('fail', `nothing listens on ${name}`, 'start the service');
    });
  }
  const offered = listeners.filter((one) => one.protocol === 'tcp' && !isLoopback(one.address));
  const served = [...new Set(offered.filter(serves).map((one) => one.port))].sort((a, b) => a - b);
  const missed = offered.filter((one) => familyOf(one.address) === familyOf(address) && !served.includes(one.port));
  const remedy = `let it listen on ${address} too, or on all addresses`;
  return [
    served.length > 0
      ? pass(`TCP ports that listen for ${address}: ${served.join(', ')}`)
      : flaw(
          'fail',
          `nothing listens on a TCP port of ${address}`,
          'start the service, or name a UDP one with --port 53/udp',
        ),
    ...missed.map((one) => flaw('warn', `port ${one.port} listens on ${one.address}, not on ${address}`, remedy)),
  ];
}

const isLoopback = (address: IpAddress): boolean => address === '::1' || address.startsWith('127.');
/** A socket on `::` takes IPv4 too, unless it was asked not to, which nobody but its owner can see. */
const isAny = (bound: IpAddress, wanted: IpAddress): boolean =>
  bound === '::' || (bound === '0.0.0.0' && familyOf(wanted) === 4);

function gateways(
  { gateways: found }: CheckFacts,
  { addresses }: RealServerSide,
  { directors }: CheckWishes,
): Finding[] {
  const families = [...new Set(addresses.map(familyOf))];
  return families.flatMap((family): Finding[] => {
    const own = found.filter((one) => familyOf(one.address) === family);
    if (own.length === 0) {
      const what = `there is no IPv${family} default gateway: answers reach the clients of this LAN alone`;
      return [flaw('warn', what, 'ip route add default via the router (not the director)')];
    }
    return own.map(({ address }): Finding => {
      const remedy = 'answers go past the director in DR: set the router as the gateway';
      if (addresses.includes(address))
        return flaw('fail', `the default gateway ${address} is the virtual address`, remedy);
      if (directors.includes(address)) return flaw('fail', `the default gateway ${address} is a director`, remedy);
      if (directors.length > 0) return pass(`the default gateway ${address} is no director`);
      const what = `whether the default gateway ${address} is a director cannot be told from here`;
      return { verdict: 'unknown', what, remedy: 'name the directors: --director ADDRESS' };
    });
  });
}
