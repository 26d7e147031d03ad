import { afterAll, beforeAll, expect, test } from 'vitest';
import {
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

let world: NftWorld;
beforeAll(async () => {
  world = await createNftWorld();
});
afterAll(() => world.close());

test('the contract of the table', async () => {
  const results = (await world.b.call('contract')) as string[];
  expect(results.filter((line) => !line.endsWith(': passed'))).toEqual([]);
  expect(results.length).toBeGreaterThan(12);
});

test('a table says what it is', async () => {
  expect(await world.a.call('opened')).toEqual({ kind: 'nftables' });
});

test('connections go by weight, exactly over a cycle, in both families', async () => {
  await world.apply(world.a, addService(web), addServer(web, server('s1', 3)), addServer(web, server('s2', 1)));
  await world.apply(
    world.a,
    addService(web6),
    addServer(web6, server('s1', 1, 6)),
    addServer(web6, server('s2', 1, 6)),
  );
  world.vip('a', 'add');
  expect(tally(await world.client.call('names', VIP, 80, 40))).toEqual({ s1: 30, s2: 10 });
  expect(tally(await world.client.call('names', VIP6, 80, 20))).toEqual({ s1: 10, s2: 10 });
  const [four, six] = await world.dump(world.a);
  expect(four?.destinations.map((d) => d.counters.connections)).toEqual([30, 10]);
  expect(six?.destinations.map((d) => d.counters.connections)).toEqual([10, 10]);
});
