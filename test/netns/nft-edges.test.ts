/** The nftables table where packets are not as simple: fragments, errors from the way, offloads, a full map, a take-over. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServiceSpec } from '../../src/ipvs/types.ts';
import { poll } from '../poll.ts';
import type { Harness } from './linux-support.ts';
import { addServer, addService, createNftWorld, type NftWorld, server, VIP, VIP6, web, web6 } from './nft-world.ts';
import { ip } from './support.ts';

const SOON = { timeout: 15_000 };
const FLOWS_MAX = 8;
const udp: ServiceSpec = { ...web, protocol: 'udp' };
const udp6: ServiceSpec = { ...web6, protocol: 'udp' };
let world: NftWorld;
beforeAll(async () => {
  world = await createNftWorld(String(FLOWS_MAX));
  world.vip('a', 'add');
});
afterAll(() => world.close());

const services = (scheduler: string) =>
  [web, web6, udp, udp6].flatMap((spec) => [
    addService({ ...spec, scheduler }),
    ...(['s1', 's2'] as const).map((node) => addServer(spec, server(node, 1, spec === web || spec === udp ? 4 : 6))),
  ]);
/** Every test has its own table: the maps are small. */
async function begin(director: Harness, scheduler = 'rr'): Promise<void> {
  const there = await world.dump(director);
  await world.apply(director, ...there.map((service) => ({ kind: 'delete-service', service }) as const));
  await world.apply(director, ...services(scheduler));
}
const usage = async (director: Harness) => {
  await world.dump(director);
  return director.call('usage');
};
beforeEach(() => begin(world.a));

describe('a datagram in fragments', () => {
  test.each([
    ['IPv4', VIP],
    ['IPv6', VIP6],
  ])('%s: the later ones follow the first, which alone has the ports', async (_, vip) => {
    expect(await world.client.call('datagram', vip, 80, 4000, 6001)).toBe('s1 4000');
    expect(await world.client.call('datagram', vip, 80, 4000, 6002)).toBe('s2 4000');
    expect((await usage(world.a)).fragments).toBe(0);
  });

  test('a later one without a first is counted and left to the director', async () => {
    // Every first fragment is lost on the way in.
    world.netns.run(
      'a',
      'nft',
      'add table netdev loss; add chain netdev loss in { type filter hook ingress device "eth0" priority 0; }; add rule netdev loss in ip frag-off & 0x3fff == 0x2000 drop',
    );
    expect(await world.client.call('datagram', VIP, 80, 4000, 6003, 2000)).toBe('timeout');
    world.netns.run('a', 'nft', 'delete table netdev loss');
    expect((await usage(world.a)).fragments).toBe(2);
  });
});

test('a full map drops new flows, counts them, says how full it is, and keeps the old ones', async () => {
  const kept = [];
  for (let i = 0; i < FLOWS_MAX; i++) kept.push(await world.client.call('keep', VIP, 80));
  // Entries are counted now and then, not by every look.
  const full = async () => (await usage(world.a)).flows[0];
  await poll(full, SOON).toEqual({ service: `${VIP}:80/tcp`, flows: FLOWS_MAX, max: FLOWS_MAX });
  expect((await usage(world.a)).full).toBe(0);
  expect(await world.client.call('names', VIP, 80, 1, null, 3000)).toEqual(['timeout']);
  expect((await usage(world.a)).full).toBeGreaterThan(0);
  expect(await world.client.call('say', kept[0].number, 'still')).toBe('s1 still');
  for (const { number } of kept) await world.client.call('reset', number);
  // A reset flow makes room.
  await poll(async () => (await usage(world.a)).flows[0].flows, SOON).toBe(0);
  expect(await world.client.call('names', VIP, 80, 1)).toEqual([expect.stringMatching(/^s/)]);
});

describe('offloads', () => {
  test.each(['on', 'off'])('a megabyte each way with checksum offload, TSO and GRO %s', async (state) => {
    for (const node of ['client', 'a', 's1', 's2'] as const) {
      world.netns.run(
        node,
        'ethtool',
        '-K',
        'eth0',
        'tx',
        state,
        'rx',
        state,
        'tso',
        state,
        'gso',
        state,
        'gro',
        state,
      );
    }
    for (const vip of [VIP, VIP6]) {
      const { number } = await world.client.call('keep', vip, 80);
      expect(await world.client.call('put', number, 1_000_000)).toMatch(/^s. 1000000$/);
      expect(await world.client.call('give', number, 1_000_000)).toBe(1_000_000);
    }
  });
});

