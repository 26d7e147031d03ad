import * as k from './keyword.ts';
import { acts, type Keywords, reads } from './keyword.ts';
import { garp } from './keywords-global.ts';

/** Programs run when a state is entered: in an instance and in a sync group. */
const NOTIFY: Keywords = {
  notify: acts(k.command, 'Run at every state change, with kind, name, state and priority as arguments.'),
  notify_master: acts(k.command, 'Run when it becomes master.'),
  notify_backup: acts(k.command, 'Run when it becomes backup.'),
  notify_fault: acts(k.command, 'Run when it enters FAULT.'),
  notify_stop: acts(k.command, 'Run when the program stops.'),
  notify_deleted: reads(k.maybeWords, 'Run when a reload takes it away.'),
  notify_master_rx_lower_pri: reads(k.command, 'Run when a master hears a lower advertisement.'),
  notify_priority_changes: reads(k.boolean, 'Notifies changes of priority too.'),
  smtp_alert: reads(k.boolean, 'Mails state changes.', 'false'),
};

const AUTHENTICATION: Keywords = {
  auth_type: acts(k.word, 'Kind of authentication of version 2: PASS or AH.'),
  auth_pass: acts(k.word, 'The password: 8 characters count.'),
};

const INSTANCE_BASICS: Keywords = {
  state: acts(k.word, 'What the node is meant to be at start: only a hint.', 'BACKUP; MASTER with priority 255'),
  interface: acts(k.word, 'Interface of the advertisements, and of the addresses that name none.'),
  virtual_router_id: acts(k.integer(1, 255, { severity: 'error' }), 'Number of the virtual router, one per network.'),
  priority: acts(
    k.integer(1, 255, { severity: 'error' }),
    'The highest becomes master; 255 is the address owner.',
    '100; 255 with state MASTER',
  ),
  advert_int: acts(k.secs(0.01, 255), 'Time between advertisements; version 2 has whole seconds.', '1'),
  authentication: acts(k.block('authentication'), 'Password of the virtual router (version 2).', 'none'),
  virtual_ipaddress: acts(k.list, 'The addresses that the master holds and advertises.'),
  virtual_ipaddress_excluded: acts(k.list, 'Addresses that the master holds and does not advertise.'),
  mcast_src_ip: acts(k.address, 'Source address of advertisements.', "the interface's first"),
  nopreempt: acts(k.flag, 'A backup leaves a lower master alone.', 'off'),
  preempt: acts(k.flag, 'A backup takes over from a lower master.', 'on'),
  skip_check_adv_addr: acts(k.boolean, "Does not compare addresses when the sender is the last advertisement's."),
  track_script: acts(k.list, 'Scripts that guard this instance, with their weights.'),
  track_interface: acts(k.list, 'Interfaces that guard this instance, with their weights.'),
  version: acts(k.choice('2', '3'), 'Version of the protocol.', 'vrrp_version; 3 for IPv6'),
  ...garp(''),
};

