/** The entries of the flow maps: counted, and taken out with a server that is removed. */
import { countEntries, type FlowCount, MAPS } from '../nft/flows.ts';
import type { NftTable } from '../nft/model.ts';
import { deletion, type Removal } from '../nft/removal.ts';
import type { NetlinkConnection } from './netlink-conn.ts';
import { runNft } from './nft-program.ts';
import { readElements } from './nft-reader.ts';

const ATTEMPTS = 3;

export interface FlowCounts {
  readonly byDestination: ReadonlyMap<number, FlowCount>;
  /** Entries of the flow map, by the service's number. */
  readonly byService: ReadonlyMap<number, number>;
}

/** All of them, which takes a while where there are many; undefined where one map cannot be read: that is no zero. */
export function countFlows(netfilter: NetlinkConnection, table: NftTable): FlowCounts | undefined {
  const byDestination = new Map<number, FlowCount>();
  const byService = new Map<number, number>();
  for (const service of table.services) {
    for (const kind of MAPS) {
      const elements = readElements(netfilter, `${kind}-${service.id}`);
      if (!elements.ok) return undefined;
      countEntries(byDestination, service, kind, elements.value);
      if (kind === 'flows') byService.set(service.id, elements.value.length);
    }
  }
  return { byDestination, byService };
}

/**
 * Takes out what still points to servers that are gone, clients first, since a client bound to one would make a flow to
 * it. What goes by itself meanwhile makes nft refuse the whole: then it is read again. What is left is found by its next
 * packet, or by its time.
 */
export function forget(netfilter: NetlinkConnection, { service, ids }: Removal): void {
  for (const kind of [...MAPS].reverse()) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const elements = readElements(netfilter, `${kind}-${service.id}`);
      const keys = elements.ok ? elements.value.filter(({ mark }) => ids.has(mark)).map(({ key }) => key) : [];
      const script = deletion(service, kind, keys);
      if (script === undefined || runNft(script).ok) break;
    }
  }
}
