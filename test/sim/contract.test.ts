import { describe, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import type { SimNode } from '../../src/sim/node.ts';
import { createWorld } from '../../src/sim/world.ts';
import { sockets6Contract } from '../contract/sockets.ts';
import type { Machine, VrrpContractEnv } from '../contract/suite.ts';
import { vrrpHostContract } from '../contract/vrrp-host.ts';

function simulatedPair(): VrrpContractEnv {
  const world = createWorld({ seed: 1 });
  const machine = (name: string, last: number): Machine => {
    const address = ip(`192.168.7.${last}`);
    const node = world.addNode({
      name,
      interfaces: [
        { name: 'eth0', address, prefix: 24 },
        { name: 'eth1', address: ip(`192.168.8.${last}`), prefix: 24, lan: `only ${name}` },
      ],
    });
    return { ...describeNode(node), address };
  };
  const settle = async (ms: number): Promise<void> => world.run(milliseconds(ms));
  return { one: machine('one', 1), two: machine('two', 2), settle };
}

function describeNode(node: SimNode): Omit<Machine, 'address'> {
  const linkLocal = node
    .addresses()
    .find((entry) => entry.interface === 'eth0' && entry.address.startsWith('fe80::'))!.address;
  return {
    host: node.host,
    interface: 'eth0',
    prefix: 24,
    linkLocal,
    elsewhere: 'eth1',
    foreign: {
      addAddress: async (address) => void node.operator.addAddress(address),
      removeAddress: async (address) => void node.operator.removeAddress(address),
      setLink: async (name, up) => node.operator.setLink(name, up),
    },
  };
}

for (const [port, items] of Object.entries({ ...vrrpHostContract, 'sockets over IPv6': sockets6Contract })) {
  describe(`the simulator keeps the contract of ${port}`, () => {
    test.each(items.map((item) => [item.name, item] as const))('%s', (_, item) => item.run(simulatedPair()));
  });
}