const INSTANCE_REST: Keywords = {
  auth_hmac: reads(k.block('auth_hmac'), 'Authentication of version 3 by HMAC.'),
  no_virtual_ipaddress: reads(k.flag, 'Allows an instance with no address.', 'off'),
  virtual_routes: acts(k.list, 'Routes that the master holds.'),
  virtual_rules: acts(k.list, 'Routing rules that the master holds.'),
  unicast_src_ip: acts(k.address, 'Source address of unicast advertisements.'),
  track_src_ip: acts(k.flag, 'FAULT while the source address is missing: hatop always does that.', 'off'),
  mcast_dst_ip: reads(k.address, 'Group that advertisements of this instance go to.'),
  vrf: reads(k.word, 'VRF of an instance with no interface.'),
  unicast_peer: acts(k.list, 'Sends advertisements to these addresses and not to the group.'),
  unicast_ttl: acts(k.integer(0, 255), 'TTL of unicast advertisements.', '255'),
  unicast_fault_no_peer: reads(k.flag, 'FAULT when no peer is configured.', 'off'),
  old_unicast_checksum: acts(k.maybeWords, 'Checksum as old versions had it.', 'by what is heard'),
  preempt_delay: acts(k.secs(0, 1000), 'Waits so long before it preempts.', '0'),
  lower_prio_no_advert: acts(k.boolean, 'Does not answer a lower advertisement with its own.', 'false'),
  higher_prio_send_advert: acts(k.boolean, 'Sends one advertisement before yielding.', 'false'),
  down_timer_adverts: acts(k.integer(1, 100), 'Advertisements that may be missed before the master is down.', '3'),
  timer_expired_backup: reads(k.maybeWords, 'Becomes backup when its own timers ran late.', 'off'),
  thread_timer_expired: k.deprecated(
    reads(k.maybeWords, 'Former name of timer_expired_backup.'),
    'timer_expired_backup',
  ),
  accept: acts(k.flag, 'Answers on the virtual addresses.', 'on'),
  no_accept: acts(k.flag, 'Drops packets to the virtual addresses.', 'off; on with strict_mode'),
  strict_mode: acts(k.boolean, 'Holds to the RFC in this instance.', 'vrrp_strict'),
  check_unicast_src: acts(k.boolean, 'Drops unicast advertisements of strangers.', 'off'),
  owner_ignore_adverts: reads(k.boolean, "The address owner ignores others' advertisements.", 'false'),
  dont_track_primary: acts(k.flag, "The instance's own interface does not guard it.", 'off'),
  track_file: acts(k.list, 'Files that guard this instance, with their weights.'),
  track_process: acts(k.list, 'Processes that guard this instance, with their weights.'),
  track_bfd: acts(k.list, 'BFD sessions that guard this instance, with their weights.'),
  use_vmac: acts(k.maybeWords, 'The virtual MAC address, on an interface of its own.', 'off'),
  use_vmac_addr: acts(k.maybeWords, 'A virtual MAC interface for addresses on other interfaces.', 'off'),
  vmac_xmit_base: acts(k.flag, "Sends advertisements from the parent's MAC address.", 'off'),
  use_ipvlan: reads(k.maybeWords, 'An ipvlan interface for the addresses.', 'off'),
  promote_secondaries: reads(k.flag, 'Sets promote_secondaries on the interface.', 'off'),
  debug: reads(k.integer(0, 4, { optional: true }), 'How much is logged.', '0'),
  kernel_rx_buf_size: reads(k.integer(0, k.ANY), 'Receive buffer.'),
  lvs_sync_daemon_interface: k.deprecated(
    reads(k.word, 'Interface of the IPVS connection synchronisation.'),
    'lvs_sync_daemon in global_defs',
  ),
  native_ipv6: k.deprecated(reads(k.flag, 'Once made an instance IPv6.'), 'nothing: the addresses decide'),
  linkbeat_use_polling: k.deprecated(reads(k.flag, 'Polls the link.'), 'linkbeat_interfaces at the root'),
  ...NOTIFY,
};

export const INSTANCE_KEYWORDS: Keywords = { ...INSTANCE_BASICS, ...INSTANCE_REST };

/** 32 bits of microseconds. */
const MOST_MS = 4_294_967;

