import type { AddressOptions } from '../base/address-options.ts';
import { type Family, familyOf, type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import { type MacAddress, macFromBytes } from '../base/mac.ts';
import { optionAttributes } from './address-options.ts';
import {
  attribute,
  concat,
  type NetlinkMessage,
  parseAttributes,
  readString,
  readU8,
  readU32,
  string,
  u8,
  u32,
} from './netlink.ts';

/**
 * Links and addresses in rtnetlink's messages (rtnetlink(7)). Payloads: a fixed part, then attributes.
 *
 *   ifinfomsg  | family u8 | pad u8 | type u16 | index i32 | flags u32 | change u32 |     RTM_…LINK, IFLA_*
 *   ifaddrmsg  | family u8 | prefix u8 | flags u8 | scope u8 | index u32 |                RTM_…ADDR, IFA_*
 */
export const RTM = { newLink: 16, delLink: 17, getLink: 18, newAddr: 20, delAddr: 21, getAddr: 22 } as const;
/** Multicast groups as bits for bind(2). */
export const GROUP = { link: 0x1, ipv4Address: 0x10, ipv6Address: 0x100 } as const;

const IFLA = { address: 1, name: 3, mtu: 4, operState: 16 } as const;
const IFF = { up: 0x1, running: 0x40 } as const;
const IFA = { address: 1, local: 2, label: 3, flags: 8 } as const;
const IFA_F = { secondary: 0x01, noDad: 0x02, optimistic: 0x04, dadFailed: 0x08, tentative: 0x40 } as const;
const AF = { 4: 2, 6: 10 } as const;
const LINK_PART = 16;
const ADDRESS_PART = 8;

export interface LinkMessage {
  readonly index: number;
  readonly name: string;
  /** IFF_UP: somebody set it up. */
  readonly adminUp: boolean;
  /** IFF_RUNNING: it has carrier. */
  readonly running: boolean;
  readonly mtu: number;
  /** Undefined without a hardware address of six bytes. */
  readonly mac: MacAddress | undefined;
  /** RFC 2863: 2 down, 5 dormant, 6 up, 0 unknown. */
  readonly operState: number;
}

export interface AddressMessage {
  readonly index: number;
  readonly address: IpAddress;
  readonly prefix: number;
  readonly label: string | undefined;
  /** The other end of a point-to-point link. */
  readonly peer?: IpAddress | undefined;
  readonly secondary: boolean;
  /** IPv6: duplicate address detection is not over, or has found one: nothing can be sent from it (RFC 4862 §5.4). */
  readonly tentative: boolean;
}

/** RTM_NEWLINK and RTM_DELLINK; undefined for other messages, and for those of bridge ports (family AF_BRIDGE). */
export function decodeLink(message: NetlinkMessage): LinkMessage | undefined {
  if (message.type !== RTM.newLink && message.type !== RTM.delLink) return undefined;
  const { payload } = message;
  if (payload.length < LINK_PART || payload[0] !== 0) return undefined;
  const attributes = parseAttributes(payload.subarray(LINK_PART));
  const name = attributes.get(IFLA.name);
  if (!name) return undefined;
  const mac = attributes.get(IFLA.address);
  const flags = readU32(payload.subarray(8));
  return {
    index: readU32(payload.subarray(4)),
    name: readString(name),
    adminUp: (flags & IFF.up) !== 0,
    running: (flags & IFF.running) !== 0,
    mtu: readU32(attributes.get(IFLA.mtu)),
    mac: mac?.length === 6 ? macFromBytes(mac) : undefined,
    operState: readU8(attributes.get(IFLA.operState)),
  };
}

/** RTM_NEWADDR and RTM_DELADDR of IPv4 and IPv6; undefined for everything else. */
export function decodeAddress(message: NetlinkMessage): AddressMessage | undefined {
  if (message.type !== RTM.newAddr && message.type !== RTM.delAddr) return undefined;
  const { payload } = message;
  const size = payload[0] === AF[4] ? 4 : payload[0] === AF[6] ? 16 : 0;
  const attributes = parseAttributes(payload.subarray(ADDRESS_PART));
  // On a point-to-point link IFA_ADDRESS is the other end: IFA_LOCAL is ours where it is given.
  const far = attributes.get(IFA.address);
  const bytes = attributes.get(IFA.local) ?? far;
  if (size === 0 || bytes?.length !== size) return undefined;
  const address = ipFromBytes(bytes);
  const other = far?.length === size ? ipFromBytes(far) : address;
  const label = attributes.get(IFA.label);
  const wide = attributes.get(IFA.flags);
  const flags = wide ? readU32(wide) : readU8(payload.subarray(2));
  return {
    index: readU32(payload.subarray(4)),
    address,
    peer: other === address ? undefined : other,
    prefix: readU8(payload.subarray(1)),
    label: label && readString(label),
    // The bit means another thing in IPv6: a temporary address (RFC 8981).
    secondary: (flags & IFA_F.secondary) !== 0,
    tentative: (flags & (IFA_F.tentative | IFA_F.dadFailed)) !== 0 && (flags & IFA_F.optimistic) === 0,
  };
}

/** Payload of an RTM_GETLINK dump. */
export const linkDump = (): Uint8Array => new Uint8Array(LINK_PART);

/** Payload of an RTM_GETADDR dump, both families. */
export const addressDump = (): Uint8Array => new Uint8Array(ADDRESS_PART);

export type WantedAddress = Omit<AddressMessage, 'secondary' | 'tentative'> & {
  readonly options?: AddressOptions | undefined;
};

/**
 * Payload of RTM_NEWADDR: unless `options` say otherwise no broadcast address, scope global, and in IPv6 no duplicate
 * address detection, since a virtual address may still be on its former holder for a moment.
 */
export function newAddress(wanted: WantedAddress): Uint8Array {
  const { address, peer, label, options = {} } = wanted;
  const family = familyOf(address);
  const detects = options.flags?.includes('dad') ?? false;
  const flags = family === 6 && !detects ? IFA_F.noDad : 0;
  const parts = [fixedPart(family, wanted, flags, options.scope), ...localAndAddress(address, peer)];
  if (label !== undefined) parts.push(attribute(IFA.label, string(label)));
  return concat(...parts, ...optionAttributes(options, flags));
}

/** Payload of RTM_DELADDR. The label is left out: the kernel would refuse where it differs. */
export const delAddress = (address: Pick<AddressMessage, 'index' | 'address' | 'prefix' | 'peer'>): Uint8Array =>
  concat(fixedPart(familyOf(address.address), address, 0), ...localAndAddress(address.address, address.peer));

const fixedPart = (family: Family, of: { index: number; prefix: number }, flags: number, scope = 0): Uint8Array =>
  concat(u8(AF[family]), u8(of.prefix), u8(flags), u8(scope), u32(of.index));

const localAndAddress = (address: IpAddress, peer: IpAddress = address): Uint8Array[] => [
  attribute(IFA.local, ipBytes(address)),
  attribute(IFA.address, ipBytes(peer)),
];

/** `newaddr 10.0.0.1/24 dev 3 label eth0:0`, `dellink 3 eth0 up running mtu 1500`, else `type 24 flags 0x0`. */
export function describeRtnetlink(message: NetlinkMessage): string {
  const verb = message.type === RTM.newLink || message.type === RTM.newAddr ? 'new' : 'del';
  const link = decodeLink(message);
  if (link) {
    const state = `${link.adminUp ? 'up' : 'down'}${link.running ? ' running' : ''}`;
    return `${verb}link ${link.index} ${link.name} ${state} mtu ${link.mtu}`;
  }
  const address = decodeAddress(message);
  if (!address) return `type ${message.type} flags 0x${message.flags.toString(16)}`;
  const label = address.label === undefined ? '' : ` label ${address.label}`;
  const secondary = address.secondary ? ' secondary' : '';
  return `${verb}addr ${address.address}/${address.prefix} dev ${address.index}${label}${secondary}`;
}
