/** A pair of directors with whole engines in the simulator, and a client that measures for itself. */
import { milliseconds, seconds } from '../../src/base/time.ts';
import { balancedServiceConf, guardedServiceConf, type PairSettings } from '../../src/lab/configurations.ts';
import { addDirector, SIM_LAN, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { REAL_SERVERS, topology } from '../../src/lab/topology.ts';
import type { SimClient } from '../../src/sim/client.ts';
import { createWorld, type World } from '../../src/sim/world.ts';

export const lab = topology('test');

export interface Pair {
  readonly world: World;
  readonly a: SimDirector;
  readonly b: SimDirector;
  readonly client: SimClient;
  masters(): string[];
  holders(): string[];
}

export interface PairOptions extends PairSettings {
  readonly services?: boolean;
  readonly only?: 'a';
}

/** Both started, and so long ago that the first has become master and all checks have passed. */
export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const world = createWorld({ seed: 7 });
  const client = world.addClient({
    name: 'client',
    lan: SIM_LAN,
    address: lab.nodes.client.address,
    vip: lab.vip,
    every: milliseconds(1),
  });
  const start = async (name: 'a' | 'b'): Promise<SimDirector> => {
    const services = options.services ? balancedServiceConf(lab) : '';
    const configuration = guardedServiceConf(lab, name, { adverInterval: 1, ...options }) + services;
    const director = await addDirector(world, { name, address: lab.nodes[name].address, configuration }, 'test');
    for (const server of REAL_SERVERS) {
      director.prober.setServer(lab.nodes[server].address, 80, { kind: 'up', status: 200, body: 'ok' });
    }
    return director;
  };
  const a = await start('a');
  const b = await start('b');
  if (options.only) b.node.crash();
  world.run(seconds(15));
  client.forget();
  const both = [a, b];
  return {
    world,
    a,
    b,
    client,
    masters: () => both.filter((d) => d.engine.snapshot().instances[0]?.state === 'master').map((d) => d.name),
    holders: () => both.filter((d) => d.node.holds(lab.vip)).map((d) => d.name),
  };
}

/** Lets simulated time pass until `promise` settles; at most a minute of it. */
export async function settle<T>(world: World, promise: Promise<T>): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => {
    settled = true;
  });
  watched.catch(() => {});
  for (let i = 0; i < 6000 && !settled; i++) {
    world.run(milliseconds(10));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return watched;
}
