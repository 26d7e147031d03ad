import { openSync } from 'node:fs';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { after, milliseconds } from '../../src/base/time.ts';
import { linuxClock } from '../../src/linux/clock.ts';
import { createReactor } from '../../src/linux/reactor.ts';
import { createVrrpHost, type LinuxVrrpHost } from '../../src/linux/vrrp-host.ts';
import type { InterfaceAddress } from '../../src/ports/addresses.ts';
import { sockets6Contract } from '../contract/sockets.ts';
import type { Machine, VrrpContractEnv } from '../contract/suite.ts';
import { vrrpHostContract } from '../contract/vrrp-host.ts';
import { createNetns, ip as ipCommand, type Netns } from './support.ts';

const setns: (fd: number, type: number) => number = koffi.load(null).func('int setns(int fd, int type)');
const CLONE_NEWNET = 0x40000000;
const HOME = openSync('/proc/thread-self/ns/net', 'r');

function inNamespace<T>(fd: number, run: () => T): T {
  if (setns(fd, CLONE_NEWNET) !== 0) throw new Error('setns failed');
  try {
    return run();
  } finally {
    setns(HOME, CLONE_NEWNET);
  }
}

/** The same object, its functions and those of its parts called in the namespace: what they open is opened there. */
function livingIn<T extends object>(fd: number, host: T): T {
  return new Proxy(host, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof value === 'function') return (...args: unknown[]) => inNamespace(fd, () => value.apply(target, args));
      return typeof value === 'object' && value !== null ? livingIn(fd, value) : value;
    },
  });
}

let world: Netns;
let env: VrrpContractEnv;
const hosts: LinuxVrrpHost[] = [];

beforeAll(() => {
  world = createNetns('one', 'two');
  for (const name of world.names) {
    // Link-local addresses are ours to give: they come back when the test says so, and without delay.
    ipCommand('netns', 'exec', name, 'sysctl', '-q', 'net.ipv6.conf.default.addr_gen_mode=1');
    ipCommand('netns', 'exec', name, 'sysctl', '-q', 'net.ipv6.conf.default.accept_dad=0');
  }
  const [one, two] = [world.name('one'), world.name('two')];
  ipCommand('-n', one, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', two);
  for (const name of [one, two]) ipCommand('-n', name, 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'far1');
  for (const name of [one, two]) for (const link of ['eth0', 'eth1', 'far1']) setLink(name, link, true);

  const reactor = createReactor();
  const machine = (name: string, last: number): Machine => {
    const address = ip(`192.168.7.${last}`);
    ipCommand('-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0');
    ipCommand('-n', name, 'address', 'add', `192.168.8.${last}/24`, 'dev', 'eth1');
    const linkLocal = ip(`fe80::${last}`);
    const bringUp = (): void =>
      void ipCommand('-n', name, 'address', 'replace', `${linkLocal}/64`, 'dev', 'eth0', 'nodad');
    bringUp();
    const fd = openSync(`/run/netns/${name}`, 'r');
    const created = inNamespace(fd, () => createVrrpHost(reactor));
    if (!created.ok) throw new Error(created.error.what);
    hosts.push(created.value);
    return {
      host: livingIn(fd, created.value),
      interface: 'eth0',
      address,
      prefix: 24,
      linkLocal,
      elsewhere: 'eth1',
      foreign: {
        addAddress: async (entry) => void ipCommand('-n', name, 'address', 'add', ...words(entry)),
        removeAddress: async (entry) => void ipCommand('-n', name, 'address', 'delete', ...words(entry)),
        setLink: async (link, up) => {
          setLink(name, link, up);
          if (up && link === 'eth0') bringUp();
        },
      },
    };
  };
  const settle = async (ms: number): Promise<void> => {
    reactor.alarms.at(after(linuxClock.now(), milliseconds(ms)), () => reactor.stop());
    reactor.run();
  };
  env = { one: machine(one, 1), two: machine(two, 2), settle };
});

afterAll(async () => {
  for (const host of hosts) host.close();
  await world.close();
});

const setLink = (name: string, link: string, up: boolean): void =>
  void ipCommand('-n', name, 'link', 'set', link, up ? 'up' : 'down');

const words = (entry: InterfaceAddress): string[] => [`${entry.address}/${entry.prefix}`, 'dev', entry.interface];

for (const [port, items] of Object.entries({ ...vrrpHostContract, 'sockets over IPv6': sockets6Contract })) {
  describe(`Linux keeps the contract of ${port}`, () => {
    test.each(items.map((item) => [item.name, item] as const))('%s', (_, item) => item.run(env));
  });
}
