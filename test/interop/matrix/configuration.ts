/** keepalived.conf of one node of a cell: every protocol and way of sending, one VIP or one more. */
import type { NetnsLab } from '../../../src/lab/namespaces.ts';
import type { DirectorName } from '../../../src/lab/topology.ts';

export type Protocol = 'v2 IPv4' | 'v3 IPv4' | 'v3 IPv6';

export interface CellSettings {
  readonly protocol: Protocol;
  readonly unicast: boolean;
  readonly preempt: boolean;
}

export const PRIORITIES = { a: 200, b: 100 } as const;
export const intervalMs = ({ protocol }: CellSettings): number => (protocol === 'v2 IPv4' ? 1000 : 100);

const NETWORK6 = 'fd77::';
const HOSTS6 = { a: '1', b: '2', client: '9' } as const;
export const address6 = (role: keyof typeof HOSTS6): string => `${NETWORK6}${HOSTS6[role]}`;
export const VIP6 = `${NETWORK6}100`;
const MORE = { 4: '10.77.0.101/24', 6: `${NETWORK6}101/64` } as const;

export const vipOf = (lab: NetnsLab, { protocol }: CellSettings): string => (protocol === 'v3 IPv6' ? VIP6 : lab.vip);
/** What advertisements come from. IPv6 multicast: link-local, which only the kernel knows. */
const addressOf = (lab: NetnsLab, { protocol }: CellSettings, name: DirectorName): string =>
  protocol === 'v3 IPv6' ? address6(name) : lab.nodes[name].address;

export function cellConf(
  lab: NetnsLab,
  name: DirectorName,
  cell: CellSettings,
  { failFile, oneMore = false }: { readonly failFile: string; readonly oneMore?: boolean },
): string {
  const six = cell.protocol === 'v3 IPv6';
  const peer = name === 'a' ? 'b' : 'a';
  const addresses = six ? [`fe80::77:100/64`, `${VIP6}/64`] : [`${lab.vip}/${lab.prefix}`];
  if (oneMore) addresses.push(MORE[six ? 6 : 4]);
  const unicast = `
    unicast_src_ip ${addressOf(lab, cell, name)}
    unicast_peer {
        ${addressOf(lab, cell, peer)}
    }`;
  return `global_defs {
    script_user root
    enable_script_security
}
vrrp_script chk_service {
    script "/usr/bin/test ! -e ${failFile}"
    interval 1
    fall 1
    rise 1
}
vrrp_instance VI_1 {
    state BACKUP
    version ${cell.protocol === 'v2 IPv4' ? 2 : 3}
    interface ${lab.interface}
    virtual_router_id ${lab.vrid}
    priority ${PRIORITIES[name]}
    advert_int ${intervalMs(cell) / 1000}
${cell.preempt ? '' : '    nopreempt\n'}${cell.unicast ? unicast : ''}
    virtual_ipaddress {
        ${addresses.join('\n        ')}
    }
    track_script {
        chk_service
    }
}
`;
}
