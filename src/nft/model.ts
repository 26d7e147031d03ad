/** The table as the nftables data plane lays it out: what a transaction makes, and what a listing says is there. */
import type { IpAddress } from '../base/ip.ts';
import type { AddressKey, DestinationSpec, ServiceSettings } from '../ipvs/types.ts';

/**
 * How packets get to a destination: by a neighbour on a link, or, where the address is this machine's, up its own stack;
 * not at all while there is no route. The kernel keeps the link by its index.
 */
export type Path =
  | { readonly kind: 'forward'; readonly via: IpAddress; readonly device: string; readonly index: number }
  | { readonly kind: 'local' }
  | { readonly kind: 'unreachable' };

/** Every destination has a number of its own: the mark that the flow map gives its packets. It is never given again. */
export interface NftDestination {
  readonly id: number;
  readonly spec: DestinationSpec;
  readonly path: Path;
}

/** What this data plane knows of a service; the rest it refuses. */
export type NftServiceSpec = AddressKey & Pick<ServiceSettings, 'scheduler' | 'persistence'>;

export interface NftService {
  readonly id: number;
  readonly spec: NftServiceSpec;
  readonly destinations: readonly NftDestination[];
}

/** An interface whose received packets are looked at. By index: another interface of the same name is another one. */
export interface Hook {
  readonly index: number;
  readonly name: string;
}

export interface NftTable {
  /** The next number for a service or a destination. */
  readonly nextId: number;
  readonly hooks: readonly Hook[];
  readonly services: readonly NftService[];
}

/** The table with every path found anew; what has not changed is the same object. */
export const refreshPaths = (table: NftTable, pathTo: (address: IpAddress) => Path): NftTable => ({
  ...table,
  services: table.services.map((service) => {
    const destinations = service.destinations.map((d) => {
      const path = pathTo(d.spec.address);
      return samePath(path, d.path) ? d : { ...d, path };
    });
    const same = destinations.every((d, i) => d === service.destinations[i]);
    return same ? service : { ...service, destinations };
  }),
});

function samePath(a: Path, b: Path): boolean {
  if (a.kind !== 'forward' || b.kind !== 'forward') return a.kind === b.kind;
  return a.via === b.via && a.device === b.device && a.index === b.index;
}

export const emptyTable = (nextId = 1): NftTable => ({ nextId, hooks: [], services: [] });
