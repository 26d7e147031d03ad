/** The demo without privileges: the cluster in the simulator, running with the wall clock. */
import type { IpAddress } from '../base/ip.ts';
import { after, milliseconds, wallTime } from '../base/time.ts';
import { createWorld, type World } from '../sim/world.ts';
import { balancedServiceConf, guardedServiceConf } from './configurations.ts';
import { addDirector, runInRealTime, SIM_LAN, type SimDirector } from './sim-cluster.ts';
import { DIRECTORS, REAL_SERVERS, topology } from './topology.ts';

export interface SimDemo {
  readonly world: World;
  readonly directors: readonly SimDirector[];
  stop(): Promise<void>;
}

export interface SimDemoOptions {
  readonly seed: number;
  readonly epochMs: number;
  readonly version: string;
}

const PORT = 80;
/** Two new connections a second, each open for a while, so that the figures move. */
const CONNECT_EVERY = milliseconds(500);
const CONNECTION_LASTS = milliseconds(8000);
const PING_EVERY = milliseconds(100);

export async function startSimDemo(options: SimDemoOptions): Promise<SimDemo> {
  const lab = topology('sim');
  const world = createWorld({ seed: options.seed, epoch: wallTime(options.epochMs) });
  const directors: SimDirector[] = [];
  for (const name of DIRECTORS) {
    const configuration = guardedServiceConf(lab, name, { adverInterval: 1 }) + balancedServiceConf(lab);
    const spec = { name, address: lab.nodes[name].address, configuration };
    const director = await addDirector(world, spec, options.version);
    for (const server of REAL_SERVERS) {
      director.prober.setServer(lab.nodes[server].address, PORT, { kind: 'up', status: 200, body: 'ok' });
    }
    directors.push(director);
  }
  const { address } = lab.nodes.client;
  world.addClient({ name: 'client', lan: SIM_LAN, address, vip: lab.vip, every: PING_EVERY });
  const stopTraffic = connectNowAndThen(world, directors, lab.vip, address);
  const stopClock = runInRealTime(world);
  return {
    world,
    directors,
    async stop() {
      stopClock();
      stopTraffic();
      for (const { engine } of directors) await engine.stop();
    },
  };
}

/** Clients of the service, wherever the address is: each connects, stays for a while, and leaves. */
function connectNowAndThen(
  world: World,
  directors: readonly SimDirector[],
  vip: IpAddress,
  client: IpAddress,
): () => void {
  const service = { address: vip, port: PORT, protocol: 'tcp' as const };
  let stopped = false;
  let count = 0;
  const connect = (): void => {
    if (stopped) return;
    const holder = directors.find(({ node }) => node.holds(service.address));
    const connection = holder?.table.connect(service, { address: client, port: 20_000 + (count++ % 40_000) });
    if (connection) world.alarms.at(after(world.clock.now(), CONNECTION_LASTS), () => connection.close());
    world.alarms.at(after(world.clock.now(), CONNECT_EVERY), connect);
  };
  connect();
  return () => {
    stopped = true;
  };
}
