/** The translation: what keepalived.conf says, in the words of the cores. The only place that knows both. */
import { assert } from '../base/assert.ts';
import { parseMac, virtualRouterMac } from '../base/mac.ts';
import type { SessionConfig } from '../bfd/config.ts';
import type { CheckerConfig } from '../check/config.ts';
import type {
  Check,
  Configuration,
  GlobalDefs,
  RealServer,
  SyncGroup,
  VirtualAddress,
  VirtualServer,
  VrrpInstance,
} from '../conf/model.ts';
import {
  type DestinationKey,
  type DestinationSpec,
  isMark,
  type ServiceKey,
  type ServiceSpec,
  serviceName,
} from '../ipvs/types.ts';
import type { InterfaceAddress } from '../ports/addresses.ts';
import type { VirtualMac } from '../ports/virtual-macs.ts';
import type { RouterConfig } from '../vrrp/config.ts';
import type { Intents } from './intents.ts';
import type { RouterPlan, StaticPlan } from './router/messages.ts';
import { initialScriptFaults } from './track-scripts.ts';
import { initialWatchedFaults } from './track-watched.ts';

export function routerPlans(configuration: Configuration, intents: Intents): RouterPlan[] {
  return configuration.instances.map((instance) => ({
    config: routerConfig(instance, configuration),
    group: groupOf(instance, configuration)?.name ?? null,
    held: heldAddresses(instance),
    routing: instance.routing.map(({ entry }) => entry),
    startupDelay: configuration.global.startupDelay,
    sourceAddress: instance.sourceAddress,
    multicastGroup: instance.family === 4 ? configuration.global.multicastGroup4 : configuration.global.multicastGroup6,
    ...virtualMacs(instance),
    unicastTtl: instance.unicastTtl,
    trackedSessions: instance.trackBfd.map(({ name: session, weight, reverse }) => ({ session, weight, reverse })),
    trackedInterfaces: [
      ...(instance.trackPrimary ? [{ interface: instance.interface, weight: 0, reverse: false }] : []),
      ...instance.trackInterfaces.filter((tracked) => tracked.interface !== instance.interface),
      ...routedInterfaces(instance).map((name) => ({ interface: name, weight: 0, reverse: false })),
    ],
    initialFaults: [...initialScriptFaults(configuration, instance), ...initialWatchedFaults(instance)],
    initialTerms: [],
    admin: intents.instance(instance.name)?.admin ?? 'active',
    holdPreempt: intents.instance(instance.name)?.admin === 'active',
  }));
}

/** All that are configured: keepalived too runs those that nobody tracks. */
export const sessionConfigs = ({ bfdInstances }: Configuration): SessionConfig[] =>
  bfdInstances.map(
    ({ span: _, weight: _weight, reverse: _reverse, forVrrp: _vrrp, forCheckers: _checkers, ...session }) => session,
  );

/** An instance may be in one group only; keepalived takes the first as well. */
const groupOf = ({ name }: VrrpInstance, { syncGroups }: Configuration): SyncGroup | undefined =>
  syncGroups.find((group) => group.members.includes(name));

function routerConfig(instance: VrrpInstance, configuration: Configuration): RouterConfig {
  const { authentication } = instance;
  return {
    name: instance.name,
    vrid: instance.vrid,
    interface: instance.interface,
    family: instance.family,
    version: instance.version,
    priority: instance.priority,
    adverInterval: instance.adverInterval,
    preempt: instance.preempt,
    preemptDelay: instance.preemptDelay,
    authentication,
    addresses: instance.addresses.map((virtual) => virtual.address),
    holdsRouting: instance.routing.length > 0,
    garp: instance.garp,
    skipCheckAdvAddr: instance.skipCheckAdvAddr,
    downTimerAdverts: instance.downTimerAdverts,
    higherPrioSendAdvert: instance.higherPrioSendAdvert,
    lowerPrioNoAdvert: instance.lowerPrioNoAdvert,
    unicast: unicastOf(instance),
    checksumWithoutPseudoHeader: configuration.global.checksumAsV2,
    syncGroup: groupOf(instance, configuration)?.name,
  };
}

