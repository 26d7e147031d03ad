/**
 * Where the fields of a flow's key stand in a packet, per family, as nft writes them. They are raw (base, bit offset,
 * bits), since the same key is looked up for an ICMP error, whose inner header nft has no names for; a port is two
 * fields of eight bits, since nft gives a raw field of sixteen there the type of a port, which no inner one has.
 *
 * nft 1.0.6 keeps room for sixteen bytes where a rule updates a map (netlink_linearize.c, get_register), so an IPv6
 * address goes in as two different hashes, 64 bits together. Two clients with the same hashes and the same port would
 * share a server, and nothing else.
 */
import type { Family } from '../base/ip.ts';

export interface Fields {
  /** What nft calls the family's addresses. */
  readonly ip: 'ip' | 'ip6';
  readonly addressType: 'ipv4_addr' | 'ipv6_addr';
  readonly etherType: 'ip' | 'ip6';
  /** Client address and port: with the service, whose map it is looked up in, the key of a flow. */
  readonly client: string;
  /** Fields of the same types, for the declaration of the map. */
  readonly clientType: string;
  /** The same, of the packet that an ICMP error quotes: what a server had sent to the client. */
  readonly quotedClient: string;
  /** Protocol, VIP and service port of the quoted packet. */
  readonly quotedService: string;
  /** The ICMP errors, where the quoted header has the length that the offsets suppose. */
  readonly error: string;
  /** What every fragment of a datagram has in common, its types, and what tells the first and the later ones. */
  readonly datagram: string;
  readonly datagramType: string;
  readonly firstFragment: string;
  readonly laterFragment: string;
}

const hashes = (of: string): string =>
  ['0x1', '0x2'].map((seed) => `jhash ${of} mod 4294967295 seed ${seed}`).join(' . ');
const portAt = (bit: number): string => `@th,${bit},8 . @th,${bit + 8},8`;

const IPV4: Fields = {
  ip: 'ip',
  addressType: 'ipv4_addr',
  etherType: 'ip',
  client: `@nh,96,32 . ${portAt(0)}`,
  clientType: `@nh,96,32 . ${portAt(0)}`,
  quotedClient: `@th,192,32 . ${portAt(240)}`,
  quotedService: `@th,136,8 . @th,160,32 . ${portAt(224)}`,
  error: 'icmp type { destination-unreachable, time-exceeded, parameter-problem } @th,64,8 0x45',
  datagram: 'ip saddr . ip daddr . ip id . ip protocol',
  datagramType: 'ip saddr . ip daddr . ip id . ip protocol',
  firstFragment: 'ip frag-off & 0x3fff == 0x2000',
  laterFragment: 'ip frag-off & 0x1fff != 0',
};

const IPV6: Fields = {
  ip: 'ip6',
  addressType: 'ipv6_addr',
  etherType: 'ip6',
  client: `${hashes('@nh,64,128')} . ${portAt(0)}`,
  clientType: `@nh,64,32 . @nh,96,32 . ${portAt(0)}`,
  quotedClient: `${hashes('@th,256,128')} . ${portAt(400)}`,
  quotedService: `@th,112,8 . @th,128,128 . ${portAt(384)}`,
  error: 'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem }',
  // The fragment header's identification, where that header is the first: nft has no place for `frag id` here.
  datagram: `${hashes('@nh,64,256')} . @nh,352,32`,
  datagramType: '@nh,64,32 . @nh,96,32 . @nh,352,32',
  firstFragment: 'ip6 nexthdr 44 frag frag-off 0 frag more-fragments 1',
  laterFragment: 'frag frag-off != 0',
};

export const fieldsOf = (family: Family): Fields => (family === 4 ? IPV4 : IPV6);
