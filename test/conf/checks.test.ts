import { describe, expect, test } from 'vitest';
import { brief, load, only, service } from './load.ts';

const checksIn = (text: string, before = '') => {
  const loaded = load(before + service('', text));
  return { loaded, checks: loaded.configuration.virtualServers[0]?.realServers[0]?.checks ?? [] };
};

describe('what all checkers that connect have in common', () => {
  test.each(['TCP_CHECK', 'PING_CHECK', 'UDP_CHECK', 'DNS_CHECK', 'SMTP_CHECK'])('%s', (name) => {
    const { loaded, checks } = checksIn(`${name} {
      connect_ip 192.0.2.9
      connect_port 8080
      bindto 192.0.2.1
      bind_port 4000
      bind_if eth1
      fwmark 7
      connect_timeout 2
      retry 5
      delay_before_retry 3
      delay_loop 4
      warmup 0
      alpha
    }`);
    expect(brief(loaded)).toEqual([]);
    expect(checks).toMatchObject([
      {
        kind: name.slice(0, -6).toLowerCase(),
        address: '192.0.2.9',
        port: 8080,
        bindTo: '192.0.2.1',
        bindPort: 4000,
        bindInterface: 'eth1',
        mark: 7,
        connectTimeout: 2000,
        retry: 5,
        delayBeforeRetry: 3000,
        delayLoop: 4000,
        warmup: 0,
        alpha: true,
      },
    ]);
  });

  test('keepalived’s defaults differ: DNS retries three times after delay_loop, a script not at all', () => {
    const { checks } = checksIn('DNS_CHECK {\n }\n MISC_CHECK { misc_path /bin/true\n }\n UDP_CHECK {\n }');
    expect(checks.map((check) => [check.kind, check.retry, check.delayBeforeRetry])).toEqual([
      ['dns', 3, 60_000],
      ['script', 0, 1000],
      ['udp', 1, 1000],
    ]);
  });
});

describe('HTTP_GET and SSL_GET', () => {
  test('everything that they take', () => {
    const { loaded, checks } = checksIn(`SSL_GET {
      http_protocol 1.0c
      enable_sni
      sni_name sni.example.org
      virtualhost www.example.org
      fast_recovery
      url {
        path /a
        status_code 200-204 301
        regex "state:\\\\s+ok$"
        regex_options caseless multiline
        regex_min_offset 2
        regex_max_offset 40
      }
      url {
        path /b
        regex error
        regex_no_match
      }
    }`);
    expect(brief(loaded)).toEqual([]);
    expect(checks).toMatchObject([
      {
        kind: 'http',
        tls: { sni: true, sniName: 'sni.example.org' },
        version: '1.0C',
        fastRecovery: true,
        virtualHost: 'www.example.org',
        urls: [
          {
            path: '/a',
            statusCodes: [
              { from: 200, to: 204 },
              { from: 301, to: 301 },
            ],
            regex: { source: 'state:\\s+ok$', flags: 'im', unwanted: false, minOffset: 2, maxOffset: 40 },
          },
          { path: '/b', regex: { source: 'error', unwanted: true, minOffset: 0, maxOffset: undefined } },
        ],
      },
    ]);
  });

  const url = (line: string) => `HTTP_GET { url { path /\n ${line}\n }\n }`;
  test.each([
    ['regex "(?>a)"', "the regex cannot be used: `(?>` has no equal in JavaScript's expressions"],
    ['regex two words', 'the regex is more than one word'],
    ['regex "\\d+"', '`\\d` loses its backslash before the expression is read'],
    ['regex x\n regex_min_offset 9\n regex_max_offset 3', '`regex_min_offset 9` is beyond regex_max_offset, 3'],
  ])('%s', (line, message) => {
    expect(only(checksIn(url(line)).loaded).message).toBe(message);
  });
});

describe('UDP_CHECK', () => {
  test('payload and reply in hex, half bytes left open by x', () => {
    const { checks } = checksIn('UDP_CHECK {\n payload 0a ff01\n require_reply 1x xx 07\n min_reply_length 2\n }');
    expect(checks).toMatchObject([
      {
        payload: [10, 255, 1],
        reply: {
          bytes: [
            { value: 0x10, mask: 0xf0 },
            { value: 0, mask: 0 },
            { value: 7, mask: 0xff },
          ],
          minLength: 2,
          maxLength: 255,
        },
      },
    ]);
  });

  test('no reply is required without require_reply', () => {
    expect(checksIn('UDP_CHECK {\n }').checks).toMatchObject([{ payload: undefined, reply: undefined }]);
  });

  test.each([
    ['payload zz', '`zz` is not made of hex digits'],
    ['payload 1x', '`1x` is not made of hex digits'],
    [
      'require_reply\n min_reply_length 300',
      'no reply is 300 bytes long and not longer than 255: the check would always fail',
    ],
  ])('%s', (line, message) => {
    expect(only(checksIn(`UDP_CHECK {\n ${line}\n }`).loaded).message).toBe(message);
  });
});

test('DNS_CHECK: type and name, the root’s SOA without them', () => {
  const { checks } = checksIn('DNS_CHECK {\n type mx\n name example.org.\n }\n DNS_CHECK {\n }');
  expect(checks).toMatchObject([
    { type: 15, name: 'example.org.' },
    { type: 6, name: '.' },
  ]);
  expect(only(checksIn('DNS_CHECK {\n type AAAAA\n }').loaded).hint).toBe('did you mean `AAAA`? SOA is used');
  expect(only(checksIn('DNS_CHECK {\n name a..b\n }').loaded).message).toBe(
    '`a..b` is not a name that can be asked for',
  );
});

test('MISC_CHECK: the script as an argument vector, its time, its user', () => {
  const { checks } = checksIn(`MISC_CHECK {
    misc_path "/usr/bin/check 'two words' x"
    misc_timeout 7
    misc_dynamic
    user nobody nogroup
  }`);
  expect(checks).toMatchObject([
    {
      kind: 'script',
      argv: ['/usr/bin/check', 'two words', 'x'],
      timeout: 7000,
      dynamic: true,
      user: 'nobody',
      group: 'nogroup',
    },
  ]);
  expect(only(checksIn('MISC_CHECK {\n }').loaded).message).toBe('`MISC_CHECK` has no `misc_path`: it checks nothing');
});

describe('FILE_CHECK', () => {
  const files = 'track_file load {\n file /run/load\n weight -2 reverse\n}\n';
  test('takes path and weight from its track_file, and its own weight before it', () => {
    const text = 'FILE_CHECK {\n track_file load\n }\n FILE_CHECK {\n track_file load\n weight 5\n }';
    expect(checksIn(text, files).checks).toMatchObject([
      { kind: 'file', path: '/run/load', weight: -2, reverse: true, delayLoop: 1000 },
      { kind: 'file', path: '/run/load', weight: 5, reverse: false },
    ]);
  });

  test('a file that is not there is an error', () => {
    const { loaded, checks } = checksIn('FILE_CHECK {\n track_file laod\n }', files);
    expect(checks).toEqual([]);
    expect(loaded.diagnostics.find(({ severity }) => severity === 'error')).toMatchObject({
      message: 'there is no track_file `laod`',
      hint: 'did you mean `load`? it is ignored',
    });
  });
});
