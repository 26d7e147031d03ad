/** What is asked with every datagram and every change of an address, remembered until the answer may be another. */
import { type Family, familyOf, type IpAddress } from '../../base/ip.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { ReceivedDatagram } from '../../ports/vrrp-sockets.ts';
import type { JudgeContext } from '../../vrrp/judge.ts';
import type { VirtualRouter } from './virtual-router.ts';

type Networks = Pick<JudgeContext, 'ownAddresses' | 'networks'>;

export interface Neighbourhood {
  /** The instance that a datagram is for. */
  find(datagram: ReceivedDatagram): VirtualRouter | undefined;
  /** Our addresses on its interface; those that are not its own virtual ones say who is a neighbour. */
  networks(router: VirtualRouter): Networks;
  /** Of all instances: none of them is a source. */
  virtualAddresses(): ReadonlySet<IpAddress>;
  /** Whether any instance could advertise from it. Hundreds of virtual ones come and go at once. */
  mayBeSource(address: IpAddress): boolean;
  /** An address has come, gone or changed. */
  forgetAddresses(): void;
  /** An instance has. */
  forget(): void;
}

export function createNeighbourhood(routers: () => readonly VirtualRouter[], host: VrrpHost): Neighbourhood {
  let byId: Map<string, VirtualRouter> | undefined;
  let virtual: ReadonlySet<IpAddress> | undefined;
  let configured: ReadonlySet<IpAddress | undefined> | undefined;
  const known = new Map<VirtualRouter, Networks>();
  const key = (name: string, family: Family, vrid: number | undefined): string => `${name} ${family} ${vrid}`;

  function index(): Map<string, VirtualRouter> {
    const index = new Map<string, VirtualRouter>();
    for (const router of routers()) {
      const { interface: name, family, vrid } = router.plan.config;
      const id = key(name, family, vrid);
      if (!index.has(id)) index.set(id, router);
    }
    return index;
  }

  function virtualAddresses(): ReadonlySet<IpAddress> {
    virtual ??= new Set(routers().flatMap(({ plan }) => plan.held.map(({ address }) => address)));
    return virtual;
  }

  function lookAround({ plan }: VirtualRouter): Networks {
    const onInterface = host.addresses.list().filter((a) => a.interface === plan.config.interface);
    const virtual = new Set(plan.held.map((held) => held.address));
    return {
      ownAddresses: onInterface.map((a) => a.address),
      networks: onInterface.filter((a) => !virtual.has(a.address)),
    };
  }

  return {
    find({ interface: name, source, payload }) {
      byId ??= index();
      return byId.get(key(name, familyOf(source), payload[1]));
    },
    networks(router) {
      const before = known.get(router);
      if (before) return before;
      const now = lookAround(router);
      known.set(router, now);
      return now;
    },
    virtualAddresses,
    mayBeSource(address) {
      configured ??= new Set(routers().map(({ plan }) => plan.sourceAddress));
      return !virtualAddresses().has(address) || configured.has(address);
    },
    forgetAddresses: () => known.clear(),
    forget() {
      byId = undefined;
      virtual = undefined;
      configured = undefined;
      known.clear();
    },
  };
}
