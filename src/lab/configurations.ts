/** keepalived.conf texts for the two directors of a topology, with the settings seen most in the field. */
import type { DirectorName, Topology } from './topology.ts';

export interface PairSettings {
  /** Seconds, whole ones (VRRPv2). */
  readonly adverInterval?: number;
  readonly priorities?: { readonly [name in DirectorName]: number };
  /** The directors that start as backups and take nothing back from a living master. */
  readonly nopreempt?: readonly DirectorName[];
  /** An argument vector as text, 0 = the guarded service is well; absent: nothing is tracked. */
  readonly checkScript?: (name: DirectorName) => string;
  readonly password?: string;
}

/** The active/standby pair that guards a local service: VRRPv2, PASS, priorities 254/100, a tracked script. */
export function guardedServiceConf(lab: Topology, name: DirectorName, settings: PairSettings = {}): string {
  const { adverInterval = 2, priorities = { a: 254, b: 100 }, nopreempt = [], password = 'secret12' } = settings;
  const script = settings.checkScript?.(name);
  const patient = nopreempt.includes(name);
  const initial = name === 'a' && !patient ? 'MASTER' : 'BACKUP';
  return `! The pair that guards a local service: director ${name}
global_defs {
    router_id hatop_${name}
    script_user root
    enable_script_security
}
${
  script === undefined
    ? ''
    : `
vrrp_script chk_service {
    script "${script}"
    interval 1
    fall 2
    rise 2
}
`
}
vrrp_instance VI_1 {
    state ${initial}
    interface ${lab.interface}
    virtual_router_id ${lab.vrid}
    priority ${priorities[name]}
    advert_int ${adverInterval}
    mcast_src_ip ${lab.nodes[name].address}
${patient ? '    nopreempt\n' : ''}    authentication {
        auth_type PASS
        auth_pass ${password}
    }
    virtual_ipaddress {
        ${lab.vip}/${lab.prefix} dev ${lab.interface} label ${lab.interface}:0
    }
${script === undefined ? '' : '    track_script {\n        chk_service\n    }\n'}}
`;
}

export interface ServiceSettings {
  readonly port?: number;
  readonly weights?: { readonly s1: number; readonly s2: number };
  /** Seconds between two checks of a server. */
  readonly delayLoop?: number;
}

/** An LVS-DR service on the VIP with two real servers, checked by HTTP. Append it to `guardedServiceConf`. */
export function balancedServiceConf(lab: Topology, settings: ServiceSettings = {}): string {
  const { port = 80, weights = { s1: 3, s2: 1 }, delayLoop = 2 } = settings;
  const realServer = (name: 's1' | 's2'): string => `
    real_server ${lab.nodes[name].address} ${port} {
        weight ${weights[name]}
        HTTP_GET {
            url {
                path /health
                status_code 200
            }
            connect_timeout 1
            retry 2
            delay_before_retry 1
        }
    }
`;
  return `
virtual_server ${lab.vip} ${port} {
    delay_loop ${delayLoop}
    lb_algo wrr
    lb_kind DR
    protocol TCP
${realServer('s1')}${realServer('s2')}}
`;
}
