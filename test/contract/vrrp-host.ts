import { addressesContract } from './addresses.ts';
import { clockContract } from './clock.ts';
import { linksContract } from './links.ts';
import { neighboursContract } from './neighbours.ts';
import { routingContract } from './routing.ts';
import { socketsContract } from './sockets.ts';
import type { ContractItem } from './suite.ts';

/** Everything that a VrrpHost promises; `sockets6Contract` comes on top where the machines speak IPv6. */
export const vrrpHostContract: Readonly<Record<string, readonly ContractItem[]>> = {
  clock: clockContract,
  links: linksContract,
  addresses: addressesContract,
  routing: routingContract,
  sockets: socketsContract,
  neighbours: neighboursContract,
};
