/** Whole configurations and the whole model that comes of them. */
import { expect, test } from 'vitest';
import { load, service } from './load.ts';

/** Spans are checked elsewhere: they would hide what this is about. */
const withoutSpans = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner) => (key === 'span' ? undefined : inner)));

const GUARDED = `! a pair that guards a local service
global_defs {
    router_id node-a
    script_user nobody nogroup
    enable_script_security
    vrrp_garp_master_delay 5
}

vrrp_script check_web {
    script "/usr/local/bin/check_web.sh --port 8080"  # exit code 0 is good
    interval 2
    timeout 1.5
    fall 3
    rise 2
}

vrrp_instance WEB {
    state MASTER
    interface ens192
    mcast_src_ip 198.51.100.1
    virtual_router_id 77
    priority 254
    advert_int 2
    authentication {
        auth_type PASS
        auth_pass S3CR_T
    }
    virtual_ipaddress {
        198.51.100.10
    }
    track_script {
        check_web
    }
}
`;

test('an active/standby pair that guards a service', () => {
  const { configuration, diagnostics } = load(GUARDED);
  expect(diagnostics).toEqual([]);
  expect(withoutSpans(configuration)).toEqual({
    global: {
      fifos: {},
      routerId: 'node-a',
      enableScriptSecurity: true,
      scriptUser: { user: 'nobody', group: 'nogroup' },
      multicastGroup4: '224.0.0.18',
      vrrpVersion: 2,
      multicastGroup6: 'ff02::12',
      skipCheckAdvAddr: false,
      checksumAsV2: false,
      strict: false,
      checkUnicastSource: false,
      downTimerAdverts: 3,
      higherPrioSendAdvert: false,
      lowerPrioNoAdvert: false,
      startupDelay: 0,
      scheduling: { realtimePriority: undefined, lockCode: false },
    },
    scripts: [
      {
        name: 'check_web',
        argv: ['/usr/local/bin/check_web.sh', '--port', '8080'],
        interval: 2000,
        timeout: 1500,
        rise: 2,
        fall: 3,
        weight: 0,
        reverse: false,
        initFail: false,
      },
    ],
    trackFiles: [],
    trackProcesses: [],
    bfdInstances: [],
    syncGroups: [],
    instances: [
      {
        notify: {},
        name: 'WEB',
        interface: 'ens192',
        vrid: 77,
        priority: 254,
        version: 2,
        family: 4,
        initialState: 'master',
        adverInterval: 2000,
        preempt: true,
        preemptDelay: 0,
        authentication: { type: 'PASS', password: 'S3CR_T' },
        sourceAddress: '198.51.100.1',
        addresses: [{ address: '198.51.100.10', prefix: 32, options: { flags: [] } }],
        excludedAddresses: [],
        routing: [],
        garp: { delay: 5000, repeat: 5, refresh: 0, refreshRepeat: 1, lowerPriority: undefined },
        trackScripts: [{ script: 'check_web', weight: 0, reverse: false }],
        trackInterfaces: [],
        trackFiles: [],
        trackProcesses: [],
        trackBfd: [],
        accept: true,
        skipCheckAdvAddr: false,
        unicastPeers: [],
        unicastTtl: 255,
        virtualMacs: [],
        sendsFromVirtualMac: false,
        unicastChecksum: 'auto',
        checkUnicastSource: false,
        downTimerAdverts: 3,
        higherPrioSendAdvert: false,
        lowerPrioNoAdvert: false,
        trackPrimary: true,
        strict: false,
      },
    ],
    virtualServers: [],
    statics: { addresses: [], routing: [] },
  });
});

const BALANCED = `global_defs {
    router_id lb-1
    vrrp_skip_check_adv_addr
}
vrrp_instance LB {
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 60
    priority 100
    garp_master_repeat 3
    garp_master_refresh 30
    virtual_ipaddress {
        192.0.2.248/16 dev eth0 label eth0:0
    }
}
virtual_server 192.0.2.248 80 {
    delay_loop 6
    lb_algo wrr
    lb_kind DR
    persistence_timeout 50
    protocol TCP
    sorry_server 192.0.2.200 80
    real_server 192.0.2.151 80 {
        weight 3
        HTTP_GET {
            url {
                path /index.html
                status_code 200 301-302
                digest 640205B7B0FC66C1EA91C463FAC6334D
            }
            connect_timeout 3
            retry 3
            delay_before_retry 2
        }
    }
    real_server 192.0.2.152 80 {
        inhibit_on_failure
        TCP_CHECK {
            connect_ip 192.0.2.153
            connect_port 8080
            bindto 192.0.2.1
            warmup 0
        }
    }
}
virtual_server 192.0.2.248 53 {
    lvs_sched rr
    lvs_method DR
    protocol udp
    alpha
    real_server 192.0.2.151 53 {
    }
}
`;

