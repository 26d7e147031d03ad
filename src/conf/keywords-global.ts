import * as k from './keyword.ts';
import { acts, type Keywords, reads } from './keyword.ts';

/** The root of a file. `include` and its kin are resolved before keywords are looked up. */
export const ROOT_KEYWORDS: Keywords = {
  global_defs: acts(k.block('global_defs'), 'Settings of the whole program and defaults for every instance.'),
  vrrp_script: acts(k.named('vrrp_script'), 'A check that instances can track.'),
  vrrp_sync_group: acts(k.named('vrrp_sync_group'), 'Instances that change state together.'),
  vrrp_instance: acts(k.named('vrrp_instance'), 'One virtual router on one interface.'),
  virtual_server: acts(k.named('virtual_server'), 'A virtual service (address and port, fwmark or group) of IPVS.'),
  virtual_server_group: acts(k.named('virtual_server_group'), 'Addresses, ports and fwmarks that share one service.'),
  vrrp_track_process: acts(k.named('vrrp_track_process'), 'A process whose presence instances can track.'),
  track_file: acts(k.named('track_file'), 'A file with a number that instances can track.'),
  vrrp_track_file: k.deprecated(
    acts(k.named('track_file'), 'A file with a number that instances can track.'),
    'track_file',
  ),
  track_group: reads(k.named('track_group'), 'Instances to which static addresses, routes and rules are tied.'),
  garp_group: reads(k.block('garp_group'), 'Limits on gratuitous ARP for a group of interfaces.'),
  bfd_instance: acts(k.named('bfd_instance'), 'A BFD session that instances and real servers can track.'),
  static_ipaddress: acts(k.list, 'Addresses that stay for as long as the program runs.'),
  static_routes: acts(k.list, 'Routes that stay for as long as the program runs.'),
  static_rules: acts(k.list, 'Routing rules that stay for as long as the program runs.'),
  SSL: reads(k.block('SSL'), 'Client certificate for SSL_GET.'),
  linkbeat_interfaces: reads(k.list, 'Interfaces whose link is polled.'),
  linkbeat_use_polling: reads(k.flag, 'Polls links instead of listening to the kernel.', 'off'),
  interface_up_down_delays: reads(k.list, 'How long a link must stay up or down before it counts.'),
  instance: reads(k.word, 'Name of this keepalived beside others on the same machine.'),
  use_pid_dir: reads(k.flag, 'Pid files go to /run/keepalived.', 'off'),
  net_namespace: reads(k.word, 'Network namespace to run in.'),
  net_namespace_ipvs: reads(k.maybeWords, 'Network namespace for IPVS.'),
  namespace_with_ipsets: reads(k.flag, 'Allows ipsets in a namespace.', 'off'),
  child_wait_time: reads(k.integer(0, k.ANY), 'Seconds to wait for the children at stop.', '5'),
};

/** Gratuitous ARP: globally with the prefix `vrrp_`, in an instance without. */
export const garp = (prefix: 'vrrp_' | ''): Keywords => ({
  [`${prefix}garp_master_delay`]: acts(k.secs(0, 4294), 'Second burst of gratuitous ARP so long after the first.', '5'),
  [`${prefix}garp_master_repeat`]: acts(
    k.integer(1, k.ANY, { outside: 'clamp' }),
    'Rounds of gratuitous ARP in a burst.',
    '5',
  ),
  [`${prefix}garp_master_refresh`]: acts(
    k.secs(0, k.YEAR),
    'Repeats gratuitous ARP so often while master; 0: never.',
    '0',
  ),
  [`${prefix}garp_master_refresh_repeat`]: acts(
    k.integer(1, k.ANY, { outside: 'clamp' }),
    'Rounds of gratuitous ARP at each refresh.',
    '1',
  ),
  [`${prefix}garp_lower_prio_delay`]: acts(
    k.secs(0, 4294),
    'Second burst after a lower advert, so long after the first.',
  ),
  [`${prefix}garp_lower_prio_repeat`]: acts(k.integer(0, k.ANY), 'Rounds of gratuitous ARP after a lower advert.'),
  [`${prefix}garp_extra_if`]: reads(k.words, "Gratuitous ARP on a virtual MAC's parent interface too.", '0'),
});

