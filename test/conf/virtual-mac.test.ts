/** `use_vmac` and its kin: the interfaces that come of them, and their names. */
import { expect, test } from 'vitest';
import { brief, instance, load } from './load.ts';

const vrrp = (name: string, link: string, address: string, lines = 'use_vmac', vrid = 51): string =>
  `vrrp_instance ${name} {\n interface ${link}\n virtual_router_id ${vrid}\n priority 100\n ${lines}\n virtual_ipaddress {\n ${address}\n }\n}\n`;

/** `NAME above PARENT`, one for each, and where the addresses are. */
const made = (text: string): string[][] =>
  load(text).configuration.instances.map(({ virtualMacs, addresses }) => [
    ...virtualMacs.map(
      ({ name, parent, mac, ipv6 }) =>
        `${[name, mac].filter(Boolean).join(' ')} above ${parent}${ipv6 ? ', IPv6' : ''}`,
    ),
    ...addresses.map(({ address, virtualMac }) => `${address} on ${virtualMac}`),
  ]);

test('keepalived 2.2.7 names them by their VRID, and another one where that is taken', () => {
  const all = [
    vrrp('A', 'eth0', '192.0.2.1'),
    vrrp('B', 'eth0', 'fe80::51'),
    vrrp('C', 'eth1', '198.51.100.1'),
    vrrp('D', 'eth2', '198.51.100.2', 'use_vmac vrrp2.51', 52),
    vrrp('E', 'eth3', '198.51.100.3'),
  ];
  expect(made(all.join(''))).toEqual([
    ['vrrp.51 above eth0', '192.0.2.1 on vrrp.51'],
    ['vrrp6.51 above eth0, IPv6', 'fe80::51 on vrrp6.51'],
    ['vrrp1.51 above eth1', '198.51.100.1 on vrrp1.51'],
    ['vrrp2.51 above eth2', '198.51.100.2 on vrrp2.51'],
    ['vrrp3.51 above eth3', '198.51.100.3 on vrrp3.51'],
  ]);
});

test('an address on another interface stays on that one, unless use_vmac_addr or its own line says otherwise', () => {
  const two = '192.0.2.1 dev eth0\n 198.51.100.1 dev eth1';
  expect(made(vrrp('A', 'eth0', two, 'use_vmac lan4'))).toEqual([
    ['lan4 above eth0', '192.0.2.1 on lan4', '198.51.100.1 on undefined'],
  ]);
  const both = ['lan4 above eth0', 'vrrp.51 above eth1', '192.0.2.1 on lan4', '198.51.100.1 on vrrp.51'];
  expect(made(vrrp('A', 'eth0', two, 'use_vmac lan4\n use_vmac_addr'))).toEqual([both]);
  expect(made(vrrp('A', 'eth0', `${two} use_vmac`, 'use_vmac lan4'))).toEqual([both]);
});

test('prefixes, and a MAC of one’s own', () => {
  const prefixes = 'global_defs {\n vmac_prefix v\n vmac_addr_prefix w\n}\n';
  const text = vrrp('A', 'eth0', '192.0.2.1\n 198.51.100.1 dev eth1', 'use_vmac 02:00:00:00:00:07\n use_vmac_addr');
  expect(made(prefixes + text)).toEqual([
    ['v.51 02:00:00:00:00:07 above eth0', 'w.51 above eth1', '192.0.2.1 on v.51', '198.51.100.1 on w.51'],
  ]);
});

test('what sends from where', () => {
  const sends = (lines: string): boolean | undefined =>
    load(instance(lines)).configuration.instances[0]?.sendsFromVirtualMac;
  expect(['', 'use_vmac', 'use_vmac\n vmac_xmit_base'].map(sends)).toEqual([false, true, false]);
  expect(sends('use_vmac\n unicast_peer { 192.0.2.3 }')).toBe(false);
});

test.each([
  ['vmac_xmit_base', ['2:1 warning contradiction: `vmac_xmit_base` without `use_vmac` does nothing']],
  [
    'use_vmac\nunicast_peer { 192.0.2.3 }',
    ['2:1 warning adjusted: advertisements to peers leave from the interface itself, not from the virtual MAC'],
  ],
  ['use_vmac eth0', ['2:1 error duplicate: `VI_1`: there is an interface `eth0` already']],
  [
    'use_vmac much_too_long_a_name',
    ['2:10 error bad-value: `much_too_long_a_name` cannot be the name of an interface'],
  ],
  ['use_vmac lan4 eth9', ['2:15 warning not-acted: `use_vmac … eth9` is read but not acted on yet']],
  [
    'use_vmac netlink_notify_msg',
    ['2:10 warning not-acted: `use_vmac … netlink_notify_msg` is read but not acted on yet'],
  ],
])('%s', (lines, expected) => {
  expect(brief(load(instance(lines)))).toEqual(expected);
});

test('two of one name', () => {
  const text = vrrp('A', 'eth0', '192.0.2.1', 'use_vmac v') + vrrp('B', 'eth1', '192.0.2.2', 'use_vmac v', 52);
  expect(brief(load(text))).toEqual(['14:2 error duplicate: `B`: there is an interface `v` already']);
});