test('a pair that balances by direct routing', () => {
  const { configuration, diagnostics } = load(BALANCED);
  expect(diagnostics).toEqual([]);
  expect(configuration.instances[0]).toMatchObject({
    initialState: 'backup',
    preempt: false,
    skipCheckAdvAddr: true,
    garp: { delay: 5000, repeat: 3, refresh: 30_000, refreshRepeat: 1 },
    addresses: [{ address: '192.0.2.248', prefix: 16, interface: 'eth0', label: 'eth0:0' }],
  });
  expect(withoutSpans(configuration.virtualServers)).toEqual([
    {
      endpoints: [{ address: '192.0.2.248', port: 80, protocol: 'tcp' }],
      protocol: 'tcp',
      scheduler: 'wrr',
      schedulerFlags: 0,
      onePacket: false,
      method: 'DR',
      persistence: 50_000,
      delayLoop: 6000,
      alpha: false,
      quorum: 1,
      hysteresis: 0,
      inhibitOnFailure: false,
      omega: false,
      sorryServer: { address: '192.0.2.200', port: 80, method: 'DR', inhibit: false },
      realServers: [
        {
          address: '192.0.2.151',
          port: 80,
          weight: 3,
          method: 'DR',
          upperThreshold: 0,
          lowerThreshold: 0,
          inhibitOnFailure: false,
          alpha: false,
          checks: [
            {
              kind: 'http',
              address: '192.0.2.151',
              port: 80,
              connectTimeout: 3000,
              delayLoop: 6000,
              retry: 3,
              delayBeforeRetry: 2000,
              warmup: 6000,
              alpha: false,
              version: '1.0',
              fastRecovery: false,
              urls: [
                {
                  path: '/index.html',
                  statusCodes: [
                    { from: 200, to: 200 },
                    { from: 301, to: 302 },
                  ],
                  digest: '640205b7b0fc66c1ea91c463fac6334d',
                },
              ],
            },
          ],
        },
        {
          address: '192.0.2.152',
          port: 80,
          weight: 1,
          method: 'DR',
          upperThreshold: 0,
          lowerThreshold: 0,
          inhibitOnFailure: true,
          alpha: false,
          checks: [
            {
              kind: 'tcp',
              address: '192.0.2.153',
              port: 8080,
              bindTo: '192.0.2.1',
              connectTimeout: 5000,
              delayLoop: 6000,
              retry: 1,
              delayBeforeRetry: 1000,
              warmup: 0,
              alpha: false,
            },
          ],
        },
      ],
    },
    {
      endpoints: [{ address: '192.0.2.248', port: 53, protocol: 'udp' }],
      protocol: 'udp',
      scheduler: 'rr',
      schedulerFlags: 0,
      onePacket: false,
      method: 'DR',
      delayLoop: 60_000,
      alpha: true,
      quorum: 1,
      hysteresis: 0,
      inhibitOnFailure: false,
      omega: false,
      realServers: [
        {
          address: '192.0.2.151',
          port: 53,
          weight: 1,
          upperThreshold: 0,
          lowerThreshold: 0,
          method: 'DR',
          inhibitOnFailure: false,
          alpha: true,
          checks: [],
        },
      ],
    },
  ]);
});

test('timers come down from the service through the real server to the checker', () => {
  const { configuration } = load(`virtual_server 192.0.2.1 80 {
    lb_algo rr
    lb_kind DR
    protocol TCP
    delay_loop 7
    connect_timeout 2
    retry 4
    delay_before_retry 9
    warmup 1
    weight 5
    virtualhost www.example.org
    real_server 192.0.2.2 80 {
        retry 6
        alpha
        HTTP_GET { url { path / }
        }
        TCP_CHECK { delay_before_retry 8
        }
    }
}`);
  const [server] = configuration.virtualServers[0]?.realServers ?? [];
  expect(server).toMatchObject({ weight: 5, alpha: true });
  const common = { connectTimeout: 2000, delayLoop: 7000, retry: 6, warmup: 1000, alpha: true };
  expect(server?.checks).toMatchObject([
    { kind: 'http', ...common, delayBeforeRetry: 9000, virtualHost: 'www.example.org' },
    { kind: 'tcp', ...common, delayBeforeRetry: 8000 },
  ]);
});

test('without any timer: 1 s between attempts, 3 s for HTTP', () => {
  const checks = 'TCP_CHECK {\n }\n HTTP_GET {\n url {\n path /\n }\n }';
  const [server] = load(service('', checks)).configuration.virtualServers[0]?.realServers ?? [];
  expect(server?.checks.map((check) => [check.kind, check.retry, check.delayBeforeRetry, check.warmup])).toEqual([
    ['tcp', 1, 1000, 60_000],
    ['http', 1, 3000, 60_000],
  ]);
});