function unicastOf({ unicastPeers: peers, ...instance }: VrrpInstance): RouterConfig['unicast'] {
  if (peers.length === 0) return undefined;
  return { peers, checkSource: instance.checkUnicastSource, checksum: instance.unicastChecksum };
}

/** A route or a rule leads nowhere without its interface: that is a fault, as in keepalived. */
function routedInterfaces({ routing, interface: own, trackInterfaces }: VrrpInstance): string[] {
  const judged = new Set([own, ...trackInterfaces.map((tracked) => tracked.interface)]);
  return [...new Set(routing.flatMap(({ tracked }) => tracked))].filter((name) => !judged.has(name));
}

export const staticPlan = ({ statics }: Configuration): StaticPlan => ({
  addresses: statics.addresses.flatMap((one) => (one.interface === undefined ? [] : [heldOn(one.interface, one)])),
  routing: statics.routing.map(({ entry }) => entry),
});

function heldAddresses(instance: VrrpInstance): InterfaceAddress[] {
  return [...instance.addresses, ...instance.excludedAddresses].map((virtual) =>
    heldOn(virtual.virtualMac ?? virtual.interface ?? instance.interface, virtual),
  );
}

function heldOn(name: string, { address, prefix, label, peer, options }: VirtualAddress): InterfaceAddress {
  return { interface: name, address, prefix, label, peer, options };
}

export function virtualMacs(instance: VrrpInstance) {
  const own = virtualRouterMac(instance.family, instance.vrid);
  const made = instance.virtualMacs.map(({ name, parent, mac, ipv6 }): VirtualMac => {
    return { name, parent, mac: (mac === undefined ? undefined : parseMac(mac)) ?? own, ipv6 };
  });
  return { virtualMacs: made, sourceMac: instance.sendsFromVirtualMac ? made[0]?.mac : undefined };
}

/** `ADDRESS:PORT/tcp`, `fwmark:N` or the name of a group: as the command line and the intents name it. */
export function virtualServerName({ group, endpoints }: VirtualServer): string {
  const [first] = endpoints;
  assert(first, 'a virtual server has an endpoint');
  return group ?? serviceName(first);
}

/** One service of the kernel's for each endpoint. */
export function serviceSpecs(server: VirtualServer): ServiceSpec[] {
  const { scheduler, schedulerFlags, persistence, granularity, persistenceEngine, onePacket } = server;
  return server.endpoints.map((endpoint) => ({
    ...endpoint,
    scheduler,
    schedulerFlags: schedulerFlags || undefined,
    persistence,
    granularity,
    persistenceEngine,
    onePacket: onePacket || undefined,
  }));
}

/** What becomes of a real server, or of a sorry server, in one service of the kernel's. */
export function destinationSpec(
  server: Pick<RealServer, 'address' | 'port' | 'method' | 'tunnel'> & Partial<RealServer>,
  service: ServiceKey,
  weight: number,
): DestinationSpec {
  return {
    ...destinationKey(server, service),
    method: server.method,
    tunnel: server.tunnel,
    upperThreshold: server.upperThreshold || undefined,
    lowerThreshold: server.lowerThreshold || undefined,
    weight,
  };
}

/** Only NAT changes a port; elsewhere a packet keeps its own, which a mark does not tell (0). */
export const destinationKey = (
  { address, port, method }: Pick<RealServer, 'address' | 'port' | 'method'>,
  service: ServiceKey,
): DestinationKey => ({ address, port: method === 'NAT' ? port : isMark(service) ? 0 : service.port });

export function checkerConfig(check: Check, { scriptUser }: GlobalDefs): CheckerConfig {
  if (check.kind !== 'script' || check.user !== undefined) return check;
  return { ...check, user: scriptUser?.user, group: scriptUser?.group };
}