export const VRRP_BLOCKS = {
  authentication: AUTHENTICATION,
  auth_hmac: {
    key: reads(k.words, 'Number and value of a key.'),
    active_key: reads(k.integer(1, 255), 'Key that is sent.'),
    anti_replay: reads(k.choice('time', 'monotonic'), 'How replayed packets are told.'),
    time_window: reads(k.integer(1, 300), 'How far clocks may differ.'),
    mode: reads(k.choice('enforce', 'permissive', 'receive-only'), 'What is done with a packet that fails.'),
  },
  vrrp_script: {
    script: acts(k.command, 'The program: exit code 0 is good.'),
    interval: acts(k.secs(0.001, k.YEAR, { outside: 'clamp' }), 'Time between runs.', '1'),
    timeout: acts(k.secs(0.001, k.YEAR), 'A run that takes longer has failed.', 'interval'),
    weight: acts(
      k.words,
      'Added to the priority (on success if positive, on failure if negative); 0: failure is FAULT.',
      '0',
    ),
    rise: acts(k.integer(1, k.ANY, { outside: 'clamp' }), 'Good runs in a row until it is up.', '1'),
    fall: acts(k.integer(1, k.ANY, { outside: 'clamp' }), 'Bad runs in a row until it is down.', '1'),
    user: acts(k.words, 'User, and group, that it runs as.', 'script_user'),
    init_fail: acts(k.flag, 'Counts as down until the first good run.', 'off'),
  },
  vrrp_track_process: {
    process: acts(k.words, 'Name, and arguments, of the process.'),
    param_match: acts(k.choice('initial', 'partial'), 'How arguments are compared.', 'exact'),
    weight: acts(k.words, 'Added to the priority; 0: absence is FAULT.', '0'),
    quorum: acts(k.integer(1, 65_535), 'Fewest processes.', '1'),
    quorum_max: acts(k.integer(0, 65_535), 'Most processes.', 'unlimited'),
    delay: acts(k.secs(0.000001, 3600), 'Delay of both kinds.', '0'),
    fork_delay: acts(k.secs(0.000001, 3600), 'How long a new process must live to count.', '0'),
    terminate_delay: acts(k.secs(0.000001, 3600), 'How long after its end it still counts.', '0'),
    full_command: acts(k.flag, 'Compares the whole command line.', 'off'),
  },
  track_file: {
    file: acts(k.word, 'Path of the file.'),
    weight: acts(k.words, 'Multiplier of its number.', '1'),
    init_file: acts(k.maybeWords, 'Makes the file at start.'),
  },
  vrrp_sync_group: {
    group: acts(k.list, 'Names of the instances.'),
    track_interface: acts(k.list, 'Interfaces that guard the group.'),
    track_script: acts(k.list, 'Scripts that guard the group.'),
    track_file: acts(k.list, 'Files that guard the group.'),
    track_process: acts(k.list, 'Processes that guard the group.'),
    track_bfd: acts(k.list, 'BFD sessions that guard the group.'),
    sync_group_tracking_weight: acts(k.flag, 'Members keep their weighted trackers.', 'off'),
    global_tracking: k.deprecated(
      acts(k.flag, 'Former name of sync_group_tracking_weight.'),
      'sync_group_tracking_weight',
    ),
    ...NOTIFY,
  },
  track_group: { group: reads(k.list, 'Names of the instances.') },
  garp_group: {
    garp_interval: reads(k.secs(0.000001, 4294.967), 'Least time between gratuitous ARPs.'),
    gna_interval: reads(k.secs(0.000001, 4294.967), 'Least time between unsolicited NAs.'),
    interface: reads(k.word, 'The interface.'),
    interfaces: reads(k.list, 'The interfaces.'),
  },
  bfd_instance: {
    neighbor_ip: acts(k.address, 'The neighbour.'),
    neighbour_ip: acts(k.address, 'The same.'),
    source_ip: acts(k.address, 'Our address.', "the route's"),
    min_rx: acts(k.millis(1, MOST_MS), 'Least receive interval in ms.', '10'),
    min_tx: acts(k.millis(1, MOST_MS), 'Least send interval in ms.', '10'),
    idle_tx: acts(k.millis(1000, MOST_MS), 'Send interval while down in ms.', '1000'),
    multiplier: acts(k.integer(1, 255), 'Packets that may be missed.', '5'),
    passive: acts(k.flag, 'Waits for the neighbour to begin.', 'off'),
    ttl: acts(k.integer(1, 255), 'TTL of packets sent.', '255'),
    hoplimit: acts(k.integer(1, 255), 'Hop limit of packets sent.', '64'),
    max_hops: acts(k.integer(-1, 255), 'By how much the TTL of packets received may be below ours.', '0'),
    multihop: reads(k.flag, 'The neighbour is further than one hop.', 'off'),
    weight: acts(k.words, 'Added to the priority; 0: down is FAULT.', '0'),
    vrrp: acts(k.flag, 'For instances.', 'for both'),
    checker: acts(k.flag, 'For real servers.', 'for both'),
  },
} satisfies Record<string, Keywords>;
