/** What may follow a virtual address on its line: what keepalived 2.2.7 reads, and what it makes of mistakes. */
import { describe, expect, test } from 'vitest';
import { brief, load, only } from './load.ts';

const conf = (line: string, family: 4 | 6 = 4): string => `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    ${family === 4 ? '' : 'virtual_ipaddress {\nfe80::9\n}\n'}virtual_ipaddress${family === 4 ? '' : '_excluded'} {
        ${line}
    }
}
`;
const bound = (line: string, family: 4 | 6 = 4) => {
  const loaded = load(conf(line, family));
  const { addresses, excludedAddresses } = loaded.configuration.instances[0]!;
  const { span: _, ...address } = (family === 4 ? addresses : excludedAddresses)[0]!;
  return { ...address, said: brief(loaded).map((text) => text.replace(/^[\d:]+ /, '')) };
};

const NOTHING = { scope: undefined, broadcast: undefined, preferredLifetime: undefined, flags: [] };

describe('IPv4', () => {
  test('scope, label and broadcast', () => {
    expect(bound('10.0.0.100/20 brd + scope link label eth0:9 dev eth1')).toEqual({
      address: '10.0.0.100',
      prefix: 20,
      interface: 'eth1',
      label: 'eth0:9',
      peer: undefined,
      options: { ...NOTHING, scope: 253, broadcast: '10.0.15.255' },
      said: [],
    });
    expect(bound('10.0.5.100/20 broadcast -').options.broadcast).toBe('10.0.0.0');
    expect(bound('10.0.0.100/24 brd 10.0.0.254').options.broadcast).toBe('10.0.0.254');
    expect(bound('10.0.0.100/24 scope 7').options.scope).toBe(7);
    expect(bound('10.0.0.100/24').options).toEqual(NOTHING);
  });

  test('a peer makes it a host address, and leaves no broadcast', () => {
    expect(bound('10.0.0.1 peer 10.0.0.2')).toMatchObject({ prefix: 32, peer: '10.0.0.2', said: [] });
    expect(bound('10.0.0.1/24 peer 10.0.0.2 brd +')).toMatchObject({
      prefix: 32,
      peer: '10.0.0.2',
      options: NOTHING,
      said: [
        'warning bad-value: an address with a peer has no prefix length',
        'warning bad-value: an address with a peer has no broadcast address',
      ],
    });
  });

  test('a peer has no length: keepalived 2.2.7 ignores one that has, and the address keeps its own', () => {
    expect(bound('10.0.0.1/24 peer 10.0.0.2/30')).toMatchObject({ prefix: 24, peer: undefined });
    expect(bound('10.0.0.1 peer 10.0.0.2/30')).toMatchObject({ prefix: 32, peer: undefined });
    expect(only(load(conf('10.0.0.1 peer 10.0.0.2/30')))).toMatchObject({
      severity: 'warning',
      message: 'the peer `10.0.0.2/30` has a prefix length',
      hint: 'it is ignored, as keepalived does: write `peer 10.0.0.2`',
    });
  });

  test.each([
    ['10.0.0.1/24 scope nearby', 'warning bad-value: `nearby` is no scope'],
    ['10.0.0.1/24 scope 256', 'warning bad-value: `256` is no scope'],
    ['10.0.0.1/31 brd +', 'warning bad-value: /31 leaves no room for a broadcast address'],
    ['10.0.0.1 peer fd00::1', "warning bad-value: the peer `fd00::1` is not of the address's family, IPv4"],
    ['10.0.0.1 peer x', 'warning bad-value: the peer `x` is no IP address'],
    ['10.0.0.1/24 home', 'warning bad-value: `home` is of IPv6 alone'],
    ['10.0.0.1/24 preferred_lft 0', 'warning bad-value: `preferred_lft` is of IPv6 alone'],
  ])('%s is ignored and said', (line, message) => {
    expect(bound(line)).toMatchObject({ address: '10.0.0.1', peer: undefined, options: NOTHING, said: [message] });
  });

  test('where keepalived would leave the address out, it is an error', () => {
    expect(only(load(conf('10.0.0.1/24 brd 10.0.0')))).toMatchObject({
      severity: 'error',
      message: 'the broadcast address `10.0.0` is neither an IPv4 address nor + or -',
      hint: expect.stringContaining('keepalived would leave out the whole address'),
    });
  });
});

describe('IPv6', () => {
  test('flags and lifetimes; a host address is deprecated from the start unless it says otherwise', () => {
    expect(bound('fd00::1/64 home -nodad mngtmpaddr noprefixroute', 6)).toMatchObject({
      options: { ...NOTHING, flags: ['home', 'dad', 'mngtmpaddr', 'noprefixroute'] },
      said: [],
    });
    expect(bound('fd00::1', 6).options.preferredLifetime).toBe(0);
    expect(bound('fd00::1 preferred_lft forever', 6).options.preferredLifetime).toBeUndefined();
    expect(bound('fd00::1 preferred_lft 4294967295', 6).options.preferredLifetime).toBeUndefined();
    expect(bound('fd00::1/64 preferred_lft 600', 6).options.preferredLifetime).toBe(600);
    expect(bound('fd00::1/64 nodad', 6)).toMatchObject({ options: NOTHING, said: [] });
  });

  test.each([
    ['fd00::1/64 scope link', 'warning bad-value: an IPv6 address has no `scope`: what it is says it'],
    ['fd00::1/64 label eth0:1', 'warning bad-value: an IPv6 address has no label'],
    ['fd00::1/64 preferred_lft soon', 'warning bad-value: `preferred_lft soon` is no number of seconds'],
    [
      'fd00::1/48 mngtmpaddr',
      'warning bad-value: `mngtmpaddr` needs a prefix of /64: the kernel would refuse the address',
    ],
    ['fd00::1/64 brd +', 'error bad-value: an IPv6 address has no broadcast address'],
  ])('%s is ignored and said', (line, message) => {
    expect(bound(line, 6)).toMatchObject({ label: undefined, options: NOTHING, said: [message] });
  });
});
