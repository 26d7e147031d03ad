/** What keepalived and we are both given: each is a keepalived.conf, and how many lines ipvsadm-save has afterwards. */
export interface OracleCase {
  readonly title: string;
  readonly conf: string;
  /** Lines of ipvsadm-save, so that two empty tables are not equal. */
  readonly lines: number;
}

const server = (address: string, port: number | '', lines = ''): string =>
  `real_server ${address} ${port} {\n ${lines}\n }`;

const FLAGS: readonly (readonly [algorithm: string, ...flags: string[]])[] = [
  ['rr'],
  ['wrr'],
  ['lc'],
  ['wlc'],
  ['lblc'],
  ['lblcr'],
  ['dh'],
  ['fo'],
  ['ovf'],
  ['sed'],
  ['nq'],
  ['sh', 'sh-port'],
  ['sh', 'sh-fallback', 'sh-port'],
  ['mh', 'mh-port'],
  ['mh', 'mh-fallback', 'mh-port'],
  ['sh', 'flag-1', 'flag-3'],
  ['rr', 'flag-2'],
];

/** All schedulers with their flags, a service for each. */
const schedulers = FLAGS.map(
  ([algorithm, ...flags], i) => `
      virtual_server 192.0.2.20 ${1000 + i} {
        lb_algo ${algorithm}
        ${flags.join('\n')}
        lb_kind NAT
        protocol TCP
        ${server('198.51.100.1', 80, 'weight 2')}
      }`,
).join('\n');