const VRRP_DEFAULTS: Keywords = {
  vrrp_version: acts(k.choice('2', '3'), 'Default version of the protocol; IPv6 is always 3.', '2'),
  vrrp_mcast_group4: acts(k.address, 'IPv4 group that advertisements go to.', '224.0.0.18'),
  vrrp_mcast_group6: acts(k.address, 'IPv6 group that advertisements go to.', 'ff02::12'),
  vrrp_skip_check_adv_addr: acts(
    k.flag,
    "Does not compare addresses when the sender is the last advertisement's.",
    'off',
  ),
  default_interface: acts(k.word, 'Interface of instances that name none.', 'eth0'),
  dynamic_interfaces: reads(k.maybeWords, 'Interfaces may appear later.', 'off'),
  disable_local_igmp: reads(k.flag, 'Sends no IGMP for link-local groups.', 'off'),
  ...garp('vrrp_'),
  vrrp_garp_interval: reads(k.secs(0.000001, 4294.967), 'Least time between gratuitous ARPs on an interface.'),
  vrrp_gna_interval: reads(k.secs(0.000001, 4294.967), 'Least time between unsolicited NAs on an interface.'),
  vrrp_min_garp: reads(k.boolean, 'One gratuitous ARP instead of a burst.', 'false'),
  vrrp_down_timer_adverts: acts(k.integer(1, 100), 'Advertisements that may be missed before the master is down.', '3'),
  vrrp_lower_prio_no_advert: acts(k.boolean, 'Does not answer a lower advertisement with its own.', 'false'),
  vrrp_higher_prio_send_advert: acts(k.boolean, 'Sends one advertisement before yielding.', 'false'),
  vrrp_check_unicast_src: acts(k.flag, 'Drops unicast advertisements of strangers.', 'off'),
  vrrp_strict: acts(k.flag, 'Holds to the RFC: no authentication, no unicast, master only as owner.', 'off'),
  vrrp_startup_delay: acts(k.secs(0.001, k.YEAR), 'Waits so long before it takes part.', '0'),
  vrrp_delay_after_boot: reads(k.secs(0, k.YEAR), 'Waits so long after the machine has booted.', '0'),
  vrrp_owner_ignore_adverts: reads(k.boolean, "The address owner ignores others' advertisements.", 'false'),
  v3_checksum_as_v2: acts(k.flag, 'Version 3 checksums without pseudo header.', 'off'),
  log_unknown_vrids: reads(k.flag, 'Logs advertisements for virtual routers that are not ours.', 'off'),
  vmac_prefix: acts(k.word, 'Prefix of virtual MAC interface names.', 'vrrp'),
  vmac_addr_prefix: acts(k.word, 'Prefix of interface names for addresses on a virtual MAC.', 'vrrp'),
  vrrp_iptables: reads(k.maybeWords, 'iptables chains for no_accept.'),
  vrrp_ipsets: reads(k.maybeWords, 'ipset names for no_accept.'),
  nftables: reads(k.maybeWords, 'nftables table for no_accept.', 'keepalived'),
  nftables_priority: reads(k.integer(-k.ANY, k.ANY), 'Priority of the nftables chains.', '-1'),
  nftables_ifindex: reads(k.flag, 'nftables sets hold interface indices, not names.', 'off'),
  nftables_counters: reads(k.flag, 'nftables rules count.', 'off'),
  nftables_ipvs: reads(k.maybeWords, 'nftables table for virtual server groups.'),
  vrrp_rx_bufs_policy: reads(k.words, 'How large receive buffers are.'),
  vrrp_rx_bufs_multiplier: reads(k.integer(1, k.ANY), 'Multiplier of the receive buffer.', '3'),
  vrrp_notify_priority_changes: reads(k.boolean, 'Notifies changes of priority too.', 'false'),
};

const LVS_DEFAULTS: Keywords = {
  lvs_timeouts: acts(k.words, "IPVS's timeouts: tcp, tcpfin, udp in seconds."),
  lvs_flush: reads(k.flag, 'Empties the IPVS table at start.', 'off'),
  lvs_flush_on_stop: reads(k.maybeWords, 'Empties the IPVS table at stop.', 'off'),
  lvs_sync_daemon: acts(k.words, 'Interface and instance of the IPVS connection synchronisation.'),
};

