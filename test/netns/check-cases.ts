/** Real servers that behave and that do not, each with a check, and what is to be thought of it. */
export interface CheckCase {
  readonly name: string;
  /** What `check-servers.mjs` does there; absent: nobody listens. */
  readonly server?: string;
  readonly check: string;
  readonly up: boolean;
  /** What hatop says of it. */
  readonly reason: RegExp;
  /** keepalived 2.2.7 never comes to a verdict. */
  readonly undecided?: true;
}

const http = (lines = '', url = 'path /good', block = 'HTTP_GET'): string =>
  `${block} {\n${lines}\nurl {\n${url}\n}\n}`;
const ssl = (lines = ''): string => http(lines, undefined, 'SSL_GET');
const ok = /^HTTP 200 at \/good, /;
const late = /^no answer within 1 s$/;
const MD5 = 'efe38df2da984d40bd95cd0c23bfa878';

export const CASES: readonly CheckCase[] = [
  { name: 'TCP accepts', server: 'hang', check: 'TCP_CHECK {\n}', up: true, reason: /^connected, / },
  { name: 'TCP refuses', check: 'TCP_CHECK {\n}', up: false, reason: /^connection refused$/ },
  { name: 'HTTP answers', server: 'ok', check: http(), up: true, reason: ok },
  { name: 'HTTP 503', server: 'unavailable', check: http(), up: false, reason: /^HTTP 503 at \/good, \d/ },
  {
    name: 'HTTP redirects',
    server: 'redirect',
    check: http(),
    up: false,
    reason: /^HTTP 302 at \/good \(expected 200–299\)/,
  },
  {
    name: 'a redirect that is wanted',
    server: 'redirect',
    check: http('', 'path /good\nstatus_code 301-303'),
    up: true,
    reason: /^HTTP 302/,
  },
  {
    name: 'HTTP 404 that is wanted',
    server: 'missing',
    check: http('', 'path /good\nstatus_code 200 404'),
    up: true,
    reason: /^HTTP 404/,
  },
  { name: 'HTTP refuses', check: http(), up: false, reason: /^connection refused$/ },
  { name: 'HTTP hangs', server: 'hang', check: http(), up: false, reason: late },
  { name: 'HTTP resets', server: 'reset', check: http(), up: false, reason: /^connection reset$/ },
  {
    name: 'HTTP lies of its length',
    server: 'lie',
    check: http(),
    up: true,
    reason: /closed 989 bytes before the end/,
  },
  {
    name: 'HTTP is SSH',
    server: 'garbage',
    check: http(),
    up: false,
    reason: /^not an HTTP answer: begins with "SSH-2/,
  },
  { name: 'HTTP trickles', server: 'trickle', check: http(), up: false, reason: late, undecided: true },
  {
    name: 'HTTP floods',
    server: 'flood',
    check: http(),
    up: false,
    reason: /^(no answer within 1 s|not an HTTP answer: a body of more than 64 MiB)/,
    undecided: true,
  },
  { name: 'digest', server: 'ok', check: http('', `path /good\ndigest ${MD5}`), up: true, reason: ok },
  {
    name: 'another digest',
    server: 'ok',
    check: http('', `path /good\ndigest ${'0'.repeat(32)}`),
    up: false,
    reason: /^digest efe3/,
  },
  {
    name: 'regex',
    server: 'ok',
    check: http('', 'path /good\nregex "status:\\\\s+OK"\nregex_options caseless'),
    up: true,
    reason: ok,
  },
  {
    name: 'regex by case',
    server: 'ok',
    check: http('', 'path /good\nregex "status: OK"'),
    up: false,
    reason: /^regex does not match/,
  },
  {
    name: 'regex unwanted',
    server: 'ok',
    check: http('', 'path /good\nregex ok\nregex_no_match'),
    up: false,
    reason: /^regex matches/,
  },
  {
    name: 'regex in the headers',
    server: 'ok',
    check: http('', 'path /good\nregex "^HTTP/1.1 200"\nregex_max_offset 0'),
    up: true,
    reason: ok,
  },
  {
    name: 'regex too early',
    server: 'ok',
    check: http('', 'path /good\nregex status\nregex_min_offset 1000'),
    up: false,
    reason: /^regex does not match/,
  },
  {
    name: 'regex too late',
    server: 'ok',
    check: http('', 'path /good\nregex status\nregex_max_offset 20'),
    up: false,
    reason: /^regex does not match/,
  },
  { name: 'virtual host', server: 'host', check: http('virtualhost www.example.org'), up: true, reason: ok },
  { name: 'no virtual host', server: 'host', check: http(), up: false, reason: /^HTTP 421/ },
  { name: 'HTTP/1.1', server: 'version', check: http('http_protocol 1.1'), up: true, reason: ok },
  { name: 'HTTP/1.0C', server: 'version', check: http('http_protocol 1.0C'), up: false, reason: /^HTTP 505/ },
  {
    name: 'two urls',
    server: 'half',
    check: http('fast_recovery', 'path /good\n}\nurl {\npath /good'),
    up: true,
    reason: ok,
  },
  {
    name: 'two urls, one bad',
    server: 'half',
    check: http('fast_recovery', 'path /good\n}\nurl {\npath /bad'),
    up: false,
    reason: /^HTTP 500 at \/bad/,
  },
  { name: 'TLS with a bad certificate', server: 'tls', check: ssl(), up: true, reason: ok },
  {
    name: 'TLS by name',
    server: 'tls-name',
    check: ssl('enable_sni\nvirtualhost www.example.org'),
    up: true,
    reason: ok,
  },
  {
    name: 'TLS without a name',
    server: 'tls-name',
    check: ssl('virtualhost www.example.org'),
    up: false,
    reason: /^HTTP 421/,
  },
  { name: 'no TLS', server: 'garbage', check: ssl(), up: false, reason: /^TLS handshake failed: / },
  { name: 'TLS hangs', server: 'hang', check: ssl(), up: false, reason: late },
  { name: 'ping', check: 'PING_CHECK {\n}', up: true, reason: /^echo reply, / },
  { name: 'ping of nobody', check: 'PING_CHECK {\nconnect_ip 10.9.0.77\n}', up: false, reason: late },
  {
    name: 'UDP echoes',
    server: 'echo',
    check: 'UDP_CHECK {\npayload 0102\nrequire_reply 01x2\n}',
    up: true,
    reason: /^reply of 2 bytes/,
  },
  {
    name: 'UDP echoes other',
    server: 'echo',
    check: 'UDP_CHECK {\npayload 0102\nrequire_reply 0103\n}',
    up: false,
    reason: /^reply has 02 at byte 1, expected 03/,
  },
  {
    name: 'UDP silent',
    server: 'silent',
    check: 'UDP_CHECK {\n}',
    up: true,
    reason: /^port not closed, silence for 1 s$/,
  },
  {
    name: 'UDP silent where a reply is wanted',
    server: 'silent',
    check: 'UDP_CHECK {\nrequire_reply\n}',
    up: false,
    reason: /^no reply: silence/,
  },
  { name: 'UDP closed', check: 'UDP_CHECK {\n}', up: false, reason: /^port unreachable$/ },
  {
    name: 'DNS answers',
    server: 'names',
    check: 'DNS_CHECK {\nretry 0\ntype A\nname example.org\n}',
    up: true,
    reason: /^DNS NOERROR for example\.org/,
  },
  {
    name: 'DNS refuses',
    server: 'names-refused',
    check: 'DNS_CHECK {\nretry 0\n}',
    up: false,
    reason: /^DNS REFUSED for \./,
  },
  {
    name: 'DNS answers somebody else',
    server: 'names-of-others',
    check: 'DNS_CHECK {\nretry 0\n}',
    up: false,
    reason: late,
  },
  { name: 'DNS closed', check: 'DNS_CHECK {\nretry 0\n}', up: false, reason: /^port unreachable$/ },
  { name: 'SMTP', server: 'mail', check: 'SMTP_CHECK {\n}', up: true, reason: /^SMTP greeted/ },
  {
    name: 'SMTP refuses',
    server: 'mail-refuses',
    check: 'SMTP_CHECK {\n}',
    up: false,
    reason: /^SMTP answer to the connection: 554 no$/,
  },
  {
    name: 'SMTP refuses HELO',
    server: 'mail-refuses-helo',
    check: 'SMTP_CHECK {\n}',
    up: false,
    reason: /^SMTP answer to HELO: 550/,
  },
  { name: 'SMTP hangs', server: 'hang', check: 'SMTP_CHECK {\n}', up: false, reason: late },
  {
    name: 'script',
    check: 'MISC_CHECK {\nmisc_path "/bin/sh -c \'exit 0\'"\n}',
    up: true,
    reason: /^\/bin\/sh exited with 0/,
  },
  {
    name: 'script fails',
    check: 'MISC_CHECK {\nmisc_path "/bin/sh -c \'echo disk full; exit 3\'"\n}',
    up: false,
    reason: /^\/bin\/sh exited with 3 \(disk full\)/,
  },
  {
    name: 'script hangs',
    check: 'MISC_CHECK {\nmisc_path "/bin/sleep 60"\nmisc_timeout 1\n}',
    up: false,
    reason: /^\/bin\/sleep did not end within 1 s$/,
  },
  {
    name: 'script weighs',
    check: 'MISC_CHECK {\nmisc_path "/bin/sh -c \'exit 12\'"\nmisc_dynamic\n}',
    up: true,
    reason: /exited with 12: weight 10/,
  },
];

export const addressOf = (index: number): string => `127.0.1.${index + 1}`;

export const checkServers = (): Record<string, string> =>
  Object.fromEntries(CASES.flatMap(({ server }, i) => (server === undefined ? [] : [[addressOf(i), server]])));

/** What is to come up starts down, and the other way round: so that each verdict is an event. */
export const checkConfiguration = (): string => `global_defs {
  script_user root
}
virtual_server 10.9.0.100 80 {
  delay_loop 1
  delay_before_retry 1
  retry 0
  warmup 0
  connect_timeout 1
  lb_algo rr
  lb_kind DR
  protocol TCP
${CASES.map(({ check, up }, i) => `real_server ${addressOf(i)} 80 {\nweight 1\n${up ? 'alpha\n' : ''}${check}\n}`).join('\n')}
}
`;
