/** Three whole engines in the simulator, linked in this process. */
import { ip } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import type { PeerDoor } from '../../src/engine/peers/peer-door.ts';
import { addDirector, SIM_LAN, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { settle } from './support.ts';

export const VIP = ip('10.0.0.100');
const ADDRESSES = { n1: '10.0.0.1', n2: '10.0.0.2', n3: '10.0.0.3' } as const;
export type Name = keyof typeof ADDRESSES;
const NAMES = ['n1', 'n2', 'n3'] as const;
const PRIORITIES = { n1: 150, n2: 100, n3: 50 };

export interface Options {
  /** Who is linked to whom; absent: n1 to n2 and n3. */
  readonly links?: { readonly [name in Name]?: readonly Name[] };
  readonly more?: { readonly [name in Name]?: string };
  /** More of the instance. */
  readonly lines?: string;
  readonly group?: boolean;
}

export interface Cluster {
  readonly world: World;
  readonly n: { readonly [name in Name]: SimDirector };
  readonly client: ReturnType<World['addClient']>;
  /** Cuts the link to one of them. */
  cut(name: Name): void;
  masters(instance?: string): string[];
}

const instanceConf = (name: Name, vi: string, vrid: number, vip: string, lines: string): string => `
vrrp_instance ${vi} {
    state BACKUP
    interface ${SIM_LAN}
    virtual_router_id ${vrid}
    priority ${PRIORITIES[name]}
    advert_int 1
    ${lines}
    virtual_ipaddress {
        ${vip}/24
    }
}
`;

export async function startCluster({
  links = { n1: ['n2', 'n3'] },
  more = {},
  lines = '',
  group,
}: Options = {}): Promise<Cluster> {
  const world = createWorld({ seed: 3 });
  const client = world.addClient({
    name: 'client',
    lan: SIM_LAN,
    address: ip('10.0.0.9'),
    vip: VIP,
    every: milliseconds(1),
  });
  const directors = new Map<Name, SimDirector>();
  const ends = new Map<Name, (reason: string) => void>();
  const isCut = new Set<Name>();
  const door = (name: Name): PeerDoor => ({
    name,
    where: `in this process: ${name}`,
    open(ended) {
      ends.set(name, ended);
      const link = directors.get(name)?.engine.linkFor('root from n1');
      if (!link || isCut.has(name)) {
        world.alarms.at(world.clock.now(), () => ended('no route to host'));
        return {
          snapshot: () => new Promise(() => {}),
          boost: () => new Promise(() => {}),
          release: async () => {},
          close() {},
        };
      }
      return link;
    },
  });
  for (const name of NAMES) {
    const second = instanceConf(name, 'VI_2', 52, '10.0.0.101', lines);
    const both = group ? `${second}vrrp_sync_group G {\n    group {\n        VI_1\n        VI_2\n    }\n}\n` : '';
    const configuration = instanceConf(name, 'VI_1', 51, VIP, lines) + both + (more[name] ?? '');
    const peers = (links[name] ?? []).map(door);
    directors.set(name, await addDirector(world, { name, address: ADDRESSES[name], configuration, peers }, 'test'));
  }
  const n = Object.fromEntries(directors) as unknown as Cluster['n'];
  const stateOf = (name: Name, instance: string) =>
    n[name].engine.snapshot().instances.find((one) => one.name === instance)?.state;
  for (let i = 0; i < 200; i++) {
    world.run(milliseconds(100));
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.forget();
  return {
    world,
    n,
    client,
    cut(name) {
      isCut.add(name);
      ends.get(name)?.('Connection closed');
    },
    masters: (instance = 'VI_1') => NAMES.filter((name) => stateOf(name, instance) === 'master'),
  };
}

/** Lets time pass, and the engines' own work go on as well. */
export async function pass({ world }: Cluster, ms: number): Promise<void> {
  for (let i = 0; i < ms / 100; i++) await settle(world, Promise.resolve(void world.run(milliseconds(100))));
}