const MAIL_AND_SCRIPTS: Keywords = {
  router_id: acts(k.word, 'Name of this node in messages.', 'the host name'),
  notification_email: reads(k.list, 'Who gets mail.'),
  notification_email_from: reads(k.word, 'Sender of mail.'),
  smtp_server: reads(k.words, 'Mail server, and its port.', 'port 25'),
  smtp_helo_name: reads(k.word, 'Name given in HELO.', 'the host name'),
  smtp_connect_timeout: reads(k.secs(0, k.YEAR), 'How long to wait for the mail server.', '30'),
  smtp_alert: reads(k.boolean, 'Mails state changes.'),
  smtp_alert_vrrp: reads(k.boolean, 'Mails state changes of instances.'),
  smtp_alert_checker: reads(k.boolean, 'Mails state changes of real servers.'),
  no_email_faults: reads(k.flag, 'No mail for FAULT.', 'off'),
  no_checker_emails: reads(k.flag, 'No mail for real servers.', 'off'),
  checker_log_all_failures: reads(k.boolean, 'Logs every failed check.', 'false'),
  script_user: acts(k.words, 'User, and group, that scripts run as.', 'keepalived_script if it exists, else root'),
  enable_script_security: acts(k.flag, 'Refuses scripts that somebody other than root can change.', 'off'),
  startup_script: reads(k.command, 'Run at start.'),
  startup_script_timeout: reads(k.integer(1, 1000), 'How long startup_script may run.', '10'),
  shutdown_script: reads(k.command, 'Run at stop.'),
  shutdown_script_timeout: reads(k.integer(1, 1000), 'How long shutdown_script may run.', '10'),
  notify_fifo: acts(k.words, 'FIFO to which all state changes are written.'),
  notify_fifo_script: acts(k.command, 'Program that reads notify_fifo.'),
  vrrp_notify_fifo: acts(k.words, 'FIFO to which state changes of instances are written.'),
  vrrp_notify_fifo_script: acts(k.command, 'Program that reads vrrp_notify_fifo.'),
  lvs_notify_fifo: acts(k.words, 'FIFO to which state changes of real servers are written.'),
  lvs_notify_fifo_script: acts(k.command, 'Program that reads lvs_notify_fifo.'),
  fifo_write_vrrp_states_on_reload: reads(k.flag, 'Writes all states again after a reload.', 'off'),
  rs_init_notifies: reads(k.flag, 'Notifies real servers at start.', 'off'),
};

/** Our virtual routers have a thread of their own, as keepalived's have a process; the checks have none. */
const scheduling = (prefix: 'vrrp' | 'checker' | 'bfd'): Keywords => {
  const [noSwap, priority] = [`${prefix}_no_swap`, `${prefix}_rt_priority`];
  if (prefix === 'vrrp')
    return {
      [noSwap]: acts(k.flag, 'Locks the code that the virtual routers run into memory.', 'off'),
      [priority]: acts(k.integer(1, 99), "Realtime priority (SCHED_RR) of the virtual routers' thread.", 'off'),
    };
  return {
    [noSwap]: reads(k.flag, `Locks the ${prefix} process into memory.`, 'off'),
    [priority]: reads(k.integer(1, 99), `Realtime priority of the ${prefix} process.`, 'off'),
  };
};

/** The same knobs for each of keepalived's processes. */
const process = (prefix: 'vrrp' | 'checker' | 'bfd'): Keywords => ({
  [`${prefix}_process_name`]: reads(k.maybeWords, `Name of the ${prefix} process.`),
  [`${prefix}_priority`]: reads(k.integer(-20, 19), `Nice value of the ${prefix} process.`, '0'),
  ...scheduling(prefix),
  [`${prefix}_cpu_affinity`]: reads(k.words, `CPUs of the ${prefix} process.`),
  [`${prefix}_rlimit_rttime`]: reads(k.integer(1, k.ANY), `Realtime limit of the ${prefix} process.`, '10000'),
});

