/** Two engines with virtual MACs in the simulator: what leaves with which MAC, and where the addresses are. */
import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { addDirector, SIM_LAN } from '../../src/lab/sim-cluster.ts';
import { createWorld, type World } from '../../src/sim/world.ts';

const VIP = '10.9.0.100';
const MAC = '00:00:5e:00:01:33';

const conf = (priority: number, lines = 'use_vmac'): string => `
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${priority}
    advert_int 1
    ${lines}
    virtual_ipaddress {
        ${VIP}/24
    }
}
`;

async function pair(lines?: string) {
  const world = createWorld({ seed: 3 });
  const senders = new Set<string>();
  world.observe((seen) => {
    if (seen.kind === 'sent' && seen.transmission.packet.kind === 'vrrp')
      senders.add(`${seen.owner} ${seen.transmission.from}`);
  });
  const add = (name: 'a' | 'b', address: string, priority: number) =>
    addDirector(world, { name, address, configuration: conf(priority, lines) }, 'test');
  const a = await add('a', '10.9.0.1', 200);
  const b = await add('b', '10.9.0.2', 100);
  world.run(seconds(10));
  const state = (one: typeof a): string => {
    const { state: name, virtualAddresses } = one.engine.snapshot().instances[0]!;
    return `${name} ${virtualAddresses.map(({ interface: link, present }) => `${link} ${present}`)}`;
  };
  const links = (one: typeof a): string[] => one.node.host.links.list().map(({ name, up }) => `${name} ${up}`);
  return { world, senders, a, b, state, links };
}

const run = (world: World, s: number): void => world.run(seconds(s));

test('a master advertises and holds its address with the virtual MAC; it is up there alone', async () => {
  const { senders, a, b, state, links } = await pair();
  expect([...senders]).toEqual([`a ${MAC}`]);
  expect([state(a), state(b)]).toEqual(['master vrrp.51 true', 'backup vrrp.51 false']);
  expect([links(a), links(b)]).toEqual([
    ['eth0 true', 'vrrp.51 true'],
    ['eth0 true', 'vrrp.51 false'],
  ]);
});

test('vmac_xmit_base: adverts leave with the MAC of the interface, the address is on the virtual one', async () => {
  const { senders, a, state } = await pair('use_vmac\nvmac_xmit_base');
  expect([...senders]).toEqual([`a ${a.node.host.links.find('eth0')!.mac}`]);
  expect(state(a)).toBe('master vrrp.51 true');
});

test('a client sees one MAC through a failover and back', async () => {
  const { world, a, b, state } = await pair();
  const claims = new Set<string>();
  const watcher = world.addNode({
    name: 'watcher',
    interfaces: [{ name: SIM_LAN, address: ip('10.9.0.9'), prefix: 24 }],
  });
  watcher.host.neighbours.watchArp(SIM_LAN, ({ senderIp, senderMac }) => {
    if (senderIp === VIP) claims.add(senderMac);
  });
  a.node.crash();
  run(world, 10);
  expect(state(b)).toBe('master vrrp.51 true');
  expect([...claims]).toEqual([MAC]);
});

test('a rival with the same virtual MAC is heard, and yielded to', async () => {
  const { world, a, b, state } = await pair();
  a.node.pause();
  run(world, 10);
  expect(state(b)).toBe('master vrrp.51 true');
  a.node.resume();
  run(world, 5);
  expect([state(a), state(b)]).toEqual(['master vrrp.51 true', 'backup vrrp.51 false']);
});

test('taken away by somebody else it is put back like an address, without an election', async () => {
  const { world, a, state } = await pair();
  const { since } = a.engine.snapshot().instances[0]!;
  a.node.operator.removeInterface('vrrp.51');
  world.run(milliseconds(100));
  expect(state(a)).toBe('master vrrp.51 true');
  a.node.operator.setLink('vrrp.51', false);
  world.run(milliseconds(100));
  expect(a.node.host.links.find('vrrp.51')?.up).toBe(true);
  expect(a.engine.snapshot().instances[0]!.since).toBe(since);
});

test('a name that another interface has is a fault that says so, until it is free', async () => {
  const world = createWorld({ seed: 3 });
  const furtherInterfaces = [{ name: 'eth1', address: ip('10.9.1.1'), prefix: 24 }];
  const configuration = conf(200, 'use_vmac eth1');
  const a = await addDirector(world, { name: 'a', address: '10.9.0.1', configuration, furtherInterfaces }, 'test');
  run(world, 5);
  expect(a.engine.snapshot().instances[0]).toMatchObject({
    state: 'fault',
    faults: [expect.stringContaining('interface eth1 exists already')],
  });
  a.node.operator.removeInterface('eth1');
  run(world, 5);
  expect(a.engine.snapshot().instances[0]).toMatchObject({ state: 'master', faults: [] });
});

test('at the end it is gone', async () => {
  const { world, a, links } = await pair();
  const ended = a.engine.stop();
  run(world, 1);
  await ended;
  expect(links(a)).toEqual(['eth0 true']);
});
