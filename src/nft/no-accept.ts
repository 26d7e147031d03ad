/**
 * The table that keeps packets for virtual addresses from this machine's programs (`no_accept`): ours alone, made and
 * removed as a whole. Before other filters, as keepalived's (priority -1); ARP does not pass here, and neighbour
 * discovery must.
 */
import { familyOf, type IpAddress } from '../base/ip.ts';

export const NO_ACCEPT_TABLE = 'inet hatop-no-accept';

interface Refused {
  readonly interface: string;
  readonly address: IpAddress;
}

/** What makes the table be there with `addresses`, or not be there without any, whatever was before. */
export function renderNoAccept(addresses: readonly Refused[]): string {
  // So that deleting never fails.
  const clean = `table ${NO_ACCEPT_TABLE}\ndelete table ${NO_ACCEPT_TABLE}\n`;
  if (addresses.length === 0) return clean;
  return `${clean}table ${NO_ACCEPT_TABLE} {
${chain('in', 'input', 'iifname', 'daddr', addresses)}${chain('out', 'output', 'oifname', 'saddr', addresses)}}
`;
}

function chain(name: string, hook: string, interfaceIs: string, field: string, addresses: readonly Refused[]): string {
  const local = addresses.filter(({ address }) => address.startsWith('fe80:'));
  const wide = addresses.filter((one) => !local.includes(one)).map(({ address }) => address);
  const of = (family: 4 | 6): string => [...new Set(wide.filter((a) => familyOf(a) === family))].join(', ');
  const rules = [
    'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept',
    of(4) && `ip ${field} { ${of(4)} } drop`,
    of(6) && `ip6 ${field} { ${of(6)} } drop`,
    ...local.map((one) => `${interfaceIs} "${one.interface}" ip6 ${field} ${one.address} drop`),
  ].filter(Boolean);
  const begin = `    type filter hook ${hook} priority -1; policy accept;\n`;
  return `  chain ${name} {\n${begin}${rules.map((rule) => `    ${rule}\n`).join('')}  }\n`;
}
