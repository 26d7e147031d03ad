import { describe, expect, test } from 'vitest';
import { virtualServerName } from '../../src/engine/assemble.ts';
import { brief, load } from './load.ts';

const said = (text: string): string => brief(load(text)).join('\n');
const behind = (head: string, lines = '', server = ''): string => `${head} {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    ${lines}
    real_server 192.0.2.21 80 {
        ${server}
    }
}
`;
const first = (text: string) => load(text).configuration.virtualServers[0];
const endpoints = (text: string): string[] =>
  (first(text)?.endpoints ?? []).map((one) =>
    'mark' in one ? `fwmark ${one.mark} ${one.family}` : `${one.address} ${one.port}`,
  );

describe('what a virtual server answers to', () => {
  const group = (lines: string): string => `virtual_server_group G {\n${lines}\n}\n${behind('virtual_server group G')}`;

  test('a group of addresses, ranges and marks, under its own name', () => {
    const text = group('192.0.2.1 80\n192.0.2.2-4 81\n192.0.2.9/31 82\nfwmark 3\nfwmark 3 inet6');
    expect(endpoints(group('192.0.2.254-192.0.3.1 80'))).toEqual([
      '192.0.2.254 80',
      '192.0.2.255 80',
      '192.0.3.0 80',
      '192.0.3.1 80',
    ]);
    expect(endpoints(text)).toEqual([
      ...['192.0.2.1 80', '192.0.2.2 81', '192.0.2.3 81', '192.0.2.4 81', '192.0.2.8 82', '192.0.2.9 82'],
      'fwmark 3 4',
    ]);
    expect(virtualServerName(first(text)!)).toBe('G');
    expect(endpoints(group('2001:db8::fffe-ffff 80').replace('192.0.2.21', '2001:db8::21'))).toEqual([
      '2001:db8::fffe 80',
      '2001:db8::ffff 80',
    ]);
  });

  test.each([
    ['192.0.2.9-1 80', 'bad-address: the range `192.0.2.9-1` is empty or has more than 4096 addresses'],
    ['10.0.0.0/8 80', 'bad-address: the range `10.0.0.0/8` is empty or has more than 4096 addresses'],
    ['192.0.2.1-256 80', 'bad-address: `192.0.2.1-256` is not a range of addresses'],
    ['192.0.2.0/33 80', 'bad-address: `192.0.2.0/33` is not a range of addresses'],
    ['192.0.2.1 0', 'bad-value: `0` is not a port'],
    ['fwmark x', 'bad-value: `x` is not a firewall mark'],
  ])('%s is refused', (line, expected) => {
    expect(said(group(line))).toContain(`error ${expected}`);
  });

  test('a group that is not there, or is there twice', () => {
    expect(said(behind('virtual_server group NONE'))).toContain('there is no virtual_server_group `NONE`');
    expect(said(`virtual_server_group G {\n192.0.2.9 80\n}\n${group('192.0.2.1 80')}`)).toContain('is defined twice');
  });

  test('a mark has the family of the servers behind it, unless they are in a tunnel', () => {
    expect(endpoints(behind('virtual_server fwmark 5'))).toEqual(['fwmark 5 4']);
    const six = behind('virtual_server fwmark 5').replace('192.0.2.21', '2001:db8::1');
    expect(endpoints(six)).toEqual(['fwmark 5 6']);
    expect(endpoints(behind('virtual_server fwmark 5', 'ip_family inet6', 'lvs_method TUN'))).toEqual(['fwmark 5 6']);
    expect(virtualServerName(first(six)!)).toBe('fwmark:5/ipv6');
  });

  test('two services that share one address are an error', () => {
    const twice = `${group('192.0.2.1-3 80')}${behind('virtual_server 192.0.2.2 80')}`;
    expect(said(twice)).toContain('virtual_server `192.0.2.2 80 tcp` is defined twice');
  });
});

describe('how it spreads its clients', () => {
  const web = (lines: string, server = ''): string => behind('virtual_server 192.0.2.10 80', lines, server);

  test('flags of the scheduler; one that is for another is ignored', () => {
    expect(first(web('flag-1\nflag-3'))?.schedulerFlags).toBe(5);
    const sh = (lines: string): string => web(lines).replace('lb_algo rr', 'lb_algo sh');
    expect(first(sh('sh-port\nsh-fallback'))?.schedulerFlags).toBe(3);
    expect(said(sh('mh-port'))).toContain('contradiction: `mh-port` is for `lb_algo mh`, not for `sh`');
    expect(first(sh('mh-port'))?.schedulerFlags).toBe(0);
  });

  test('one packet at a time is for UDP', () => {
    expect(said(web('ops'))).toContain('`ops` is for UDP');
    expect(first(web('ops').replace('TCP', 'UDP'))?.onePacket).toBe(true);
  });

  test('a mask or an engine asks for persistence; a mask that is none is refused', () => {
    expect(first(web('persistence_granularity 255.255.255.0'))).toMatchObject({
      granularity: 24,
      persistence: 360_000,
    });
    expect(first(web('persistence_granularity 255.255.255.255'))?.granularity).toBeUndefined();
    expect(said(web('persistence_granularity 255.0.255.0'))).toContain('`255.0.255.0` is not a mask of IPv4');
    expect(first(web('persistence_engine sip'))).toMatchObject({ persistenceEngine: 'sip', persistence: 360_000 });
    expect(said(web('persistence_engine sap'))).toContain('unknown persistence engine `sap`');
  });

  test('thresholds: the lower one is not above the upper one', () => {
    expect(first(web('', 'uthreshold 9\nlthreshold 5'))?.realServers[0]).toMatchObject({
      upperThreshold: 9,
      lowerThreshold: 5,
    });
    expect(said(web('', 'uthreshold 5\nlthreshold 9'))).toContain('error contradiction: `lthreshold 9` is above');
  });

  test.each([
    ['TUN', undefined],
    ['TUN type ipip', undefined],
    ['TUN type gue port 6080 remcsum', { type: 'gue', port: 6080, checksum: 'remote' }],
    ['TUN type gre csum', { type: 'gre', port: 0, checksum: 'checksum' }],
  ])('%s', (words, tunnel) => {
    expect(first(web('', `lvs_method ${words}`))?.realServers[0]).toMatchObject({ method: 'TUN' });
    expect(first(web('', `lvs_method ${words}`))?.realServers[0]?.tunnel).toEqual(tunnel);
  });

  test.each([
    ['TUN type gue', 'a GUE tunnel needs a port'],
    ['TUN type gre port 5', 'a tunnel of the type gre has no port'],
    ['TUN type gre remcsum', 'GRE has no `remcsum`'],
    ['TUN type l2tp', 'unknown type of tunnel `l2tp`'],
    ['TUN fast', '`fast` is nothing that TUN knows'],
  ])('%s is refused', (words, why) => {
    expect(said(web('', `lvs_method ${words}`))).toContain(why);
  });
});
