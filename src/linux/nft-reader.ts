/** Reads the table over netlink: no program is run for it, and the elements of the maps are not touched but on request. */
import { err, ok, type Result } from '../base/result.ts';
import type { Listing } from '../nft/listing.ts';
import type { OsError } from '../ports/os-error.ts';
import { FLAG, type NetlinkMessage } from '../wire/netlink.ts';
import {
  decodeNftChain,
  decodeNftCounter,
  decodeNftElements,
  decodeNftRule,
  NFT,
  type NftElement,
  nftElementDump,
  nftTableDump,
} from '../wire/nftables.ts';
import type { NetlinkConnection } from './netlink-conn.ts';

export const TABLE_NAME = 'hatop';

export function readListing(connection: NetlinkConnection): Result<Listing, OsError> {
  const chains = dump(connection, NFT.getChain, 'list the chains of nftables');
  if (!chains.ok) return chains;
  const rules = dump(connection, NFT.getRule, 'list the rules of nftables');
  if (!rules.ok) return rules;
  const objects = dump(connection, NFT.getObject, 'list the counters of nftables');
  if (!objects.ok) return objects;
  return ok({
    chains: chains.value.flatMap(({ payload }) => {
      const chain = decodeNftChain(payload);
      return chain?.table === TABLE_NAME ? [chain] : [];
    }),
    rules: rules.value.flatMap(({ payload }) => decodeNftRule(payload) ?? []),
    counters: new Map(
      objects.value.flatMap(({ payload }) => {
        const counter = decodeNftCounter(payload);
        return counter ? [[counter.name, counter]] : [];
      }),
    ),
  });
}

/** Empty where there is no such map. */
export function readElements(connection: NetlinkConnection, map: string): Result<NftElement[], OsError> {
  const what = `list the map ${map} of nftables`;
  const payload = nftElementDump(TABLE_NAME, map);
  const reply = connection.request({ type: NFT.getElements, flags: FLAG.dump, payload, what });
  if (!reply.ok) return reply.error.code === 'ENOENT' ? ok([]) : err(reply.error);
  return ok(reply.value.flatMap((message) => decodeNftElements(message.payload)));
}

function dump(connection: NetlinkConnection, type: number, what: string): Result<NetlinkMessage[], OsError> {
  return connection.request({ type, flags: FLAG.dump, payload: nftTableDump(TABLE_NAME), what });
}
