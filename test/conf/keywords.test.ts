import { describe, expect, test } from 'vitest';
import { isRootBlock, KEYWORDS, lookup, parentsOf } from '../../src/conf/keywords.ts';
import { brief, load } from './load.ts';

describe('the table', () => {
  test('every keyword has one sentence: a capital or a code at its start, a full stop at its end', () => {
    const wrong = KEYWORDS.filter(({ sentence }) => !/^[A-Z`a-z][^\n]*\.$/.test(sentence) || sentence.length > 140);
    expect(wrong.map((row) => `${row.parent}.${row.name}`)).toEqual([]);
  });

  test('every number has a range, and what is clamped has no default that lies outside', () => {
    for (const { kind, name, default: byDefault } of KEYWORDS) {
      if (kind.type !== 'integer' && kind.type !== 'seconds') continue;
      expect(kind.max, name).toBeGreaterThan(kind.min);
      const number = Number(byDefault?.split(';')[0]);
      if (byDefault !== undefined && kind.min <= 1 && Number.isFinite(number))
        expect(number, name).toBeLessThanOrEqual(kind.max);
    }
  });

  test('every block that is a parent can be opened somewhere', () => {
    const opened = new Set(KEYWORDS.flatMap(({ kind }) => (kind.type === 'block' ? [kind.context] : [])));
    const parents = new Set(KEYWORDS.map((row) => row.parent));
    expect([...parents].filter((parent) => parent !== 'root' && !opened.has(parent))).toEqual([]);
  });

  test('names that objects have by nature are no keywords', () => {
    expect(lookup('root', 'constructor')).toBeUndefined();
    expect(lookup('vrrp_instance', 'toString')).toBeUndefined();
    expect(parentsOf('__proto__')).toEqual([]);
  });

  test('a block of the root is told from one that also stands elsewhere', () => {
    expect(isRootBlock('vrrp_instance')).toBe(true);
    expect(isRootBlock('virtual_server')).toBe(true);
    expect(isRootBlock('track_file')).toBe(false);
    expect(isRootBlock('vrrp_version')).toBe(false);
  });
});

/** All keywords with which 99 of 100 plain files in the wild load, each where it belongs. */
const EVERYTHING = `
global_defs {
  max_auto_priority
  router_id node-1
  notification_email { admin@example.org }
  notification_email_from hatop@example.org
  smtp_server 192.0.2.1
  smtp_connect_timeout 30
  enable_script_security
  script_user root
  vrrp_garp_interval 0.001
  vrrp_gna_interval 0.001
  vrrp_skip_check_adv_addr
  vrrp_strict
  vrrp_version 2
  checker_no_swap
  vrrp_no_swap
  nftables
  vrrp_notify_fifo /run/fifo
  vrrp_notify_fifo_script /usr/bin/reader
  vrrp_notify_priority_changes true
  lvs_timeouts tcp 7200
  vrrp_garp_master_delay 5
  vrrp_garp_master_refresh 60
}
vrrp_script chk { script /bin/true
  interval 2
  weight -5
  fall 3
  rise 2
  timeout 1
  init_fail
  user root
}
vrrp_track_process web {
  process nginx
  delay 1
  quorum 1
  weight 10
}
vrrp_sync_group G {
  group {
    A
    B
  }
  sync_group_tracking_weight
}
vrrp_instance A {
  state BACKUP
  interface eth0
  priority 100
  virtual_router_id 51
  advert_int 1
  authentication { auth_type PASS
    auth_pass abc
  }
  virtual_ipaddress { 192.0.2.10 }
  virtual_ipaddress_excluded { 192.0.2.12 }
  virtual_routes { 198.51.100.0/24 via 192.0.2.1 }
  track_interface { eth1 }
  track_script { chk }
  track_process { web }
  mcast_src_ip 192.0.2.2
  nopreempt
  lvs_sync_daemon_interface eth0
  garp_master_delay 5
  garp_master_refresh 60
  garp_master_refresh_repeat 1
  garp_master_repeat 5
  dont_track_primary
  smtp_alert
  notify /bin/n
  notify_master /bin/n
  notify_backup /bin/n
  notify_fault /bin/n
  notify_stop /bin/n
  use_vmac
  vmac_xmit_base
}
vrrp_instance B {
  interface eth0
  priority 90
  virtual_router_id 52
  preempt
  preempt_delay 10
  virtual_ipaddress { 192.0.2.11 }
  unicast_src_ip 192.0.2.2
  unicast_peer { 192.0.2.3 }
}
virtual_server_group VG { 192.0.2.10 443 }
virtual_server 192.0.2.10 80 {
  delay_loop 6
  lb_algo wrr
  lb_kind DR
  protocol TCP
  persistence_timeout 50
  quorum 1
  sorry_server 192.0.2.99 80
  real_server 192.0.2.21 80 {
    weight 1
    inhibit_on_failure
    notify_down /bin/n
    TCP_CHECK { connect_timeout 3
      connect_port 80
      bindto 192.0.2.2
      delay_before_retry 1
      retry 2
    }
  }
  real_server 192.0.2.22 80 {
    HTTP_GET {
      url {
        path /
        status_code 200
        digest 00000000000000000000000000000000
      }
      nb_get_retry 3
    }
    SSL_GET { url { path / } }
    MISC_CHECK { misc_path /bin/true
      misc_timeout 3
    }
  }
}
virtual_server 192.0.2.11 53 {
  lvs_sched rr
  lvs_method DR
  protocol UDP
  real_server 192.0.2.21 53 {
  }
}
`;

describe('the keywords of 99 files in 100', () => {
  const tier =
    `interface priority state virtual_ipaddress virtual_router_id vrrp_instance advert_int auth_pass auth_type
    authentication track_interface unicast_peer unicast_src_ip global_defs max_auto_priority router_id notification_email
    enable_script_security notify script_user notification_email_from smtp_connect_timeout smtp_server nopreempt
    vrrp_garp_interval vrrp_gna_interval vrrp_skip_check_adv_addr interval script track_script vrrp_script weight
    lvs_sync_daemon_interface garp_master_delay vrrp_strict smtp_alert mcast_src_ip fall rise timeout notify_master
    notify_backup notify_fault notify_stop virtual_routes preempt vrrp_version init_fail user group vrrp_sync_group
    checker_no_swap vrrp_no_swap process track_process vrrp_track_process preempt_delay use_vmac
    virtual_ipaddress_excluded nftables vmac_xmit_base vrrp_notify_fifo vrrp_notify_fifo_script
    vrrp_notify_priority_changes garp_master_refresh garp_master_refresh_repeat garp_master_repeat delay
    dont_track_primary quorum TCP_CHECK connect_timeout delay_loop lb_algo protocol real_server virtual_server lvs_method
    lvs_sched delay_before_retry lb_kind persistence_timeout connect_port notify_down nb_get_retry inhibit_on_failure
    HTTP_GET path status_code url virtual_server_group digest sorry_server SSL_GET retry MISC_CHECK bindto lvs_timeouts
    misc_path misc_timeout vrrp_garp_master_delay vrrp_garp_master_refresh`
      .trim()
      .split(/\s+/);
  const loaded = load(EVERYTHING);

  test('are 102, all in the table and all in the text that is loaded here', () => {
    expect(new Set(tier).size).toBe(102);
    expect(tier.filter((name) => parentsOf(name).length === 0)).toEqual([]);
    expect(tier.filter((name) => !new RegExp(`\\b${name}\\b`).test(EVERYTHING))).toEqual([]);
  });

  test('load: what hatop does not act on yet is said once for each, and nothing else is odd', () => {
    const others = loaded.diagnostics.filter((one) => one.code !== 'not-acted');
    expect(others.map((one) => one.message)).toEqual([
      'strict mode has no authentication: it is ignored',
      '`B` is strict and has unicast peers: the RFC knows no unicast',
      'packets to `192.0.2.10` are dropped on the master, for `A` does not accept them: by IPVS this virtual_server gets none',
      '`nb_get_retry` is deprecated',
      'packets to `192.0.2.11` are dropped on the master, for `B` does not accept them: by IPVS this virtual_server gets none',
    ]);
    const said = loaded.diagnostics.filter((one) => one.code === 'not-acted').map((one) => one.message);
    expect(new Set(said).size).toBe(said.length);
    expect(said.map((message) => /`(.*)`/.exec(message)?.[1]).sort()).toEqual(
      `checker_no_swap lvs_sync_daemon_interface max_auto_priority
      nftables notification_email notification_email_from smtp_alert smtp_connect_timeout smtp_server
      vrrp_garp_interval vrrp_gna_interval
      vrrp_notify_priority_changes`
        .trim()
        .split(/\s+/)
        .sort(),
    );
  });

  test('make the model that they mean', () => {
    const { instances, virtualServers, syncGroups, scripts } = loaded.configuration;
    expect(instances.map((one) => one.name)).toEqual(['A', 'B']);
    expect(instances[1]?.unicastPeers).toEqual([{ address: '192.0.2.3', minTtl: undefined, maxTtl: undefined }]);
    expect(syncGroups).toMatchObject([{ name: 'G', members: ['A', 'B'] }]);
    expect(scripts).toMatchObject([{ name: 'chk', weight: -5, initFail: true, user: 'root' }]);
    expect(virtualServers.map((one) => one.realServers.length)).toEqual([2, 1]);
  });

  test('a keyword that is not acted on is said once for each file, not for each line', () => {
    const files = { '/etc/keepalived/more.conf': 'global_defs {\n smtp_alert\n smtp_alert\n}\n' };
    const twice = load('global_defs {\n smtp_alert\n smtp_alert\n}\ninclude more.conf\n', {}, files);
    expect(brief(twice)).toEqual([
      '2:2 warning not-acted: `smtp_alert` is read but not acted on yet',
      '2:2 warning not-acted: `smtp_alert` is read but not acted on yet',
    ]);
  });
});
