/** The nftables table on real packets: who gets a flow, and who keeps it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { type DestinationEntry, type ServiceSpec, serviceName } from '../../src/ipvs/types.ts';
import { poll } from '../poll.ts';
import {
  ADDRESS,
  addServer,
  addService,
  createNftWorld,
  type NftWorld,
  server,
  tally,
  VIP,
  VIP6,
  web,
  web6,
} from './nft-world.ts';

const SOON = { timeout: 15_000 };
let world: NftWorld;
beforeAll(async () => {
  world = await createNftWorld();
});
afterAll(() => world.close());

const put = (service: ServiceSpec, one: number, two: number) => {
  const family = service === web6 ? 6 : 4;
  return world.apply(
    world.a,
    addService(service),
    addServer(service, server('s1', one, family)),
    addServer(service, server('s2', two, family)),
  );
};
const weight = (node: 's1' | 's2', weight: number) =>
  world.apply(world.a, { kind: 'edit-destination', service: web, destination: server(node, weight) });
const entries = async (service: ServiceSpec = web): Promise<readonly DestinationEntry[]> =>
  (await world.dump(world.a)).find((s) => serviceName(s) === serviceName(service))?.destinations ?? [];
const active = async () => (await entries()).map((d) => d.activeConnections);
const names = async (count: number, vip: string = VIP): Promise<Record<string, number>> =>
  tally(await world.client.call('names', vip, 80, count));

describe('what the table says', () => {
  test('keeps the contract', async () => {
    const results = (await world.b.call('contract')) as string[];
    expect(results.filter((line) => !line.endsWith(': passed'))).toEqual([]);
    expect(results.length).toBeGreaterThan(12);
    expect(world.netns.run('b', 'nft', 'list', 'tables')).not.toContain('hatop-probe');
  });

  test('its kind, and its last service takes it along while the rules of others stay', async () => {
    expect(await world.a.call('opened')).toEqual({ kind: 'nftables' });
    world.netns.run('a', 'nft', 'add table netdev others; add chain netdev others c');
    await put(web, 1, 1);
    expect(world.netns.run('a', 'nft', 'list', 'tables').trim().split('\n').sort()).toEqual([
      'table netdev hatop',
      'table netdev others',
    ]);
    await world.apply(world.a, { kind: 'delete-service', service: web });
    expect(world.netns.run('a', 'nft', 'list', 'tables').trim()).toBe('table netdev others');
    expect(world.netns.run('a', 'nft', 'list', 'chain', 'netdev', 'others', 'c')).toContain('chain c');
  });
});

describe('a director that has the VIP', () => {
  test('new connections go by weight, exactly over a cycle, in both families', async () => {
    await put(web, 3, 1);
    await put(web6, 1, 1);
    world.vip('a', 'add');
    expect(await names(40)).toEqual({ s1: 30, s2: 10 });
    expect(await names(20, VIP6)).toEqual({ s1: 10, s2: 10 });
    const [four, six] = await world.dump(world.a);
    expect(four?.destinations.map((d) => d.counters.connections)).toEqual([30, 10]);
    expect(six?.destinations.map((d) => d.counters.connections)).toEqual([10, 10]);
    expect(four?.destinations[0]?.counters.inPackets).toBeGreaterThan(90);
    expect(four?.counters.connections).toBe(40);
  });

  test('a closed connection is inactive, an open one active, and it stays with its server at weight 0', async () => {
    await poll(active, SOON).toEqual([0, 0]);
    expect((await entries())[0]?.inactiveConnections).toBe(30);
    await weight('s2', 0);
    const kept = await world.client.call('keep', VIP, 80);
    expect(kept.name).toBe('s1');
    await world.client.call('say', kept.number, 'hello');
    await poll(active, SOON).toEqual([1, 0]);
    await weight('s1', 0);
    await weight('s2', 1);
    expect(await names(5)).toEqual({ s2: 5 });
    expect(await world.client.call('say', kept.number, 'still')).toBe('s1 still');
  });

  test('what a restart finds is what was there: services, counters and flows', async () => {
    const before = await world.dump(world.a);
    const kept = await world.client.call('keep', VIP, 80);
    await world.a.call('reopen');
    expect(await world.client.call('say', kept.number, 'again')).toBe('s2 again');
    const after = await world.dump(world.a);
    expect(after.map((s) => s.destinations.map(({ address, weight }) => [address, weight]))).toEqual(
      before.map((s) => s.destinations.map(({ address, weight }) => [address, weight])),
    );
    expect(after[0]?.counters.connections).toBe((before[0]?.counters.connections as unknown as number) + 1);
  });

  test('a half-closed connection goes on receiving, and counts as inactive', async () => {
    const kept = await world.client.call('keep', VIP, 80);
    await world.client.call('say', kept.number, 'hello');
    await poll(active, SOON).toEqual([1, 2]);
    await world.client.call('halfClose', kept.number);
    await poll(active, SOON).toEqual([1, 1]);
  });

  test('a server that is removed is reset at once, and its entries are gone', async () => {
    const kept = await world.client.call('keep', VIP, 80);
    expect(kept.name).toBe('s2');
    await world.apply(world.a, { kind: 'delete-destination', service: web, destination: server('s2', 0) });
    expect((await entries()).map((d) => d.address)).toEqual([server('s1', 0).address]);
    const elements = world.netns.run('a', 'nft', 'list', 'table', 'netdev', 'hatop');
    expect(elements.match(/expires 14m/g)).toHaveLength(1);
    expect(await world.client.call('say', kept.number, 'anyone?')).toBe('ECONNRESET');
    // The same server again is another one: an old flow does not come back to it.
    await world.apply(world.a, addServer(web, server('s2', 1)));
    expect((await entries()).map((d) => d.counters.connections).at(-1)).toBe(0);
  });

  test('no server with weight: refused, and counted', async () => {
    await weight('s2', 0);
    expect(await world.client.call('names', VIP, 80, 1)).toEqual(['ECONNREFUSED']);
    await world.dump(world.a);
    expect((await world.a.call('usage')).unserved).toBeGreaterThan(0);
    await weight('s1', 1);
    await weight('s2', 1);
  });

  test('UDP: a client’s port is a flow, both families, and none of them is active', async () => {
    const dns: ServiceSpec = { ...web, protocol: 'udp' };
    const dns6: ServiceSpec = { ...web6, protocol: 'udp' };
    await put(dns, 1, 1);
    await world.apply(world.a, addService(dns6), addServer(dns6, server('s2', 1, 6)));
    const answers: string[] = [];
    for (const port of [5001, 5001, 5002, 5001]) answers.push(await world.client.call('datagram', VIP, 80, 10, port));
    expect(answers).toEqual(['s1 10', 's1 10', 's2 10', 's1 10']);
    expect(await world.client.call('datagram', VIP6, 80, 10)).toBe('s2 10');
    const flows = async () => (await entries(dns)).map((d) => [d.activeConnections, d.inactiveConnections]);
    await poll(flows, SOON).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  test('persistence binds the client to a server, also at weight 0, until that is removed', async () => {
    const bound: ServiceSpec = { ...web, persistence: seconds(300) };
    await world.apply(world.a, { kind: 'edit-service', service: bound });
    const [first] = (await world.client.call('names', VIP, 80, 1)) as ['s1' | 's2'];
    const other = first === 's1' ? 's2' : 's1';
    await weight(first, 0);
    expect(await names(4)).toEqual({ [first]: 4 });
    const clients = async () =>
      (await entries()).find((d) => d.address === server(first, 0).address)?.persistentConnections;
    await poll(clients, SOON).toBe(1);
    await world.apply(world.a, { kind: 'delete-destination', service: web, destination: server(first, 0) });
    expect(await names(4)).toEqual({ [other]: 4 });
    // A killed engine may leave one that is bound to a server that is gone: it is bound anew, and does not wait for ever.
    const map = /map (clients-\d+)/.exec(world.netns.run('a', 'nft', 'list', 'table', 'netdev', 'hatop'))?.[1];
    const element = (verb: string, text: string) =>
      world.netns.run('a', 'nft', `${verb} element netdev hatop ${map} { ${text} }`);
    element('delete', ADDRESS.client[0]);
    element('add', `${ADDRESS.client[0]} timeout 300s : 4242`);
    expect(await names(4)).toEqual({ [other]: 4 });
    await world.apply(world.a, addServer(web, server(first, 1)));
    await world.apply(world.a, { kind: 'edit-service', service: web });
    expect(await names(4)).toEqual({ s1: 2, s2: 2 });
  });
});

describe('a packet that is not ours to forward', () => {
  const connections = async (): Promise<number> =>
    (await world.dump(world.a)).reduce((n, s) => n + (s.counters.connections as unknown as number), 0);

  test('a frame for another card, which the bridge floods', async () => {
    const before = await connections();
    world.ip('client', 'neigh', 'replace', VIP, 'lladdr', '02:00:00:00:00:99', 'nud', 'permanent', 'dev', 'eth0');
    expect(await world.client.call('names', VIP, 80, 1, null, 3000)).toEqual(['timeout']);
    world.ip('client', 'neigh', 'del', VIP, 'dev', 'eth0');
    expect(await connections()).toBe(before);
    expect(await names(1)).toMatchObject({});
  });

  test('a TCP segment of a connection that nobody knows is reset, and counted', async () => {
    const kept = await world.client.call('keep', VIP, 80);
    const table = world.netns.run('a', 'nft', 'list', 'table', 'netdev', 'hatop');
    const maps = new Set([...table.matchAll(/map (flows-\d+)/g)].map(([, map]) => map));
    for (const map of maps) world.netns.run('a', 'nft', `flush map netdev hatop ${map}`);
    expect(await world.client.call('say', kept.number, 'hello')).toBe('ECONNRESET');
    await world.dump(world.a);
    expect((await world.a.call('usage')).unknown).toBeGreaterThan(0);
  });

  test('a destination that is the director itself is accepted', async () => {
    await world.apply(
      world.a,
      { kind: 'delete-service', service: web },
      addService(web),
      addServer(web, { ...server('s1', 1), address: '10.78.0.1' as never }),
    );
    // Nobody listens there, which only the director's own stack can say.
    expect(await world.client.call('names', VIP, 80, 1)).toEqual(['ECONNREFUSED']);
    expect((await entries())[0]?.counters.connections).toBe(1);
    await world.apply(world.a, { kind: 'delete-service', service: web });
    await put(web, 1, 1);
  });

  test('nothing once the VIP has gone, though the rules are there, and all again when it is back', async () => {
    const before = await connections();
    const mac = /link\/ether (\S+)/.exec(world.ip('a', 'link', 'show', 'eth0'))?.[1] ?? '';
    world.vip('a', 'del');
    // The client goes on sending to the old director's card, as one does whose ARP cache is not told.
    world.ip('client', 'neigh', 'replace', VIP, 'lladdr', mac, 'nud', 'permanent', 'dev', 'eth0');
    expect(await world.client.call('names', VIP, 80, 1, null, 3000)).not.toEqual([expect.stringMatching(/^s/)]);
    world.ip('client', 'neigh', 'del', VIP, 'dev', 'eth0');
    expect(await connections()).toBe(before);
    world.vip('a', 'add');
    expect(await names(4)).toEqual({ s1: 2, s2: 2 });
  });
});