const PROCESSES_AND_FILES: Keywords = {
  process_names: reads(k.flag, 'Processes have names of their own.', 'off'),
  process_name: reads(k.maybeWords, 'Name of the parent process.'),
  ...process('vrrp'),
  ...process('checker'),
  ...process('bfd'),
  max_auto_priority: reads(k.integer(-1, 99, { optional: true }), 'Realtime priority taken when events are late.', '0'),
  min_auto_priority_delay: reads(
    k.integer(1, 10_000_000),
    'How late an event must be for that, in microseconds.',
    '1000000',
  ),
  vrrp_netlink_cmd_rcv_bufs: reads(k.integer(0, k.ANY), 'Netlink buffer.'),
  vrrp_netlink_cmd_rcv_bufs_force: reads(k.boolean, 'Forces that buffer.'),
  vrrp_netlink_monitor_rcv_bufs: reads(k.integer(0, k.ANY), 'Netlink buffer.'),
  vrrp_netlink_monitor_rcv_bufs_force: reads(k.boolean, 'Forces that buffer.'),
  lvs_netlink_cmd_rcv_bufs: reads(k.integer(0, k.ANY), 'Netlink buffer.'),
  lvs_netlink_cmd_rcv_bufs_force: reads(k.boolean, 'Forces that buffer.'),
  lvs_netlink_monitor_rcv_bufs: reads(k.integer(0, k.ANY), 'Netlink buffer.'),
  lvs_netlink_monitor_rcv_bufs_force: reads(k.boolean, 'Forces that buffer.'),
  process_monitor_rcv_bufs: reads(k.integer(0, k.ANY), 'Buffer for process events.'),
  process_monitor_rcv_bufs_force: reads(k.boolean, 'Forces that buffer.'),
  umask: reads(k.words, 'Mode mask of files that are made.', '0177'),
  random_seed: reads(k.integer(0, k.ANY), 'Seed for random delays.'),
  set_supplementary_groups: reads(k.flag, 'Scripts get all groups of their user.', 'off'),
  use_symlink_paths: reads(k.flag, 'Scripts are named by the path as written.', 'off'),
  reload_check_config: reads(k.maybeWords, 'Checks a new configuration before it is loaded.', 'off'),
  reload_time_file: reads(k.word, 'File that says when to reload.'),
  reload_repeat: reads(k.flag, 'Reloads at each time of reload_time_file.', 'off'),
  reload_file: reads(k.maybeWords, 'Reloads only while this file exists.'),
  config_save_dir: reads(k.word, 'Where configurations are kept.'),
  tmp_config_directory: reads(k.word, 'Where the configuration is kept between processes.'),
  include_check: reads(k.maybeWords, 'Which failures of include are errors.'),
  data_use_instance: reads(k.boolean, 'Dump files carry the instance name.'),
  state_dump_file: reads(k.word, 'Where the state is dumped.', '/tmp/keepalived.data'),
  stats_dump_file: reads(k.word, 'Where statistics are dumped.', '/tmp/keepalived.stats'),
  json_dump_file: reads(k.word, 'Where JSON is dumped.', '/tmp/keepalived.json'),
  json_version: reads(k.choice('1', '2'), 'Version of that JSON.', '1'),
  snmp_socket: reads(k.word, 'Socket of the SNMP master agent.', 'unix:/var/agentx/master'),
  enable_traps: reads(k.flag, 'Sends SNMP traps.', 'off'),
  enable_snmp_vrrp: reads(k.flag, 'SNMP for instances.', 'off'),
  enable_snmp_checker: reads(k.flag, 'SNMP for real servers.', 'off'),
  enable_snmp_rfc: reads(k.flag, "The RFCs' SNMP MIBs.", 'off'),
  enable_snmp_rfcv2: reads(k.flag, 'The MIB of VRRP version 2.', 'off'),
  enable_snmp_rfcv3: reads(k.flag, 'The MIB of VRRP version 3.', 'off'),
  snmp_vs_stats_update_interval: reads(k.secs(0.001, 30), 'Age at which service statistics are read again.', '5'),
  snmp_rs_stats_update_interval: reads(k.secs(0.001, 30), 'Age at which server statistics are read again.', '5'),
  enable_dbus: reads(k.flag, 'Offers D-Bus.', 'off'),
  dbus_service_name: reads(k.word, 'Name on D-Bus.'),
  dbus_no_interface_name: reads(k.maybeWords, 'Name on D-Bus of instances with no interface.'),
  iproute_etc_dir: reads(k.word, "iproute2's directory."),
  iproute_usr_dir: reads(k.word, "iproute2's second directory."),
};

export const GLOBAL_KEYWORDS: Keywords = {
  ...MAIL_AND_SCRIPTS,
  ...VRRP_DEFAULTS,
  ...LVS_DEFAULTS,
  ...PROCESSES_AND_FILES,
};
