/** What a keepalived.conf asks of a director without VRRP: addresses, services, and forwarding where NAT needs it. */
import { familyOf, type IpAddress, inNetwork } from '../../base/ip.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Configuration, VirtualServer } from '../../conf/model.ts';
import type { DesiredService } from '../../ipvs/types.ts';
import type { HeldAddress, MachineView } from '../../realserver/machine.ts';
import { hostPrefix } from '../../realserver/plan.ts';
import { destinationSpec, serviceSpecs } from '../assemble.ts';

export interface DirectorWant {
  readonly addresses: readonly HeldAddress[];
  /** Every real server with its configured weight: nobody checks them. */
  readonly services: readonly DesiredService[];
  /** Settings that must be 1, below /proc/sys. Direct routing and tunnels need none. */
  readonly forwarding: readonly string[];
}

const FORWARDING = { 4: 'net/ipv4/ip_forward', 6: 'net/ipv6/conf/all/forwarding' } as const;

/** `interfaceName`: for addresses of services that no instance places; absent: where their network is. */
export function directorWant(
  { instances, virtualServers }: Configuration,
  view: MachineView,
  interfaceName?: string,
): Result<DirectorWant, string> {
  const addresses = new Map<string, HeldAddress>();
  for (const { interface: own, addresses: listed, excludedAddresses } of instances) {
    for (const { address, prefix, interface: name = own, label } of [...listed, ...excludedAddresses]) {
      addresses.set(address, { interface: name, address, prefix, label });
    }
  }
  for (const server of virtualServers) {
    for (const address of addressesOf(server)) {
      if (addresses.has(address)) continue;
      const placed = place(address, server, view, interfaceName);
      if (!placed.ok) return placed;
      addresses.set(address, placed.value);
    }
  }
  const unknown = [...addresses.values()].find((held) => !view.interfaces.some(({ name }) => name === held.interface));
  if (unknown) return err(`${unknown.address} is to be on ${unknown.interface}, which does not exist`);
  const nat = virtualServers.filter((server) => server.realServers.some(({ method }) => method === 'NAT'));
  return ok({
    addresses: [...addresses.values()],
    services: virtualServers.flatMap(desiredServices),
    forwarding: [
      ...new Set(nat.flatMap(({ realServers }) => realServers.map(({ address }) => FORWARDING[familyOf(address)]))),
    ],
  });
}

const addressesOf = ({ endpoints }: VirtualServer): IpAddress[] =>
  endpoints.flatMap((endpoint) => ('mark' in endpoint ? [] : [endpoint.address]));

const desiredServices = (server: VirtualServer): DesiredService[] =>
  serviceSpecs(server).map((service) => ({
    ...service,
    destinations: server.realServers.map((real) => destinationSpec(real, service, real.weight)),
  }));

function place(
  address: IpAddress,
  { span }: VirtualServer,
  view: MachineView,
  name?: string,
): Result<HeldAddress, string> {
  const around = view.addresses.find(
    (held) => held.prefix < hostPrefix(address) && inNetwork(address, held.address, held.prefix),
  );
  const chosen = name ?? around?.interface;
  if (chosen !== undefined) return ok({ interface: chosen, address, prefix: hostPrefix(address) });
  return err(
    `${span.file}:${span.line}: ${address} is on no instance, and no interface has its network: say where with --interface`,
  );
}
