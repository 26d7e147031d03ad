/** Routes and rules of keepalived.conf, in the words of ip(8) and what is wrong with them. */
import { describe, expect, test } from 'vitest';
import { ok } from '../../src/base/result.ts';
import { loadConfiguration } from '../../src/conf/load.ts';
import { brief, load, only } from './load.ts';

const instance = (lines: string): string =>
  `vrrp_instance A {\n interface eth0\n virtual_router_id 51\n priority 100\n virtual_ipaddress { 10.0.0.100/24 }\n${lines}\n}\n`;
const routing = (kind: 'routes' | 'rules', line: string) => load(instance(`virtual_${kind} {\n${line}\n}`));
const bound = (loaded: ReturnType<typeof load>) => loaded.configuration.instances[0]?.routing ?? [];
const names = (loaded: ReturnType<typeof load>): string[] => bound(loaded).map(({ name }) => name);

describe('a route', () => {
  test.each([
    ['198.51.100.0/24 via 192.0.2.1', '198.51.100.0/24 via 192.0.2.1'],
    [
      'src 192.0.2.100 to 198.51.102.0/24 gw 192.0.2.1 table 100',
      '198.51.102.0/24 via 192.0.2.1 table 100 src 192.0.2.100',
    ],
    ['198.51.103.7 dev eth1 scope link metric 5 mtu 1400', '198.51.103.7 dev eth1 scope 253 metric 5 mtu 1400'],
    ['198.51.103.0/24 dev eth1 mtu 5', '198.51.103.0/24 dev eth1 mtu 5'],
    ['blackhole 198.51.104.0/24', 'blackhole 198.51.104.0/24'],
    ['unreachable default metric 7 table main', 'unreachable default metric 7'],
    ['198.51.107.0/24 via 10.77.0.1 oif eth0 onlink', '198.51.107.0/24 via 10.77.0.1 dev eth0 onlink'],
    ['0.0.0.0/0 via 192.0.2.1 metric 500', 'default via 192.0.2.1 metric 500'],
    [
      '198.51.108.0/24 nexthop via 192.0.2.1 dev eth0 weight 2 nexthop dev eth1',
      '198.51.108.0/24 nexthop via 192.0.2.1 dev eth0 weight 2 nexthop dev eth1 weight 1',
    ],
    [
      '198.51.110.0/24 via 192.0.2.1 or 192.0.2.7',
      '198.51.110.0/24 nexthop via 192.0.2.1 weight 1 nexthop via 192.0.2.7 weight 1',
    ],
    ['2001:db8:1::/48 via 2001:db8::1 scope link', '2001:db8:1::/48 via 2001:db8::1'],
    ['default via 2001:db8::1', 'default (IPv6) via 2001:db8::1'],
  ])('%s', (line, name) => {
    const loaded = routing('routes', line);
    expect(names(loaded)).toEqual([name]);
    expect(brief(loaded)).toEqual([]);
  });

  test.each([
    ['198.51.100.0/24', '7:1 warning bad-value: a route needs a way'],
    ['via 192.0.2.1', '7:1 warning bad-value: a route needs a destination'],
    ['198.51.100.0/24 via 2001:db8::1', '7:1 warning bad-value: a route has addresses of one family'],
    ['198.51.100.0/24 via here', '7:21 warning bad-address: `here` is not an IP address'],
    ['198.51.100.0/24 via 192.0.2.1 tabel 7', '7:31 warning bad-value: `tabel` is no option of a route'],
    ['198.51.100.0/24 via 192.0.2.1 table nobody', '7:37 warning bad-value: `nobody` is not a routing table'],
    [
      '198.51.100.0/24 dev eth0 encap mpls 7',
      '7:26 warning not-acted: `encap` of a route is read but not acted on yet',
    ],
  ])('%s is left out: %s', (line, said) => {
    const loaded = routing('routes', `${line}\n198.51.101.0/24 dev eth1`);
    expect(brief(loaded)).toEqual([said]);
    expect(names(loaded)).toEqual(['198.51.101.0/24 dev eth1']);
  });

  test('that keepalived leaves out says so, with what may have been meant', () => {
    const hint = (line: string) => only(routing('routes', line)).hint;
    expect(hint('198.51.100.0/24 via here')).toBe('this route is left out, as keepalived does');
    expect(hint('198.51.100.0/24 via 192.0.2.1 tabel 7')).toBe(
      'did you mean `table`? this route is left out, as keepalived does',
    );
  });

  test('with a length that cannot be is one host, as with keepalived', () => {
    const loaded = routing('routes', '198.51.100.7/33 via 192.0.2.1');
    expect(names(loaded)).toEqual(['198.51.100.7 via 192.0.2.1']);
    expect(only(loaded)).toMatchObject({
      severity: 'warning',
      message: '`/33` is not a prefix length',
      hint: 'it is 0…32; 32 is used, as keepalived does',
    });
  });

  test('whose last word needs a value is where keepalived refuses to start', () => {
    expect(only(routing('routes', '198.51.100.0/24 via'))).toMatchObject({
      severity: 'error',
      message: '`via` needs a value',
      hint: 'keepalived refuses to start here',
    });
  });

  test('with bits beyond its length is cut to it, which the kernel would refuse to do', () => {
    const loaded = routing('routes', '198.51.100.77/24 via 192.0.2.1');
    expect(names(loaded)).toEqual(['198.51.100.0/24 via 192.0.2.1']);
    expect(brief(loaded)).toEqual([
      '7:1 warning adjusted: `198.51.100.77/24` is no network: it has bits beyond its length',
    ]);
  });

  test('guards its instance by its interfaces, unless no_track', () => {
    const loaded = routing('routes', '198.51.100.0/24 dev eth1\n198.51.101.0/24 dev eth2 no_track');
    expect(bound(loaded).map(({ tracked }) => tracked)).toEqual([['eth1'], []]);
  });

  test('may name a table as this machine does', () => {
    const text = instance('virtual_routes {\n 198.51.100.0/24 dev eth1 table dmz\n}');
    const read = (path: string) => ok(path === 'a.conf' ? text : '# comment\n255 local\n 0x64 dmz # behind\n');
    const { configuration, diagnostics } = loadConfiguration('a.conf', read);
    expect(diagnostics).toEqual([]);
    expect(configuration.instances[0]?.routing[0]?.name).toBe('198.51.100.0/24 dev eth1 table 100');
  });
});