describe('a client behind a link of MTU 1400', () => {
  beforeAll(async () => {
    const [router, client] = [world.netns.name('b'), world.netns.name('client')];
    // `b` is the router here: the client's second card hangs on it by a link that is narrow in one direction.
    ip('-n', router, 'link', 'add', 'far', 'mtu', '1400', 'type', 'veth', 'peer', 'name', 'far', 'netns', client);
    for (const [namespace, last] of [[router, 1] as const, [client, 9] as const]) {
      ip('-n', namespace, 'address', 'add', `10.79.0.${last}/24`, 'dev', 'far');
      ip('-n', namespace, 'address', 'add', `fd79::${last}/64`, 'dev', 'far', 'nodad');
      ip('-n', namespace, 'link', 'set', 'far', 'up');
    }
    world.netns.run(
      'b',
      'sysctl',
      '-q',
      '-w',
      'net.ipv4.ip_forward=1',
      'net.ipv6.conf.all.forwarding=1',
      'net.ipv4.conf.all.rp_filter=0',
      'net.ipv4.conf.eth0.send_redirects=0',
    );
    for (const node of ['a', 's1', 's2'] as const) {
      world.ip(node, 'route', 'add', '10.79.0.0/24', 'via', '10.78.0.2');
      world.ip(node, '-6', 'route', 'add', 'fd79::/64', 'via', 'fd78::2');
    }
    // From its far address the client goes by the router, to the VIPs as well.
    ip('-n', client, 'rule', 'add', 'from', '10.79.0.9', 'table', '79');
    ip('-n', client, 'route', 'add', 'default', 'via', '10.79.0.1', 'table', '79');
    ip('-n', client, '-6', 'rule', 'add', 'from', 'fd79::9', 'table', '79');
    ip('-n', client, '-6', 'route', 'add', 'default', 'via', 'fd79::1', 'table', '79');
  });

  test.each([
    ['IPv4: fragmentation needed', VIP, '10.79.0.9'],
    ['IPv6: packet too big', VIP6, 'fd79::9'],
  ])('%s reaches the server that sent too much', async (_, vip, from) => {
    for (const name of ['s1', 's2']) {
      const kept = await world.client.call('keep', vip, 80, from);
      expect(kept.name).toBe(name);
      expect(await world.client.call('give', kept.number, 200_000)).toBe(200_000);
    }
    const learnt = ['s1', 's2'].map((node) =>
      ip('-n', world.netns.name(node), ...(vip === VIP ? [] : ['-6']), 'route', 'get', from),
    );
    expect(learnt).toEqual([expect.stringContaining('mtu 1400'), expect.stringContaining('mtu 1400')]);
  });
});

describe('the other director takes over', () => {
  /** Room is left for one more. */
  const CLIENTS = FLOWS_MAX - 2;

  async function survivors(scheduler: string): Promise<number> {
    await begin(world.a, scheduler);
    await begin(world.b, scheduler);
    const kept = [];
    for (let i = 0; i < CLIENTS; i++) kept.push(await world.client.call('keep', VIP, 80, `10.78.0.${200 + i}`));
    expect(new Set(kept.map(({ name }) => name)).size).toBe(2);
    world.vip('a', 'del');
    world.vip('b', 'add');
    const answers = await Promise.all(kept.map(({ number }) => world.client.call('say', number, 'still there')));
    const newcomer = await world.client.call('names', VIP, 80, 1);
    expect(newcomer).toEqual([expect.stringMatching(/^s/)]);
    world.vip('b', 'del');
    world.vip('a', 'add');
    for (const { number } of kept) await world.client.call('reset', number);
    return answers.filter((answer) => answer.endsWith('still there')).length;
  }
  beforeAll(() => {
    for (let i = 0; i < CLIENTS; i++) world.ip('client', 'address', 'add', `10.78.0.${200 + i}/24`, 'dev', 'eth0');
  });

  test('by turns: no connection survives, each is reset; hashed by client: all of them', async () => {
    expect(await survivors('rr')).toBe(0);
    expect(await survivors('sh')).toBe(CLIENTS);
  });
});
