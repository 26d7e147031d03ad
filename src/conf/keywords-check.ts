import * as k from './keyword.ts';
import { acts, type Keywords, reads } from './keyword.ts';

/** Timers that a virtual server hands down to its real servers, and they to their checkers. */
const INHERITED: Keywords = {
  delay_loop: acts(k.secs(0.000001, k.YEAR), 'Time between checks.', '60'),
  retry: acts(k.integer(0, k.ANY), 'Further attempts before a server that was up is down.', '1; DNS 3, MISC 0'),
  delay_before_retry: acts(k.secs(0.000001, k.YEAR), 'Time before each further attempt.', '1; HTTP 3'),
  warmup: acts(k.secs(0, k.YEAR), 'The first check comes after 1 s and a random part of this.', 'delay_loop'),
  connect_timeout: acts(k.secs(0.000001, k.YEAR), 'How long to wait for the connection.', '5'),
  alpha: acts(k.flag, 'Starts down, until the first good check.', 'off'),
};

/** Common to all checkers that connect. */
const CONNECTING: Keywords = {
  ...INHERITED,
  connect_ip: acts(k.address, 'Address to check.', "the real server's"),
  connect_port: acts(k.integer(1, 65_535), 'Port to check.', "the real server's"),
  bindto: acts(k.address, 'Source address of the check.'),
  bind_port: acts(k.integer(1, 65_535), 'Source port of the check.'),
  bind_if: acts(k.word, 'Source interface of the check.'),
  fwmark: acts(k.integer(0, k.ANY), 'Firewall mark of the check.'),
  log_all_failures: reads(k.boolean, 'Logs every failed check.'),
};

const METHOD: Keywords = {
  lb_kind: acts(k.words, 'How packets reach real servers: DR, NAT or TUN.', 'NAT'),
  lvs_method: acts(k.words, 'How packets reach real servers: DR, NAT or TUN.', 'NAT'),
};

const VIRTUAL_SERVER: Keywords = {
  ...INHERITED,
  ...METHOD,
  lb_algo: acts(k.word, 'How IPVS chooses a real server.', 'wlc'),
  lvs_sched: acts(k.word, 'How IPVS chooses a real server.', 'wlc'),
  protocol: acts(k.word, 'TCP, UDP or SCTP.', 'UDP'),
  persistence_timeout: acts(
    k.integer(1, 2_678_400, { optional: true }),
    'Seconds for which a client keeps its server.',
    'off; 360 with no value',
  ),
  persistence_engine: acts(k.word, 'Persistence by content, as the kernel names it.'),
  persistence_granularity: acts(k.word, 'Mask of the addresses that count as one client.'),
  quorum: acts(k.integer(1, k.ANY), 'Weight that must be up for the service to be up.', '1'),
  hysteresis: acts(k.integer(0, k.ANY), 'Added to the quorum on the way up, taken from it on the way down.', '0'),
  sorry_server: acts(k.words, 'Address and port that serve while the quorum is lost.'),
  inhibit_on_failure: acts(k.flag, 'A failed real server stays in the table with weight 0.', 'off'),
  weight: acts(k.integer(0, 65_535, { outside: 'clamp' }), 'Weight of real servers that have none.', '1'),
  virtualhost: acts(k.word, 'Host that HTTP checks ask for.'),
  real_server: acts(k.named('real_server'), 'A server behind the service.'),
  omega: acts(k.flag, 'Runs quorum_down and notify_down at stop.', 'off'),
  quorum_up: acts(k.command, 'Run when the quorum is reached.'),
  quorum_down: acts(k.command, 'Run when the quorum is lost.'),
  sorry_server_inhibit: acts(k.flag, 'The sorry server stays in the table with weight 0.', 'off'),
  sorry_server_lvs_method: acts(k.words, 'How packets reach the sorry server.'),
  ha_suspend: reads(k.flag, 'No checks while the address is not here.', 'off'),
  'sh-port': acts(k.flag, 'Source hashing looks at the port.', 'off'),
  'sh-fallback': acts(k.flag, 'Source hashing goes past servers that are down.', 'off'),
  'mh-port': acts(k.flag, 'Maglev hashing looks at the port.', 'off'),
  'mh-fallback': acts(k.flag, 'Maglev hashing goes past servers that are down.', 'off'),
  'flag-1': acts(k.flag, "The scheduler's first flag.", 'off'),
  'flag-2': acts(k.flag, "The scheduler's second flag.", 'off'),
  'flag-3': acts(k.flag, "The scheduler's third flag.", 'off'),
  ops: acts(k.flag, 'Schedules each UDP packet on its own.', 'off'),
  hashed: acts(k.flag, 'Hashes the service.', 'off'),
  snmp_name: reads(k.word, 'Name in SNMP.'),
  ip_family: acts(k.choice('inet', 'inet6'), 'Family of a service that has only a mark.'),
  smtp_alert: reads(k.boolean, 'Mails state changes.', 'false'),
};

