import assert from 'node:assert/strict';
import { type IpAddress, ip } from '../../src/base/ip.ts';
import type { AddressChange, InterfaceAddress } from '../../src/ports/addresses.ts';
import { A_WHILE, type ContractItem, type Machine, NO_INTERFACE } from './suite.ts';

const VIP = ip('10.77.0.1');
const VIP6 = ip('fd00:77::1');

const on = (machine: Machine, address: IpAddress, prefix: number, label?: string): InterfaceAddress => ({
  interface: machine.interface,
  address,
  prefix,
  ...(label === undefined ? {} : { label }),
});

const held = (machine: Machine, address: IpAddress): InterfaceAddress[] =>
  machine.host.addresses.list().filter((entry) => entry.address === address);

/** `added 10.77.0.1/32 eth0` */
const told = ({ kind, address }: AddressChange): string =>
  `${kind} ${address.address}/${address.prefix} ${address.interface}`;

const okOf = (value: string) => ({ ok: true, value });

export const addressesContract: readonly ContractItem[] = [
  {
    name: 'lists what the interface has',
    async run({ one }) {
      const [entry] = held(one, one.address);
      assert.equal(entry?.interface, one.interface);
      assert.equal(entry?.prefix, one.prefix);
      assert.notEqual(entry?.secondary, true);
      assert.equal(held(one, one.linkLocal)[0]?.interface, one.interface);
    },
  },
  ...[on4, on6].map(
    (which) =>
      ({
        name: `${which === on4 ? 'IPv4' : 'IPv6'}: added, listed, present, removed, absent`,
        async run({ one, settle }) {
          const vip = which(one);
          const { addresses } = one.host;
          assert.deepEqual(addresses.remove(vip), okOf('absent'));
          assert.deepEqual(addresses.add(vip), okOf('added'));
          // Linux tells of an IPv6 address from a worker of its own, a moment after it has acknowledged it.
          if (which === on6) await settle(A_WHILE);
          const [entry, ...more] = held(one, vip.address);
          assert.equal(entry?.interface, one.interface);
          assert.equal(entry?.prefix, vip.prefix);
          assert.deepEqual(more, []);
          assert.deepEqual(addresses.add(vip), okOf('present'));
          assert.equal(held(one, vip.address).length, 1);
          assert.deepEqual(addresses.remove(vip), okOf('removed'));
          assert.deepEqual(held(one, vip.address), []);
          assert.deepEqual(addresses.remove(vip), okOf('absent'));
        },
      }) satisfies ContractItem,
  ),
  {
    name: 'an address with another prefix is another address',
    async run({ one }) {
      const { addresses } = one.host;
      assert.deepEqual(addresses.add(on(one, VIP, 32)), okOf('added'));
      assert.deepEqual(addresses.remove(on(one, VIP, 24)), okOf('absent'));
      assert.deepEqual(addresses.add(on(one, VIP, 24)), okOf('added'));
      assert.deepEqual(
        held(one, VIP)
          .map((entry) => entry.prefix)
          .toSorted(),
        [24, 32],
      );
      assert.deepEqual(addresses.remove(on(one, VIP, 32)), okOf('removed'));
      assert.deepEqual(addresses.remove(on(one, VIP, 24)), okOf('removed'));
    },
  },
  {
    name: 'a label is kept; without one it is the interface',
    async run({ one }) {
      const { addresses } = one.host;
      const label = `${one.interface}:7`;
      addresses.add(on(one, VIP, 32, label));
      assert.equal(held(one, VIP)[0]?.label, label);
      assert.deepEqual(addresses.add(on(one, VIP, 32, label)), okOf('present'));
      assert.deepEqual(addresses.remove(on(one, VIP, 32, label)), okOf('removed'));
      addresses.add(on(one, VIP, 32));
      assert.equal(held(one, VIP)[0]?.label ?? one.interface, one.interface);
      assert.deepEqual(addresses.remove(on(one, VIP, 32)), okOf('removed'));
    },
  },
  {
    name: 'a second address of a network is secondary, the first is not',
    async run({ one }) {
      const { addresses } = one.host;
      addresses.add(on(one, VIP, 24));
      addresses.add(on(one, ip('10.77.0.2'), 24));
      assert.notEqual(held(one, VIP)[0]?.secondary, true);
      assert.equal(held(one, ip('10.77.0.2'))[0]?.secondary, true);
      assert.deepEqual(addresses.remove(on(one, ip('10.77.0.2'), 24)), okOf('removed'));
      assert.deepEqual(addresses.remove(on(one, VIP, 24)), okOf('removed'));
    },
  },
  {
    name: 'ENODEV where there is no such interface',
    async run({ one: { host } }) {
      const vip = { interface: NO_INTERFACE, address: VIP, prefix: 32 };
      for (const result of [host.addresses.add(vip), host.addresses.remove(vip)]) {
        assert.ok(!result.ok);
        assert.equal(result.error.code, 'ENODEV');
        assert.match(result.error.what, /10\.77\.0\.1/);
      }
    },
  },
  {
    name: 'watch tells our own changes, in order, and none from within the call',
    async run({ one, settle }) {
      const seen: string[] = [];
      let calling = false;
      const cancel = one.host.addresses.watch((change) => {
        seen.push(calling ? `from within the call: ${told(change)}` : told(change));
      });
      const [first, second] = [on(one, VIP, 32), on(one, ip('10.77.0.2'), 32)];
      calling = true;
      one.host.addresses.add(first);
      one.host.addresses.add(second);
      one.host.addresses.remove(first);
      one.host.addresses.remove(second);
      calling = false;
      await settle(A_WHILE);
      cancel();
      const name = one.interface;
      const expected = [
        `added 10.77.0.1/32 ${name}`,
        `added 10.77.0.2/32 ${name}`,
        `removed 10.77.0.1/32 ${name}`,
        `removed 10.77.0.2/32 ${name}`,
      ];
      assert.deepEqual(seen, expected);
    },
  },
  {
    name: 'a foreign removal and a foreign addition are noticed',
    async run({ one, settle }) {
      const vip = on(one, VIP, 32);
      one.host.addresses.add(vip);
      await settle(A_WHILE);
      const seen: string[] = [];
      const cancel = one.host.addresses.watch((change) => seen.push(told(change)));
      await one.foreign.removeAddress(vip);
      await settle(A_WHILE);
      assert.deepEqual(seen, [`removed 10.77.0.1/32 ${one.interface}`]);
      assert.deepEqual(held(one, VIP), []);
      await one.foreign.addAddress(vip);
      await settle(A_WHILE);
      assert.deepEqual(seen.slice(1), [`added 10.77.0.1/32 ${one.interface}`]);
      assert.deepEqual(one.host.addresses.add(vip), okOf('present'));
      cancel();
      assert.deepEqual(one.host.addresses.remove(vip), okOf('removed'));
    },
  },
  {
    name: 'a cancelled watch is silent, even about what had happened before',
    async run({ one, settle }) {
      const seen: string[] = [];
      const cancel = one.host.addresses.watch((change) => seen.push(told(change)));
      const kept: string[] = [];
      const cancelKept = one.host.addresses.watch((change) => kept.push(told(change)));
      one.host.addresses.add(on(one, VIP, 32));
      cancel();
      cancel();
      one.host.addresses.remove(on(one, VIP, 32));
      await settle(A_WHILE);
      cancelKept();
      assert.deepEqual(seen, []);
      assert.equal(kept.length, 2);
    },
  },
  {
    name: 'an IPv4 address stays when its link goes down',
    async run({ one, settle }) {
      const vip = on(one, VIP, 32);
      one.host.addresses.add(vip);
      await one.foreign.setLink(one.interface, false);
      await settle(A_WHILE);
      assert.equal(held(one, VIP).length, 1);
      await one.foreign.setLink(one.interface, true);
      await settle(A_WHILE);
      assert.deepEqual(one.host.addresses.remove(vip), okOf('removed'));
    },
  },
];

function on4(machine: Machine): InterfaceAddress {
  return on(machine, VIP, 32);
}

function on6(machine: Machine): InterfaceAddress {
  return on(machine, VIP6, 128);
}
