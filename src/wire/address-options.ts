/** The attributes by which an RTM_NEWADDR asks for more than an address (linux/if_addr.h). */
import type { AddressFlag, AddressOptions } from '../base/address-options.ts';
import { ipBytes } from '../base/ip.ts';
import { attribute, concat, u32 } from './netlink.ts';

const IFA = { broadcast: 4, cacheInfo: 6, flags: 8 } as const;
/** `dad` is the absence of a flag. */
const IFA_F: Readonly<Record<AddressFlag, number>> = {
  dad: 0,
  home: 0x10,
  mngtmpaddr: 0x100,
  noprefixroute: 0x200,
  autojoin: 0x400,
};
const FOR_EVER = 0xffff_ffff;

/** `flags`: those that the fixed part of the message has already. The attribute, where there is one, replaces them. */
export function optionAttributes(options: AddressOptions, flags: number): Uint8Array[] {
  const { broadcast, preferredLifetime, flags: wanted = [] } = options;
  const attributes: Uint8Array[] = [];
  if (broadcast !== undefined) attributes.push(attribute(IFA.broadcast, ipBytes(broadcast)));
  // struct ifa_cacheinfo: preferred and valid lifetime in seconds, and two times that only the kernel sets.
  if (preferredLifetime !== undefined) {
    attributes.push(attribute(IFA.cacheInfo, concat(u32(preferredLifetime), u32(FOR_EVER), u32(0), u32(0))));
  }
  const all = wanted.reduce((sum, flag) => sum | IFA_F[flag], flags);
  if (all !== flags) attributes.push(attribute(IFA.flags, u32(all)));
  return attributes;
}