const REAL_SERVER: Keywords = {
  ...INHERITED,
  ...METHOD,
  weight: acts(k.integer(0, 65_535, { outside: 'clamp' }), 'Share of the connections; 0: none.', '1'),
  inhibit_on_failure: acts(k.flag, 'Stays in the table with weight 0 when it fails.', 'off'),
  virtualhost: acts(k.word, 'Host that HTTP checks ask for.'),
  TCP_CHECK: acts(k.block('TCP_CHECK'), 'Good if a connection is accepted.'),
  HTTP_GET: acts(k.block('HTTP_GET'), 'Good if every url answers as it should.'),
  SSL_GET: acts(k.block('HTTP_GET'), 'HTTP_GET over TLS; certificates are not verified.'),
  SMTP_CHECK: acts(k.block('SMTP_CHECK'), 'Good if a mail server greets.'),
  DNS_CHECK: acts(k.block('DNS_CHECK'), 'Good if a name server answers.'),
  MISC_CHECK: acts(k.block('MISC_CHECK'), 'Good if a script exits with 0.'),
  UDP_CHECK: acts(k.block('UDP_CHECK'), 'Good if nothing says that the port is closed.'),
  PING_CHECK: acts(k.block('PING_CHECK'), 'Good if it answers a ping.'),
  FILE_CHECK: acts(k.block('FILE_CHECK'), 'Weight from the number in a file.'),
  BFD_CHECK: acts(k.block('BFD_CHECK'), 'Good if a BFD session is up.'),
  uthreshold: acts(k.integer(0, k.ANY), 'Connections at which it gets no more.', '0'),
  lthreshold: acts(k.integer(0, k.ANY), 'Connections at which it gets some again.', '0'),
  notify_up: acts(k.command, 'Run when it comes up.'),
  notify_down: acts(k.command, 'Run when it goes down.'),
  smtp_alert: reads(k.boolean, 'Mails state changes.', 'true'),
  snmp_name: reads(k.word, 'Name in SNMP.'),
};

const HTTP_GET: Keywords = {
  ...CONNECTING,
  url: acts(k.block('url'), 'One page that must answer.'),
  virtualhost: acts(k.word, 'Host to ask for.', 'address and port'),
  nb_get_retry: k.deprecated(acts(k.integer(0, k.ANY), 'Former name of retry.'), 'retry'),
  http_protocol: acts(k.choice('1.0', '1.0C', '1.0c', '1.1'), 'Version of HTTP.', '1.0'),
  fast_recovery: acts(k.flag, 'Asks for the other urls at once after a failure.', 'off'),
  enable_sni: acts(k.flag, 'Names the host in the TLS greeting.', 'off'),
  sni_name: acts(k.word, 'Name in the TLS greeting.'),
  tls_compliant: reads(k.flag, 'Wants a proper end of the TLS session.', 'off'),
};

const URL: Keywords = {
  path: acts(k.word, 'What to ask for.', '/'),
  digest: acts(k.word, 'MD5 that the body must have: 32 hex digits.'),
  status_code: acts(k.words, 'Codes that are good: numbers and ranges.', '200-299'),
  virtualhost: acts(k.word, 'Host to ask for.', "the checker's"),
  regex: acts(k.words, 'The answer, headers and body, must match.'),
  regex_no_match: acts(k.maybeWords, 'The answer must not match.'),
  regex_options: acts(k.words, 'Options of the match.'),
  regex_min_offset: acts(k.integer(0, k.ANY), 'Where the match may begin.'),
  regex_max_offset: acts(k.integer(0, k.ANY), 'Where the match must have begun.'),
  regex_stack: reads(k.words, 'Stack of the match.'),
  tls_compliant: reads(k.flag, 'Wants a proper end of the TLS session.', 'off'),
};

export const CHECK_BLOCKS = {
  virtual_server: VIRTUAL_SERVER,
  real_server: REAL_SERVER,
  TCP_CHECK: CONNECTING,
  HTTP_GET,
  url: URL,
  SMTP_CHECK: {
    ...CONNECTING,
    helo_name: acts(k.word, 'Name given in HELO.', 'smtpchecker.keepalived.org'),
    host: k.deprecated(reads(k.block('host'), 'Another host to check.'), 'connect_ip and connect_port'),
  },
  host: CONNECTING,
  DNS_CHECK: {
    ...CONNECTING,
    type: acts(k.word, 'Type of the question.', 'SOA'),
    name: acts(k.word, 'Name of the question.', '.'),
  },
  MISC_CHECK: {
    ...INHERITED,
    misc_path: acts(k.command, 'The script.'),
    misc_timeout: acts(k.secs(0, k.YEAR), 'How long it may run.', 'delay_loop'),
    misc_dynamic: acts(k.flag, 'Exit codes from 2 set the weight.', 'off'),
    user: acts(k.words, 'User, and group, that it runs as.', 'script_user'),
    log_all_failures: reads(k.boolean, 'Logs every failed check.'),
  },
  UDP_CHECK: {
    ...CONNECTING,
    payload: acts(k.words, 'What is sent.', '32 random bytes'),
    require_reply: acts(k.maybeWords, 'Silence is a failure.', 'off'),
    min_reply_length: acts(k.integer(0, 65_535), 'Shortest answer.', '0'),
    max_reply_length: acts(k.integer(0, 65_535), 'Longest answer.', '255'),
  },
  PING_CHECK: CONNECTING,
  FILE_CHECK: {
    ...INHERITED,
    track_file: acts(k.word, 'Name of the track_file.'),
    weight: acts(k.words, 'Multiplier.'),
  },
  BFD_CHECK: { name: acts(k.word, 'Name of the bfd_instance.'), alpha: acts(k.boolean, 'Starts down.', 'off') },
  // Its lines are addresses, marks and ranges; nothing is looked up in it.
  virtual_server_group: {},
  SSL: {
    password: reads(k.word, 'Password of the key.'),
    ca: reads(k.word, 'File of the authority.'),
    certificate: reads(k.word, 'File of the certificate.'),
    key: reads(k.word, 'File of the key.'),
  },
} satisfies Record<string, Keywords>;