export const ORACLE_CASES: Record<string, OracleCase> = {
  direct: {
    title: 'wrr, direct routing, persistence, TCP',
    conf: `
      virtual_server 192.0.2.10 80 {
        delay_loop 6
        lb_algo wrr
        lb_kind DR
        persistence_timeout 50
        protocol TCP
        real_server 198.51.100.1 80 {
          weight 3
        }
        real_server 198.51.100.2 80 {
        }
      }`,
    lines: 3,
  },
  nat: {
    title: 'rr, NAT to another port, UDP, a server of weight 0',
    conf: `
      virtual_server 192.0.2.10 53 {
        lvs_sched rr
        lvs_method NAT
        protocol UDP
        real_server 198.51.100.1 5353 {
          weight 65535
        }
        real_server 198.51.100.2 53 {
          weight 0
        }
      }`,
    lines: 3,
  },
  six: {
    title: 'IPv6, tunnels, wlc, default persistence',
    conf: `
      virtual_server 2001:db8::10 443 {
        lb_algo wlc
        lb_kind TUN
        persistence_timeout
        protocol TCP
        real_server 2001:db8::1 443 {
          weight 5
        }
        real_server 2001:db8::2 443 {
          weight 1
        }
      }`,
    lines: 3,
  },
  ports: {
    title: 'direct routing cannot change the port: the service’s is taken',
    conf: `
      virtual_server 192.0.2.10 8080 {
        lb_algo rr
        lb_kind DR
        protocol TCP
        real_server 198.51.100.1 80 {
        }
      }`,
    lines: 2,
  },
  defaults: {
    title: 'nothing said but the address',
    conf: `
      virtual_server 192.0.2.11 80 {
        real_server 198.51.100.1 80 {
        }
      }`,
    lines: 2,
  },
  methods: {
    title: 'a real server with a method of its own; source hashing; two services',
    conf: `
      virtual_server 192.0.2.12 80 {
        lb_algo sh
        lb_kind NAT
        protocol TCP
        real_server 198.51.100.1 80 {
          lvs_method DR
        }
        real_server 198.51.100.2 80 {
        }
      }
      virtual_server 192.0.2.12 443 {
        lb_algo lc
        lb_kind DR
        protocol TCP
        real_server 198.51.100.2 443 {
          weight 100
        }
      }`,
    lines: 5,
  },
  schedulers: { title: 'all schedulers, with their flags', conf: schedulers, lines: 2 * FLAGS.length },
  sctp: {
    title: 'SCTP; UDP one packet at a time; persistence for a /24 and for an IPv6 /64; persistence by SIP',
    conf: `
      virtual_server 192.0.2.13 5060 {
        lb_algo rr
        lb_kind NAT
        protocol SCTP
        ${server('198.51.100.1', 5060)}
      }
      virtual_server 192.0.2.13 5353 {
        lb_algo rr
        lb_kind NAT
        protocol UDP
        ops
        ${server('198.51.100.1', 53)}
      }
      virtual_server 192.0.2.13 443 {
        lb_algo wlc
        lb_kind DR
        protocol TCP
        persistence_timeout 60
        persistence_granularity 255.255.255.0
        ${server('198.51.100.1', 443)}
      }
      virtual_server 2001:db8::13 443 {
        lb_algo wlc
        lb_kind DR
        protocol TCP
        persistence_timeout 60
        persistence_granularity 64
        ${server('2001:db8::1', 443)}
      }
      virtual_server 192.0.2.13 5061 {
        lb_algo rr
        lb_kind NAT
        protocol UDP
        persistence_engine sip
        persistence_timeout 60
        ${server('198.51.100.1', 5061)}
      }
      virtual_server 192.0.2.13 5062 {
        lb_algo rr
        lb_kind NAT
        protocol TCP
        persistence_granularity 255.255.0.0
        ${server('198.51.100.1', 5062)}
      }`,
    lines: 12,
  },
  marks: {
    title: 'firewall marks, of IPv4 and of IPv6',
    conf: `
      virtual_server fwmark 7 {
        lb_algo wrr
        lb_kind DR
        ${server('198.51.100.1', 80, 'weight 2')}
        ${server('198.51.100.2', 81)}
      }
      virtual_server fwmark 8 {
        lb_algo rr
        lb_kind NAT
        persistence_timeout 30
        ${server('2001:db8::1', 80)}
      }
      virtual_server fwmark 9 {
        lb_algo rr
        lb_kind TUN
        ip_family inet6
        ${server('198.51.100.1', 80)}
      }`,
    lines: 7,
  },
  groups: {
    title: 'a group of addresses, ranges and marks',
    conf: `
      virtual_server_group WEB {
        192.0.2.30 80
        192.0.2.31-33 8080
        192.0.2.40/30 82
        fwmark 30
      }
      virtual_server group WEB {
        lb_algo rr
        lb_kind DR
        protocol TCP
        ${server('198.51.100.1', 80)}
        ${server('198.51.100.2', 80, 'weight 4')}
      }
      virtual_server_group NATTED {
        2001:db8::30-33 80
      }
      virtual_server group NATTED {
        lb_algo rr
        lb_kind NAT
        protocol TCP
        ${server('2001:db8::1', 8080)}
      }`,
    lines: 9 * 3 + 4 * 2,
  },
  tunnels: {
    title: 'tunnels of all kinds, between the families too; thresholds',
    conf: `
      virtual_server 192.0.2.50 80 {
        lb_algo rr
        lb_kind TUN type gue port 6080 csum
        protocol TCP
        ${server('198.51.100.1', 80)}
        ${server('198.51.100.2', 80, 'lvs_method TUN type gre')}
        ${server('198.51.100.3', 80, 'lvs_method TUN type gre csum')}
        ${server('198.51.100.4', 80, 'lvs_method TUN type gue port 6081 remcsum')}
        ${server('198.51.100.5', 80, 'lvs_method TUN type ipip')}
        ${server('198.51.100.6', 8080, 'lvs_method TUN')}
        ${server('2001:db8::1', 80, 'lvs_method TUN')}
        ${server('198.51.100.7', 8080, 'lvs_method NAT\n uthreshold 100\n lthreshold 50')}
      }`,
    lines: 9,
  },
  allPorts: {
    title: 'no port: all of them, persistent',
    conf: `
      virtual_server 192.0.2.60 {
        lb_algo rr
        lb_kind NAT
        protocol TCP
        persistence_timeout 50
        ${server('198.51.100.1', '')}
      }
      virtual_server 192.0.2.61 {
        lb_algo rr
        lb_kind DR
        protocol TCP
        ${server('198.51.100.1', '')}
      }`,
    lines: 4,
  },
};