describe('a rule', () => {
  test.each([
    [
      'from 192.0.2.100/32 to 198.51.100.0/24 lookup 100 priority 99',
      'rule 99: from 192.0.2.100 to 198.51.100.0/24 lookup 100',
    ],
    ['fwmark 0x10/0xf0 iif eth1 table 200 preference 96', 'rule 96: from all fwmark 0x10/0xf0 iif eth1 lookup 200'],
    ['table 7 priority 40000', 'rule 40000: from all lookup 7'],
    ['fwmark 7 oif eth1 prohibit priority 5', 'rule 5: from all fwmark 0x7/0xffffffff oif eth1 prohibit'],
    ['from 2001:db8::/32 table main priority 4', 'rule 4: from 2001:db8::/32 lookup 254'],
    ['inet6 from all table 7 priority 4', 'rule 4: from all (IPv6) lookup 7'],
  ])('%s', (line, name) => {
    const loaded = routing('rules', line);
    expect(names(loaded)).toEqual([name]);
    expect(brief(loaded)).toEqual([]);
  });

  test.each([
    ['from 192.0.2.1 priority 1', '7:1 warning bad-value: a rule needs a table'],
    ['from 192.0.2.1 table 7 goto 5', '7:24 warning not-acted: `goto` of a rule is read but not acted on yet'],
    ['fwmark x table 7', '7:8 warning bad-value: `x` is not a firewall mark'],
    ['from 192.0.2.1 table 7 pref 5', '7:24 warning bad-value: `pref` is no option of a rule'],
    ['from 192.0.2.1 to fd00::1 table 7', '7:1 warning bad-value: a rule has addresses of one family'],
    ['table 7 priority 4294967296', '7:18 warning out-of-range: `priority 4294967296` is outside 0…4294967295'],
  ])('%s is left out: %s', (line, said) => {
    const loaded = routing('rules', line);
    expect(brief(loaded)).toEqual([said]);
    expect(names(loaded)).toEqual([]);
  });

  test('without a priority gets one in the order of the file, each family by itself, as keepalived 2.2.7 counts', () => {
    const text = `static_rules {\n from 192.0.2.1 table 7\n}\n${instance('virtual_rules {\n from 192.0.2.2 table 7\n from 2001:db8::1 table 7\n}')}`;
    const { configuration, diagnostics } = load(text);
    expect(configuration.statics.routing.map(({ name }) => name)).toEqual(['rule 16384: from 192.0.2.1 lookup 7']);
    expect(configuration.instances[0]?.routing.map(({ name }) => name)).toEqual([
      'rule 16383: from 192.0.2.2 lookup 7',
      'rule 16384: from 2001:db8::1 lookup 7',
    ]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['defaulted', 'defaulted', 'defaulted']);
  });
});

test('what is static: addresses need an interface, routes come before rules', () => {
  const text =
    'static_rules {\n from 192.0.2.1 table 7 priority 5\n}\nstatic_routes {\n 198.51.100.0/24 dev eth1\n}\n' +
    'static_ipaddress {\n 192.0.2.7/24 dev eth1 label eth1:7\n 192.0.2.8\n}\n';
  const loaded = load(text);
  expect(brief(loaded)).toEqual(['9:2 error required: static address `192.0.2.8` has no interface']);
  expect(loaded.configuration.statics).toMatchObject({
    addresses: [{ address: '192.0.2.7', prefix: 24, interface: 'eth1', label: 'eth1:7' }],
    routing: [{ name: '198.51.100.0/24 dev eth1' }, { name: 'rule 5: from 192.0.2.1 lookup 7' }],
  });
});
